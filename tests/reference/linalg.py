"""Products, factorisations and solutions; leading dimensions are batches."""

from collections import namedtuple

import numpy as np

SignAndLogabsdet = namedtuple("SignAndLogabsdet", "sign logabsdet")
EigenvaluesAndEigenvectors = namedtuple("EigenvaluesAndEigenvectors", "eigenvalues eigenvectors")


def matmul(input, other):
    """Return y[i, j] = sum over k of x[i, k] * other[k, j]; 1-d: a row on the left, a column on the right."""
    return np.matmul(input, other)


def linear(input, weight, bias=None):
    """Return x weight^T + bias."""
    y = np.matmul(input, weight.T)
    return y if bias is None else y + bias


def einsum(equation, *operands):
    """Return the sum over the indices that the equation's right side leaves out, in Einstein's notation."""
    return np.einsum(equation, *operands)


def mm(input, mat2):
    """Return the product of two matrices."""
    return np.matmul(input, mat2)


def bmm(input, mat2):
    """Return the products of pairs of matrices."""
    return np.matmul(input, mat2)


def mv(input, vec):
    """Return the product of a matrix and a vector."""
    return np.matmul(input, vec)


def dot(input, tensor):
    """Return the sum of x * tensor."""
    return np.sum(input * tensor)


def outer(input, vec2):
    """Return y[i, j] = x[i] * vec2[j]."""
    return input[:, None] * vec2[None, :]


def inner(input, other):
    """Return the sums of products over the last axis of both."""
    return np.inner(input, other)


def tensordot(a, b, dims=2):
    """Return the sums of products over chosen axes; by default, the last two of a and the first two of b."""
    return np.tensordot(a, b, dims)


def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """Return beta x + alpha mat1 mat2."""
    return beta * input + alpha * np.matmul(mat1, mat2)


def baddbmm(input, batch1, batch2, *, beta=1, alpha=1):
    """Return beta x + alpha batch1 batch2, pair by pair."""
    return beta * input + alpha * np.matmul(batch1, batch2)


def inverse(input):
    """Return y with y x = x y = I."""
    return np.linalg.inv(input)


def det(A):
    """Return determinant of A."""
    return np.linalg.det(A)


def slogdet(A):
    """Return sign and logabsdet with det A = sign * e^logabsdet."""
    return SignAndLogabsdet(*np.linalg.slogdet(A))


def logdet(input):
    """Return log det x."""
    return np.log(np.linalg.det(input))


def cholesky(A, *, upper=False):
    """Return the lower triangular L (L^T if upper) with A = L L^T."""
    L = np.linalg.cholesky(A)
    return np.swapaxes(L, -1, -2) if upper else L


def solve(A, B, *, left=True):
    """Return y with A y = B (or y A = B); B is a vector, a batch of them (shaped as A without its last) or matrices."""
    if B.ndim == 1 or B.shape == A.shape[:-1]:
        return np.linalg.solve(A, B[..., None])[..., 0]
    if left:
        return np.linalg.solve(A, B)
    return np.swapaxes(np.linalg.solve(np.swapaxes(A, -1, -2), np.swapaxes(B, -1, -2)), -1, -2)


def solve_triangular(A, B, *, upper, left=True, unitriangular=False):
    """Return y with T y = B (or y T = B), T being a triangle of A, with ones on its diagonal if unitriangular."""
    T = np.triu(A) if upper else np.tril(A)
    if unitriangular:
        T = T - T * np.eye(A.shape[-1]) + np.eye(A.shape[-1])
    y = np.matmul(np.linalg.inv(T), B) if left else np.matmul(B, np.linalg.inv(T))
    return y


def eigvalsh(A, UPLO="L"):
    """Return the eigenvalues of a symmetric matrix, ascending."""
    return np.linalg.eigvalsh(A, UPLO)


def eigh(A, UPLO="L"):
    """Return w ascending and V orthogonal with A = V diag(w) V^T; the sign of each eigenvector is free."""
    return EigenvaluesAndEigenvectors(*np.linalg.eigh(A, UPLO))
