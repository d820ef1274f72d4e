// Decompositions by Eigen, the one file that instantiates them: LU with partial pivoting (inverse, det, solve),
// Cholesky, and the symmetric QR algorithm (Golub & Van Loan, Matrix Computations, 4th ed., sections 3.4, 4.2 and 8.3).
//
// A matrix is decomposed by one thread, so bits do not depend on threads; matrices of a batch are shared out.
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
template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

// The i-th of matrices (rows, cols) that lie one after the other.
template <class T>
auto matrix_at(const void* data, int64_t i, int64_t rows, int64_t cols) {
  return Eigen::Map<const Matrix<T>>(static_cast<const T*>(data) + i * rows * cols, cols, rows).transpose();
}
template <class T>
void store(const Matrix<T>& from, void* data, int64_t i) {
  Eigen::Map<Matrix<T>>(static_cast<T*>(data) + i * from.size(), from.cols(), from.rows()) = from.transpose();
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

template <class T>
bool singular(const Eigen::PartialPivLU<Matrix<T>>& lu) {
  return (lu.matrixLU().diagonal().array() == T(0)).any();
}

}  // namespace

int64_t inverse(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      const Eigen::PartialPivLU<Matrix<T>> lu(matrix_at<T>(x, i, n, n));
      if (singular(lu)) return false;
      const Matrix<T> one = Matrix<T>::Identity(n, n), solved = lu.solve(one);
      store(solved, y, i);
      return true;
    });
  });
}

void det(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  visit_floating(dtype, [&]<class T>() {
    for_each_matrix(batches, n, [&](int64_t i) {
      static_cast<T*>(y)[i] = n == 0 ? T(1) : Eigen::PartialPivLU<Matrix<T>>(matrix_at<T>(x, i, n, n)).determinant();
      return true;
    });
  });
}

void slogdet(DType dtype, const void* x, void* sign, void* logabsdet, int64_t batches, int64_t n) {
  visit_floating(dtype, [&]<class T>() {
    for_each_matrix(batches, n, [&](int64_t i) {
      T s = 1, log = 0;
      if (n > 0) {
        const Eigen::PartialPivLU<Matrix<T>> lu(matrix_at<T>(x, i, n, n));
        s = static_cast<T>(lu.permutationP().determinant());
        for (int64_t k = 0; k < n; ++k) {
          const T pivot = lu.matrixLU()(k, k);
          s *= static_cast<T>((pivot > 0) - (pivot < 0));
          log += std::log(std::abs(pivot));
        }
      }
      static_cast<T*>(sign)[i] = s;
      static_cast<T*>(logabsdet)[i] = log;
      return true;
    });
  });
}

int64_t cholesky(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      const Eigen::LLT<Matrix<T>> llt(matrix_at<T>(x, i, n, n));
      if (llt.info() != Eigen::Success || !(llt.matrixLLT().diagonal().array() > T(0)).all()) return false;  // or NaN
      const Matrix<T> lower = llt.matrixL();
      store(lower, y, i);
      return true;
    });
  });
}

int64_t solve(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n, int64_t columns) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      const Eigen::PartialPivLU<Matrix<T>> lu(matrix_at<T>(a, i, n, n));
      if (singular(lu)) return false;
      const Matrix<T> right = matrix_at<T>(b, i, n, columns), solved = lu.solve(right);
      store(solved, y, i);
      return true;
    });
  });
}

int64_t solve_triangular(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n,
                         int64_t columns, bool upper, bool unit) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      Matrix<T> triangle = matrix_at<T>(a, i, n, n), solved = matrix_at<T>(b, i, n, columns);
      if (unit) triangle.diagonal().setOnes();
      if ((triangle.diagonal().array() == T(0)).any()) return false;
      if (upper) {
        triangle.template triangularView<Eigen::Upper>().solveInPlace(solved);
      } else {
        triangle.template triangularView<Eigen::Lower>().solveInPlace(solved);
      }
      store(solved, y, i);
      return true;
    });
  });
}

int64_t eigh(DType dtype, const void* x, void* eigenvalues, void* eigenvectors, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      const Matrix<T> matrix = matrix_at<T>(x, i, n, n);
      const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(
          matrix, eigenvectors ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
      if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite()) return false;
      std::copy_n(solver.eigenvalues().data(), n, static_cast<T*>(eigenvalues) + i * n);
      if (eigenvectors) store<T>(solver.eigenvectors(), eigenvectors, i);
      return true;
    });
  });
}

}  // namespace dlcore::kernels
