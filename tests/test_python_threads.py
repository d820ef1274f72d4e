"""Python threads that compute side by side give what each would give alone."""

import threading

import dlcore
import numpy as np
from dlcore import nn


def train(seed, steps=60):
    """Train a small network with a generator of its own; return its parameters."""
    generator = dlcore.Generator().manual_seed(seed)
    w = (dlcore.randn(32, 16, generator=generator) * 0.3).requires_grad_()
    v = (dlcore.randn(16, 1, generator=generator) * 0.3).requires_grad_()
    x = dlcore.randn(64, 32, generator=generator)
    t = x[:, :1] * x[:, 1:2]
    optimizer = dlcore.optim.SGD([w, v], lr=0.05, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.mse_loss((x @ w).tanh() @ v, t).backward()
        optimizer.step()
    return [p.detach().numpy().copy() for p in (w, v)]


def in_threads(*jobs):
    """Run jobs side by side; return their results and re-raise their errors."""
    results, errors = [None] * len(jobs), []

    def run(i):
        try:
            results[i] = jobs[i]()
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=run, args=(i,)) for i in range(len(jobs))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return results


def test_two_threads_train_two_models():
    alone = [train(seed) for seed in (1, 2)]
    together = in_threads(lambda: train(1), lambda: train(2))
    for expected, got in zip(alone, together, strict=True):
        for a, b in zip(expected, got, strict=True):
            np.testing.assert_array_equal(a, b)


def test_two_threads_add_to_the_gradient_of_one_leaf():
    w = dlcore.ones(1000, requires_grad=True)

    def work():
        for _ in range(200):
            (w * 2).sum().backward()

    in_threads(work, work)
    np.testing.assert_array_equal(w.grad.numpy(), np.full(1000, 2 * 2 * 200, np.float32))


def test_no_grad_is_of_one_thread():
    w = dlcore.ones(3, requires_grad=True)
    with dlcore.no_grad():
        (other,) = in_threads(lambda: (w * 2).requires_grad)
        assert other
        assert not (w * 2).requires_grad


def test_large_ops_run_side_by_side():
    x = np.random.default_rng(0).standard_normal((300, 300)).astype(np.float32)
    expected = (dlcore.tensor(x) @ dlcore.tensor(x)).numpy()

    def work():
        return [(dlcore.tensor(x) @ dlcore.tensor(x)).numpy() for _ in range(10)]

    for results in in_threads(work, work, work):
        for got in results:
            np.testing.assert_array_equal(got, expected)
