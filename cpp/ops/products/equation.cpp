#include "ops/products/equation.h"

#include <algorithm>

#include "dlcore/error.h"

namespace dlcore {
namespace {

// One side of the arrow, up to a comma: letters and at most one "...".
std::string parse_term(std::string_view text_of, std::string_view equation) {
  std::string letters;
  for (size_t i = 0; i < text_of.size(); ++i) {
    const char c = text_of[i];
    if (c == ' ') continue;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      letters += c;
    } else if (text_of.substr(i, 3) == "..." && !has(letters, '.')) {
      letters += '.';
      i += 2;
    } else {
      raise<ValueError>("einsum: expected letters, ',', '->' and one '...' a term, got '", equation, "'");
    }
  }
  return letters;
}

std::string ellipsis(int axes) {
  std::string letters;
  for (int i = axes - 1; i >= 0; --i) letters += static_cast<char>('0' + i);
  return letters;
}

// Without an arrow: the axes of the ellipsis, then in alphabetical order the letters that appear once.
std::string implicit_output(const std::vector<std::string>& inputs, int ellipsis_axes) {
  std::string all, once;
  for (const std::string& letters : inputs) all += letters;
  std::sort(all.begin(), all.end());
  for (const char c : all) {
    if (c != '.' && std::count(all.begin(), all.end(), c) == 1) once += c;
  }
  return ellipsis(ellipsis_axes) + once;
}

void check_output(const std::string& output, const std::vector<std::string>& inputs) {
  for (const char c : output) {
    if (std::count(output.begin(), output.end(), c) > 1)
      raise<ValueError>("einsum: letter '", std::string(1, c), "' appears twice in the output");
    if (c >= 'A' && std::none_of(inputs.begin(), inputs.end(), [c](const std::string& in) { return has(in, c); }))
      raise<ValueError>("einsum: letter '", std::string(1, c), "' of the output is in no operand");
  }
}

}  // namespace

Equation parse_equation(std::string_view equation) {
  Equation parsed;
  const size_t arrow = equation.find("->");
  std::string_view left = equation.substr(0, arrow);
  for (size_t comma; (comma = left.find(',')) != std::string_view::npos; left.remove_prefix(comma + 1)) {
    parsed.inputs.push_back(parse_term(left.substr(0, comma), equation));
  }
  parsed.inputs.push_back(parse_term(left, equation));
  if (arrow != std::string_view::npos) parsed.output = parse_term(equation.substr(arrow + 2), equation);
  return parsed;
}

void replace_ellipsis(std::string& letters, int axes) {
  if (const size_t at = letters.find('.'); at != std::string::npos) letters.replace(at, 1, ellipsis(axes));
}

std::string output_letters(const Equation& equation, int ellipsis_axes) {
  std::string output = equation.output.value_or(implicit_output(equation.inputs, ellipsis_axes));
  check_output(output, equation.inputs);
  replace_ellipsis(output, ellipsis_axes);
  return output;
}

}  // namespace dlcore
