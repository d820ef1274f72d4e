// Decompositions by Eigen, the one file that instantiates them: LU with partial pivoting (inverse, det, solve),
// Cholesky, and the symmetric QR algorithm (Golub & Van Loan, Matrix Computations, 4th ed., sections 3.4, 4.2 and 8.3).
//
// A matrix is decomposed by one thread, so bits do not depend on threads; matrices of a batch are shared out. All is
// computed in float64, also for float32, whose results are then rounded once: a second set of solvers would take as
// long again to compile.
#include "kernels/linalg.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <atomic>
#include <cmath>

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kGrainWork = 1 << 16;  // multiplications per piece: about 30 us, as decompositions go one by one

// Everything is computed in this one type, as each other one would be compiled again.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

// The i-th of matrices (rows, cols) that lie one after the other.
Matrix matrix_at(DType dtype, const void* data, int64_t i, int64_t rows, int64_t cols) {
  return visit_floating(dtype, [&]<class T>() -> Matrix {
    using Rows = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Rows>(static_cast<const T*>(data) + i * rows * cols, rows, cols).template cast<double>();
  });
}
void store(DType dtype, const Matrix& from, void* data, int64_t i) {
  visit_floating(dtype, [&]<class T>() {
    using Rows = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::Map<Rows>(static_cast<T*>(data) + i * from.size(), from.rows(), from.cols()) = from.template cast<T>();
  });
}
void store(DType dtype, double from, void* data, int64_t i) {
  visit_floating(dtype, [&]<class T>() { static_cast<T*>(data)[i] = static_cast<T>(from); });
}

// The number of the batch's first matrix without an answer, whichever thread finds it.
class FirstFailure {
 public:
  void report(int64_t batch) {
    int64_t before = first_.load();
    while ((before == kAll || batch < before) && !first_.compare_exchange_weak(before, batch)) {
    }
  }
  int64_t get() const { return first_; }

 private:
  std::atomic<int64_t> first_ = kAll;
};

// body(batch) returns whether there was an answer.
template <class Body>
int64_t for_each_matrix(int64_t batches, int64_t n, const Body& body) {
  FirstFailure failure;
  const int64_t grain = std::max<int64_t>(1, kGrainWork / std::max<int64_t>(1, n * n * n));
  parallel_for(batches, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      if (!body(i)) failure.report(i);
    }
  });
  return failure.get();
}

bool singular(const Eigen::PartialPivLU<Matrix>& lu) { return (lu.matrixLU().diagonal().array() == 0).any(); }

}  // namespace

int64_t inverse(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return for_each_matrix(batches, n, [&](int64_t i) {
    const Eigen::PartialPivLU<Matrix> lu(matrix_at(dtype, x, i, n, n));
    if (singular(lu)) return false;
    const Matrix one = Matrix::Identity(n, n), solved = lu.solve(one);
    store(dtype, solved, y, i);
    return true;
  });
}

void det(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  for_each_matrix(batches, n, [&](int64_t i) {
    store(dtype, n == 0 ? 1.0 : Eigen::PartialPivLU<Matrix>(matrix_at(dtype, x, i, n, n)).determinant(), y, i);
    return true;
  });
}

void slogdet(DType dtype, const void* x, void* sign, void* logabsdet, int64_t batches, int64_t n) {
  for_each_matrix(batches, n, [&](int64_t i) {
    double s = 1, log = 0;
    if (n > 0) {
      const Eigen::PartialPivLU<Matrix> lu(matrix_at(dtype, x, i, n, n));
      s = static_cast<double>(lu.permutationP().determinant());
      for (int64_t k = 0; k < n; ++k) {
        const double pivot = lu.matrixLU()(k, k);
        s *= (pivot > 0) - (pivot < 0);
        log += std::log(std::abs(pivot));
      }
    }
    store(dtype, s, sign, i);
    store(dtype, log, logabsdet, i);
    return true;
  });
}

int64_t cholesky(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return for_each_matrix(batches, n, [&](int64_t i) {
    const Eigen::LLT<Matrix> llt(matrix_at(dtype, x, i, n, n));
    if (llt.info() != Eigen::Success || !(llt.matrixLLT().diagonal().array() > 0).all()) return false;  // or NaN
    const Matrix lower = llt.matrixL();
    store(dtype, lower, y, i);
    return true;
  });
}

int64_t solve(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n, int64_t columns) {
  if (n == 0) return kAll;
  return for_each_matrix(batches, n, [&](int64_t i) {
    const Eigen::PartialPivLU<Matrix> lu(matrix_at(dtype, a, i, n, n));
    if (singular(lu)) return false;
    const Matrix right = matrix_at(dtype, b, i, n, columns), solved = lu.solve(right);
    store(dtype, solved, y, i);
    return true;
  });
}

int64_t solve_triangular(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n,
                         int64_t columns, bool upper, bool unit) {
  if (n == 0) return kAll;
  return for_each_matrix(batches, n, [&](int64_t i) {
    Matrix triangle = matrix_at(dtype, a, i, n, n), solved = matrix_at(dtype, b, i, n, columns);
    if (unit) triangle.diagonal().setOnes();
    if ((triangle.diagonal().array() == 0).any()) return false;
    if (upper) {
      triangle.triangularView<Eigen::Upper>().solveInPlace(solved);
    } else {
      triangle.triangularView<Eigen::Lower>().solveInPlace(solved);
    }
    store(dtype, solved, y, i);
    return true;
  });
}

int64_t eigh(DType dtype, const void* x, void* eigenvalues, void* eigenvectors, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return for_each_matrix(batches, n, [&](int64_t i) {
    const Matrix matrix = matrix_at(dtype, x, i, n, n);
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(
        matrix, eigenvectors ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite()) return false;
    store(dtype, solver.eigenvalues(), eigenvalues, i);
    if (eigenvectors) store(dtype, solver.eigenvectors(), eigenvectors, i);
    return true;
  });
}

}  // namespace dlcore::kernels
