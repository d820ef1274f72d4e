"""Windows of neighbours, and one vector for a sequence, against loops."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn, testing

X = np.random.default_rng(0).standard_normal((3, 6, 2))
LENGTHS = [4, 6, 1]


def windows(x, k, padding):
    """Return the windows of one sequence."""
    rows = []
    for t in range(len(x)):
        row = []
        for s in range(t - k, t + k + 1):
            inside = 0 <= s < len(x)
            row.append(x[min(max(s, 0), len(x) - 1)] if inside or padding == "edge" else np.zeros(x.shape[1]))
        rows.append(np.concatenate(row))
    return np.array(rows)


@pytest.mark.parametrize("padding", ["edge", "zeros"])
@pytest.mark.parametrize("neighbors", [0, 1, 3, 9])
def test_context_windows(neighbors, padding):
    y = nn.context_windows(dl.tensor(X), neighbors, LENGTHS, padding).numpy()
    assert y.shape == (3, 6, 2 * (2 * neighbors + 1))
    for i, length in enumerate(LENGTHS):
        np.testing.assert_array_equal(y[i, :length], windows(X[i, :length], neighbors, padding))
    whole = nn.ContextWindows(neighbors, padding)(dl.tensor(X))
    alone = nn.context_windows(dl.tensor(X[1]), neighbors, padding=padding)
    np.testing.assert_array_equal(whole.numpy()[1], windows(X[1], neighbors, padding))
    np.testing.assert_array_equal(alone.numpy(), whole.numpy()[1])


POOLS = {"mean": lambda x: x.mean(0), "max": lambda x: x.max(0), "last": lambda x: x[-1]}


@pytest.mark.parametrize("how", POOLS)
def test_pool_sequences(how):
    y = nn.pool_sequences(dl.tensor(X), dl.tensor(LENGTHS), how).numpy()
    expected = [POOLS[how](x[:n]) for x, n in zip(X, LENGTHS, strict=True)]
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    np.testing.assert_allclose(nn.SequencePool(how)(dl.tensor(X)).numpy(), [POOLS[how](x) for x in X], rtol=1e-12)


def test_valid_steps():
    y = nn.valid_steps(dl.tensor(X), [4, 0, 1]).numpy()
    np.testing.assert_array_equal(y, np.concatenate([X[0, :4], X[2, :1]]))


@pytest.mark.parametrize("how", [*POOLS, "windows", "steps"])
def test_gradients(how):
    x = dl.tensor(X, requires_grad=True)
    function = {
        "windows": lambda x: nn.context_windows(x, 2, LENGTHS),
        "steps": lambda x: nn.valid_steps(x, LENGTHS),
    }.get(how, lambda x: nn.pool_sequences(x, LENGTHS, how))
    assert testing.gradcheck(function, [x])


def test_padding_gets_no_gradient():
    for how in POOLS:
        x = dl.tensor(X, requires_grad=True)
        nn.pool_sequences(x, LENGTHS, how).sum().backward()
        behind = np.arange(6) >= np.array(LENGTHS)[:, None]
        assert (x.grad.numpy()[behind] == 0).all()


def test_errors():
    x = dl.tensor(X)

    def error(text):
        return pytest.raises(ValueError, match=f"^{text}$")

    with error("context_windows: neighbors expected not to be negative, got -1"):
        nn.context_windows(x, -1)
    with error("ContextWindows: padding expected 'edge' or 'zeros', got 'wrap'"):
        nn.ContextWindows(1, "wrap")
    with error(r"context_windows: input expected shape \(N, T, D\) or \(T, D\), got \(3, 6, 2, 1\)"):
        nn.context_windows(x.unsqueeze(3), 1)
    with error("pool_sequences: lengths expected from 1 to 6, got 0 to 6"):
        nn.pool_sequences(x, [0, 6, 6])
    with error(r"valid_steps: lengths expected 3 integers, got int64 of shape \(1,\)"):
        nn.valid_steps(x, [1])
    with error("SequencePool: how expected 'mean', 'max' or 'last', got 'first'"):
        nn.SequencePool("first")
    with error(r"pool_sequences: input expected shape \(N, T, ...\), got \(4,\)"):
        nn.pool_sequences(dl.zeros(4))
    with error(r"pool_sequences: input expected at least one step, got shape \(2, 0, 3\)"):
        nn.pool_sequences(dl.zeros(2, 0, 3))


def test_padding_mask():
    expected = [[t >= n for t in range(4)] for n in (4, 0, 2)]
    assert nn.padding_mask([4, 0, 2], 4).tolist() == expected
    assert nn.padding_mask(dl.tensor([4, 0, 2]), 4).tolist() == expected
    with pytest.raises(ValueError, match=r"^padding_mask: lengths expected from 0 to 4, got 2 to 5$"):
        nn.padding_mask([5, 2], 4)
