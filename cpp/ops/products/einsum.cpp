#include "ops/products/equation.h"

#include "dlcore/ops.h"

// NOTE [Einsum]
// A term is an operand with a letter for each of its axes. Two terms become one: letters that neither the result nor
// another term needs are summed over, by one matmul, and so on until one term is left. As all of it is ops, gradients
// of any order come by themselves.
namespace dlcore {
namespace {

struct Term {
  Tensor x;
  std::string letters;
};

void check_operands(std::span<const Tensor> xs, const Equation& parsed) {
  if (xs.empty() || xs.size() != parsed.inputs.size())
    raise<ValueError>("einsum: the equation has ", parsed.inputs.size(), " terms for ", xs.size(), " operands");
  for (size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].dtype() != xs[0].dtype())
      raise<TypeError>("einsum: expected operands of one dtype, got ", xs[0].dtype(), " and ", xs[i].dtype());
    if (xs[i].dtype() == DType::Bool) raise<TypeError>("einsum: expected numbers, got dtype bool");
    const std::string& letters = parsed.inputs[i];
    const int named = static_cast<int>(letters.size()) - has(letters, '.');
    if (has(letters, '.') ? xs[i].ndim() < named : xs[i].ndim() != named)
      raise<ValueError>("einsum: operand ", i, " of shape ", xs[i].shape(), " has not the dimensions of its term");
  }
}

// The size of each letter; a size of 1 broadcasts to another operand's.
struct Sizes {
  int64_t of[128] = {};

  void add(const Term& term, size_t operand) {
    for (int d = 0; d < term.x.ndim(); ++d) {
      const char c = term.letters[d];
      const int64_t size = term.x.size(d);
      int64_t& known = of[static_cast<int>(c)];
      if (const size_t before = term.letters.find(c); before < static_cast<size_t>(d)) {
        if (term.x.size(static_cast<int>(before)) != size)
          raise<ValueError>("einsum: letter '", std::string(1, c), "' of operand ", operand, " has the sizes ",
                            term.x.size(static_cast<int>(before)), " and ", size);
      } else if (!seen[static_cast<int>(c)] || known == 1) {
        known = size;
      } else if (size != known && size != 1) {
        raise<ValueError>("einsum: ", c < 'A' ? std::string("the ellipsis") : text("letter '", std::string(1, c), "'"),
                          " of operand ", operand, " has size ", size, " where another has ", known);
      }
      seen[static_cast<int>(c)] = true;
    }
  }
  Shape shape(const std::string& letters) const {
    Shape shape;
    for (const char c : letters) shape.push_back(of[static_cast<int>(c)]);
    return shape;
  }
  double product(const std::string& letters) const {
    double n = 1;
    for (const char c : letters) n *= static_cast<double>(of[static_cast<int>(c)]);
    return n;
  }

 private:
  bool seen[128] = {};
};

// Takes diagonals of repeated letters, and drops axes of size 1 that broadcast.
void simplify(Term& term, const Sizes& sizes) {
  for (size_t d = 0; d < term.letters.size();) {
    const char c = term.letters[d];
    const size_t again = term.letters.find(c, d + 1);
    if (again != std::string::npos) {
      term.x = diagonal(term.x, 0, static_cast<int>(d), static_cast<int>(again));
      term.letters.erase(again, 1).erase(d, 1) += c;
    } else if (term.x.size(static_cast<int>(d)) == 1 && sizes.of[static_cast<int>(c)] != 1) {
      term.x = squeeze(term.x, Dims{static_cast<int64_t>(d)});
      term.letters.erase(d, 1);
    } else {
      ++d;
    }
  }
}

// Sums over the axes whose letters are not in `kept`.
void sum_over_others(Term& term, const std::string& kept) {
  Dims axes;
  std::string letters;
  for (size_t d = 0; d < term.letters.size(); ++d) {
    has(kept, term.letters[d]) ? void(letters += term.letters[d]) : axes.push_back(static_cast<int64_t>(d));
  }
  if (axes.empty()) return;
  term.x = sum(term.x, axes, false, term.x.dtype());
  term.letters = letters;
}

// The axes in the order of `letters`, which the term all has.
Tensor ordered(const Term& term, const std::string& letters) {
  Dims axes;
  for (const char c : letters) axes.push_back(static_cast<int64_t>(term.letters.find(c)));
  return permute(term.x, axes);
}

