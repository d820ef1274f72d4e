#include "define.h"
#include "named_tuple.h"

namespace dlcore::bindings {

template <>
struct NamedTuple<SignAndLogabsdet> {
  static constexpr char kName[] = "SignAndLogabsdet";
  static constexpr Field<SignAndLogabsdet> kFields[] = {{"sign", &SignAndLogabsdet::sign},
                                                        {"logabsdet", &SignAndLogabsdet::logabsdet}};
};
template <>
struct NamedTuple<EigenvaluesAndEigenvectors> {
  static constexpr char kName[] = "EigenvaluesAndEigenvectors";
  static constexpr Field<EigenvaluesAndEigenvectors> kFields[] = {
      {"eigenvalues", &EigenvaluesAndEigenvectors::eigenvalues},
      {"eigenvectors", &EigenvaluesAndEigenvectors::eigenvectors}};
};

namespace {

PyObject* error_class = nullptr;

constexpr const char* kInverse =
    "Compute the inverse: y @ x = x @ y = I, by LU decomposition.\n\n"
    "Args:\n    {}: (..., n, n), floating.\n\n"
    "Raises:\n    dlcore.linalg.LinAlgError: a matrix is singular.\n\n"
    "Example:\n    >>> dlcore.inverse(dlcore.eye(2) * 4).tolist()\n    [[0.25, 0.0], [0.0, 0.25]]\n";
constexpr const char* kDet =
    "Compute the determinant, by LU decomposition.\n\n"
    "The gradient is det * inverse^T; where the determinant is zero, asking for it raises "
    "dlcore.linalg.LinAlgError.\n\n"
    "Args:\n    {}: (..., n, n), floating.\n\n"
    "Returns:\n    (...,).\n\n"
    "Example:\n    >>> dlcore.det(dlcore.eye(3) * 2).item()\n    8.0\n";
constexpr const char* kSlogdet =
    "Compute sign and logarithm of the determinant: det = sign * e^logabsdet, for which det may be too large.\n\n"
    "Args:\n    {}: (..., n, n), floating.\n\n"
    "Returns:\n    A named tuple (sign, logabsdet), both (...,); 0 and -inf for a singular matrix, whose gradient "
    "raises\n"
    "    dlcore.linalg.LinAlgError. The gradient of sign is zero.\n";
constexpr const char* kCholesky =
    "Compute the Cholesky decomposition x = L @ L^T of symmetric positive definite matrices.\n\n"
    "One triangle of x is read; the gradient is symmetric (Murray 2016, Differentiation of the Cholesky\n"
    "decomposition, section 3).\n\n"
    "Args:\n    {}: (..., n, n), floating.\n    upper: give L^T, and read the upper triangle.\n\n"
    "Raises:\n    dlcore.linalg.LinAlgError: a matrix is not positive definite.\n\n"
    "Example:\n    >>> dlcore.cholesky(dlcore.eye(2) * 4).tolist()\n    [[2.0, 0.0], [0.0, 2.0]]\n";

// A text for an argument of this name.
std::string doc_for(std::string doc, const char* argument) { return doc.replace(doc.find("{}"), 2, argument); }

void define_error(py::module_& m) {
  error_class = PyErr_NewExceptionWithDoc("dlcore.linalg.LinAlgError",
                                          "A matrix for which there is no answer: singular, not positive definite.",
                                          PyExc_RuntimeError, nullptr);
  if (!error_class) throw py::error_already_set();
  m.attr("_LinAlgError") = py::reinterpret_borrow<py::object>(error_class);
}

// What dlcore.linalg hands on under the names without a prefix.
void define_module_functions(Family& family) {
  family.function("_linalg_inv", unlocked(&inverse), doc_for(kInverse, "A").c_str(), "A"_a)
      .function("_linalg_det", unlocked(&det), doc_for(kDet, "A").c_str(), "A"_a)
      .function("_linalg_slogdet", unlocked(&slogdet), doc_for(kSlogdet, "A").c_str(), "A"_a)
      .function("_linalg_cholesky", unlocked(&cholesky), doc_for(kCholesky, "A").c_str(), "A"_a, py::kw_only(),
                "upper"_a = false)
      .function(
          "_linalg_solve", unlocked(&solve),
          "Solve A @ y = B for y, by LU decomposition.\n\n"
          "Args:\n    A: (..., n, n), floating.\n"
          "    B: (..., n, k), where leading dimensions broadcast; or vectors: (n,), or A's shape without its last.\n"
          "    left: if not, solve y @ A = B, for B (..., k, n).\n\n"
          "Raises:\n    dlcore.linalg.LinAlgError: a matrix is singular.\n\n"
          "Example:\n    >>> dlcore.linalg.solve(dlcore.eye(2) * 4, dlcore.ones(2)).tolist()\n    [0.25, 0.25]\n",
          "A"_a, "B"_a, py::kw_only(), "left"_a = true)
      .function("_linalg_solve_triangular", unlocked(&solve_triangular),
                "Solve A @ y = B for y, where A is a triangle.\n\n"
                "Args:\n    A: (..., n, n), floating; its other half is not read.\n"
                "    B: (..., n, k), where leading dimensions broadcast.\n    upper: which triangle.\n"
                "    left: if not, solve y @ A = B, for B (..., k, n).\n"
                "    unitriangular: take the diagonal for ones, without reading it.\n\n"
                "Raises:\n    dlcore.linalg.LinAlgError: there is a zero on the diagonal.\n",
                "A"_a, "B"_a, py::kw_only(), "upper"_a, "left"_a = true, "unitriangular"_a = false)
      .function(
          "_linalg_eigh", unlocked(&eigh),
          "Decompose symmetric matrices: A = V @ diag(w) @ V^T.\n\n"
          "Eigenvectors have a gradient only where the eigenvalues are distinct, and as their signs are free, only\n"
          "functions that do not depend on these have a meaningful one.\n\n"
          "Args:\n    A: (..., n, n), floating.\n    UPLO: 'L' or 'U', the triangle that is read.\n\n"
          "Returns:\n    A named tuple: eigenvalues (..., n), ascending; eigenvectors (..., n, n), in columns.\n\n"
          "Raises:\n    dlcore.linalg.LinAlgError: an element is not finite, or the iteration does not converge.\n\n"
          "Example:\n    >>> dlcore.linalg.eigh(dlcore.eye(2) * 3).eigenvalues.tolist()\n    [3.0, 3.0]\n",
          "A"_a, "UPLO"_a = "L")
      .function(
          "_linalg_eigvalsh", unlocked(&eigvalsh),
          "Compute the eigenvalues of symmetric matrices, ascending.\n\n"
          "Args:\n    A: (..., n, n), floating.\n    UPLO: 'L' or 'U', the triangle that is read.\n\n"
          "Raises:\n    dlcore.linalg.LinAlgError: an element is not finite, or the iteration does not converge.\n",
          "A"_a, "UPLO"_a = "L");
}

}  // namespace

PyObject* linalg_error() { return error_class; }

void define_linalg(py::module_& m) {
  define_error(m);
  define_named_tuple<SignAndLogabsdet>(m);
  define_named_tuple<EigenvaluesAndEigenvectors>(m);
  Family family(m);
  family.op("inverse", unlocked(&inverse), doc_for(kInverse, "input").c_str(), "input"_a)
      .op("det", unlocked(&det), doc_for(kDet, "input").c_str(), "input"_a)
      .op("slogdet", unlocked(&slogdet), doc_for(kSlogdet, "input").c_str(), "input"_a)
      .op("logdet", unlocked(&logdet), "Compute log(det x), which is NaN where det x is negative. See slogdet.",
          "input"_a)
      .op("cholesky", unlocked(&cholesky), doc_for(kCholesky, "input").c_str(), "input"_a, "upper"_a = false);
  define_module_functions(family);
}

}  // namespace dlcore::bindings
