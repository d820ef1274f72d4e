import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import exactly, integers


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,), (2, 0)])
def test_embedding(shape):
    check_op(dlcore.embedding, reference.embedding, integers(shape, 5), (5, 3))
    check_op(dlcore.embedding, reference.embedding, integers(shape, 5, dtype=np.int32), (5, 3))


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    check_op(dlcore.embedding, reference.embedding, integers((7,), 5), (5, n))
    check_op(dlcore.embedding, reference.embedding, integers((n,), 5), (5, 4))


@pytest.mark.parametrize("padding_idx", [None, 0, 2, -1])
def test_gradient_with_padding(padding_idx):
    rng = np.random.default_rng(0)
    index, dy = rng.integers(0, 4, (3, 5)), rng.random((3, 5, 2))
    w = dlcore.tensor(rng.random((4, 2)), requires_grad=True)
    y = dlcore.embedding(dlcore.tensor(index), w, padding_idx)
    np.testing.assert_array_equal(y.detach().numpy(), w.detach().numpy()[index])
    y.backward(dlcore.tensor(dy))
    expected = reference.embedding_gradient(dy, index, 4, padding_idx)
    np.testing.assert_allclose(w.grad.numpy(), expected, rtol=1e-14)


def test_second_gradient_with_padding():
    """The gradient is linear in dy: its own gradient there is an embedding, without the padding row."""
    rng = np.random.default_rng(0)
    index, ddw = rng.integers(0, 4, 9), rng.random((4, 2))
    w = dlcore.tensor(rng.random((4, 2)), requires_grad=True)
    dy = dlcore.tensor(rng.random((9, 2)), requires_grad=True)
    y = dlcore.embedding(dlcore.tensor(index), w, 1)
    (dw,) = dlcore.autograd.grad([y], [w], [dy], create_graph=True)
    (ddy,) = dlcore.autograd.grad([dw], [dy], [dlcore.tensor(ddw)])
    ddw[1] = 0
    np.testing.assert_array_equal(ddy.numpy(), ddw[index])


def test_threads():
    check_threads(dlcore.embedding, integers((4000,), 50), (50, 70))
    check_threads(dlcore.embedding, integers((40, 50), 3), (3, 200))


def test_rows_add_in_order():
    rng = np.random.default_rng(0)
    index, dy = rng.integers(0, 3, 1000), rng.random((1000, 5)).astype(np.float32)
    expected = np.zeros((3, 5), np.float32)
    np.add.at(expected, index, dy)
    w = dlcore.zeros(3, 5, requires_grad=True)
    dlcore.embedding(dlcore.tensor(index), w).backward(dlcore.tensor(dy))
    assert w.grad.numpy().tobytes() == expected.tobytes()


def test_a_strided_weight():
    check_op(lambda i, w: dlcore.embedding(i, w.T), lambda i, w: w.T[i], exactly(np.array([1, 0, 1])), (3, 2))


def test_errors():
    w = dlcore.zeros(4, 2)
    for value in (4, -1):
        text = f"embedding: index {value} is out of range for axis 0 of size 4"
        check_error(IndexError, text, lambda value=value: dlcore.embedding(dlcore.tensor([0, value]), w))
    text = "embedding: index: expected dtype int64 or int32, got float32"
    check_error(TypeError, text, lambda: dlcore.embedding(w, w))
    text = "embedding: expected a weight of 2 dimensions, got shape (4,)"
    check_error(ValueError, text, lambda: dlcore.embedding(dlcore.tensor([0]), w[:, 0]))
    text = "embedding: padding_idx 4 is out of range for 4 embeddings"
    check_error(IndexError, text, lambda: dlcore.embedding(dlcore.tensor([0]), w, 4))
