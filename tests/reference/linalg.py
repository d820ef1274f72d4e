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


def outer(input, vec2):
    """Return y[i, j] = x[i] * vec2[j]."""
    return input[:, None] * vec2[None, :]


def inverse(input):
    """Return y with y x = x y = I."""
    return np.linalg.inv(input)


def det(A):
    """Return determinant of A."""
    return np.linalg.det(A)


def slogdet(A):
    """Return sign and logabsdet with det A = sign * e^logabsdet."""
    return SignAndLogabsdet(*np.linalg.slogdet(A))


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


def eigh(A, UPLO="L"):
    """Return w ascending and V orthogonal with A = V diag(w) V^T; the sign of each eigenvector is free."""
    return EigenvaluesAndEigenvectors(*np.linalg.eigh(A, UPLO))
