"""Classes by their probabilities: densities, and Bayes' rule, one class at a time."""

import numpy as np


def gaussian_log_likelihood(x, means, covariances):
    """Return log N(x; mean, covariance) of each class, (N, C), for x (N, D); one covariance may do for all."""
    columns = []
    for number, mean in enumerate(means):
        covariance = covariances[number if len(covariances) > 1 else 0]
        distance = np.einsum("ni,ij,nj->n", x - mean, np.linalg.inv(covariance), x - mean)
        log_volume = np.linalg.slogdet(2 * np.pi * covariance).logabsdet
        columns.append(-(distance + log_volume) / 2)
    return np.stack(columns, -1)


def bernoulli_log_likelihood(x, chances):
    """Return the sum of x log p + (1 - x) log(1 - p) of each class, (N, C), for x (N, D) and p (C, D)."""
    return np.stack([(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(-1) for p in chances], -1)


def joint(log_likelihood, log_prior):
    """Return log p(x | c) + log p(c), where priors are given up to a factor."""
    return log_likelihood + log_prior - np.log(np.exp(log_prior).sum())


def posterior(log_joint):
    """Return p(x, c) / sum over k of p(x, k)."""
    chances = np.exp(log_joint - log_joint.max(-1, keepdims=True))
    return chances / chances.sum(-1, keepdims=True)


def class_covariances(x, y, shared):
    """Return the covariances of maximum likelihood, divided by n: (C, D, D), or (1, D, D) of all around their means."""
    parts = [x[y == number] - x[y == number].mean(0) for number in range(y.max() + 1)]
    parts = [np.concatenate(parts)] if shared else parts
    return np.stack([part.T @ part / len(part) for part in parts])
