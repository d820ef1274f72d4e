"""CTC beside PyTorch, whose gradient takes for granted that log_softmax made the log-probabilities."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("zero_infinity", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_values_and_gradients(seed, zero_infinity, reduction):
    rng = np.random.default_rng(seed)
    T, N, C, S = (int(rng.integers(low, high)) for low, high in ((8, 20), (1, 5), (3, 9), (1, 4)))
    blank = int(rng.integers(C))
    labels = np.array([c for c in range(C) if c != blank])
    targets = rng.choice(labels, (N, S))
    lengths = rng.integers(2 * S, T + 1, N).tolist(), rng.integers(0, S + 1, N).tolist()
    if zero_infinity and lengths[1][0] > 1:
        lengths[0][0] = lengths[1][0] - 1  # does not fit
    if rng.random() < 0.5:
        targets = np.concatenate([row[:n] for row, n in zip(targets, lengths[1], strict=True)])
    if targets.size == 0:
        targets = np.zeros(0, np.int64)
    logits = rng.standard_normal((T, N, C))
    options = {"blank": blank, "reduction": reduction, "zero_infinity": zero_infinity}

    x = dl.tensor(logits, requires_grad=True)
    loss = nn.CTCLoss(**options)(x.log_softmax(2), dl.tensor(targets), *lengths)
    loss.sum().backward()
    u = torch.tensor(logits, requires_grad=True)
    expected = torch.nn.CTCLoss(**options)(u.log_softmax(2), torch.tensor(targets), *lengths)
    expected.sum().backward()
    np.testing.assert_allclose(loss.detach().numpy(), expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(x.grad.numpy(), u.grad.numpy(), rtol=1e-9, atol=1e-12)
