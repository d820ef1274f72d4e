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

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using Rows = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
// A matrix (n, n) of rows read as columns is its transpose: as good where the answer is then transposed too.
template <class T>
using Transposed = Eigen::Map<const Matrix<T>>;

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
      const Eigen::PartialPivLU<Matrix<T>> lu(Transposed<T>(static_cast<const T*>(x) + i * n * n, n, n));
      if (singular(lu)) return false;
      Eigen::Map<Matrix<T>>(static_cast<T*>(y) + i * n * n, n, n) = lu.solve(Matrix<T>::Identity(n, n));
      return true;
    });
  });
}

void det(DType dtype, const void* x, void* y, int64_t batches, int64_t n) {
  visit_floating(dtype, [&]<class T>() {
    for_each_matrix(batches, n, [&](int64_t i) {
      T& to = static_cast<T*>(y)[i];
      to =
          n == 0
              ? T(1)
              : Eigen::PartialPivLU<Matrix<T>>(Transposed<T>(static_cast<const T*>(x) + i * n * n, n, n)).determinant();
      return true;
    });
  });
}

void slogdet(DType dtype, const void* x, void* sign, void* logabsdet, int64_t batches, int64_t n) {
  visit_floating(dtype, [&]<class T>() {
    for_each_matrix(batches, n, [&](int64_t i) {
      T s = 1, log = 0;
      if (n > 0) {
        const Eigen::PartialPivLU<Matrix<T>> lu(Transposed<T>(static_cast<const T*>(x) + i * n * n, n, n));
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
      const Eigen::LLT<Matrix<T>> llt(Eigen::Map<const Rows<T>>(static_cast<const T*>(x) + i * n * n, n, n));
      Eigen::Map<Rows<T>>(static_cast<T*>(y) + i * n * n, n, n) = llt.matrixL();
      return llt.info() == Eigen::Success && (llt.matrixLLT().diagonal().array() > T(0)).all();  // NaN is no success
    });
  });
}

int64_t solve(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n, int64_t columns) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      const Eigen::PartialPivLU<Matrix<T>> lu(Eigen::Map<const Rows<T>>(static_cast<const T*>(a) + i * n * n, n, n));
      if (singular(lu)) return false;
      const Matrix<T> right = Eigen::Map<const Rows<T>>(static_cast<const T*>(b) + i * n * columns, n, columns);
      Eigen::Map<Rows<T>>(static_cast<T*>(y) + i * n * columns, n, columns) = lu.solve(right);
      return true;
    });
  });
}

int64_t solve_triangular(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n,
                         int64_t columns, bool upper, bool unit) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      Matrix<T> triangle = Eigen::Map<const Rows<T>>(static_cast<const T*>(a) + i * n * n, n, n);
      if (unit) triangle.diagonal().setOnes();
      if ((triangle.diagonal().array() == T(0)).any()) return false;
      Matrix<T> right = Eigen::Map<const Rows<T>>(static_cast<const T*>(b) + i * n * columns, n, columns);
      if (upper) {
        triangle.template triangularView<Eigen::Upper>().solveInPlace(right);
      } else {
        triangle.template triangularView<Eigen::Lower>().solveInPlace(right);
      }
      Eigen::Map<Rows<T>>(static_cast<T*>(y) + i * n * columns, n, columns) = right;
      return true;
    });
  });
}

int64_t eigh(DType dtype, const void* x, void* eigenvalues, void* eigenvectors, int64_t batches, int64_t n) {
  if (n == 0) return kAll;
  return visit_floating(dtype, [&]<class T>() {
    return for_each_matrix(batches, n, [&](int64_t i) {
      const Matrix<T> matrix = Eigen::Map<const Rows<T>>(static_cast<const T*>(x) + i * n * n, n, n);
      const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(
          matrix, eigenvectors ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
      if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite()) return false;
      Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, 1>>(static_cast<T*>(eigenvalues) + i * n, n) = solver.eigenvalues();
      if (eigenvectors) Eigen::Map<Rows<T>>(static_cast<T*>(eigenvectors) + i * n * n, n, n) = solver.eigenvectors();
      return true;
    });
  });
}

}  // namespace dlcore::kernels