// The same with axes of size 1 for the letters that it has not.
Tensor aligned(const Term& term, const std::string& letters) {
  std::string own;
  for (const char c : letters) {
    if (has(term.letters, c)) own += c;
  }
  Tensor x = ordered(term, own);
  for (size_t d = 0; d < letters.size(); ++d) {
    if (!has(term.letters, letters[d])) x = unsqueeze(x, static_cast<int>(d));
  }
  return x;
}

// The letters of two terms by what a product does with them: (batch, rows, summed) times (batch, summed, columns).
struct Roles {
  std::string batch, rows, columns, summed;
  std::string result() const { return batch + rows + columns; }
};

Roles roles_of(const std::string& a, const std::string& b, const std::string& kept) {
  Roles roles;
  for (const char c : a) {
    if (has(b, c)) {
      (has(kept, c) ? roles.batch : roles.summed) += c;
    } else if (has(kept, c)) {
      roles.rows += c;
    }
  }
  for (const char c : b) {
    if (!has(a, c) && has(kept, c)) roles.columns += c;
  }
  return roles;
}

Term multiply(Term a, Term b, const std::string& kept, const Sizes& sizes) {
  const Roles roles = roles_of(a.letters, b.letters, kept);
  const std::string result = roles.result();
  sum_over_others(a, kept + b.letters);
  sum_over_others(b, kept + a.letters);
  if (roles.summed.empty()) return {mul(aligned(a, result), aligned(b, result)), result};

  const auto numel = [&](const std::string& letters) { return numel_of(sizes.shape(letters)); };
  const int64_t m = numel(roles.rows), n = numel(roles.columns), k = numel(roles.summed);
  Shape left = sizes.shape(roles.batch), right = left;
  for (const int64_t size : {m, k}) left.push_back(size);
  for (const int64_t size : {k, n}) right.push_back(size);
  const Tensor y = matmul(reshape(ordered(a, roles.batch + roles.rows + roles.summed), left),
                          reshape(ordered(b, roles.batch + roles.summed + roles.columns), right));
  return {reshape(y, sizes.shape(result)), result};
}

// Every letter that the output or a term other than these two needs.
std::string kept_by(const std::vector<Term>& terms, size_t i, size_t j, const std::string& output) {
  std::string kept = output;
  for (size_t t = 0; t < terms.size(); ++t) {
    if (t != i && t != j) kept += terms[t].letters;
  }
  return kept;
}

// The pair whose product adds least to the numbers in memory; the first of equals.
std::pair<size_t, size_t> next_pair(const std::vector<Term>& terms, const std::string& output, const Sizes& sizes) {
  std::pair<size_t, size_t> best = {0, 1};
  if (terms.size() == 2) return best;
  double least = 0;
  for (size_t i = 0; i < terms.size(); ++i) {
    for (size_t j = i + 1; j < terms.size(); ++j) {
      const std::string kept = kept_by(terms, i, j, output), &a = terms[i].letters, &b = terms[j].letters;
      const double grown = sizes.product(roles_of(a, b, kept).result()) - sizes.product(a) - sizes.product(b);
      if ((i == 0 && j == 1) || grown < least) least = grown, best = {i, j};
    }
  }
  return best;
}

}  // namespace

Tensor einsum(std::string_view equation, std::span<const Tensor> operands) {
  const Equation parsed = parse_equation(equation);
  check_operands(operands, parsed);
  int ellipsis_axes = 0;
  std::vector<Term> terms;
  Sizes sizes;
  for (size_t i = 0; i < operands.size(); ++i) {
    std::string letters = parsed.inputs[i];
    const int covered = operands[i].ndim() - static_cast<int>(letters.size()) + 1;
    if (has(letters, '.')) ellipsis_axes = std::max(ellipsis_axes, covered);
    replace_ellipsis(letters, covered);
    terms.push_back({operands[i], letters});
    sizes.add(terms[i], i);
  }
  const std::string output = output_letters(parsed, ellipsis_axes);
  sizes.shape(output);  // at most eight dimensions

  for (Term& term : terms) simplify(term, sizes);
  while (terms.size() > 1) {
    const auto [i, j] = next_pair(terms, output, sizes);
    Term product = multiply(terms[i], terms[j], kept_by(terms, i, j, output), sizes);
    terms.erase(terms.begin() + static_cast<int64_t>(j));
    terms[i] = std::move(product);
  }
  sum_over_others(terms[0], output);
  return ordered(terms[0], output);
}

}  // namespace dlcore
