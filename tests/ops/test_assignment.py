"""Writing x[...] = value and index_put against NumPy."""

import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op, check_threads
from keys import random_key
from samples import integers

SHAPES = [(4,), (3, 4), (2, 3, 4), (2, 3, 4, 2), (2, 0, 3), ()]


def assigned(x, key, value):
    """Return what a copy of x is after y[key] = value, with gradients to both."""
    y = x.clone()
    y[key] = value
    return y


def broadcasting(rng, shape):
    """Return a shape that broadcasts to the given one."""
    sizes = [n if rng.random() < 0.7 else 1 for n in shape]
    return tuple(sizes[rng.integers(0, len(sizes) + 1) :])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tensors", [False, True])
def test_random_keys(shape, tensors):
    rng = np.random.default_rng(0)
    for _ in range(25):
        key = random_key(rng, shape, tensors)
        places = reference.index(np.arange(np.prod(shape)).reshape(shape), key)
        if len(np.unique(places)) < places.size:
            continue  # below
        value = broadcasting(rng, places.shape)
        check_op(
            lambda x, v, key=key: assigned(x, key, v),
            lambda x, v, key=key: reference.set_index(x, key, v),
            shape,
            value,
        )


@pytest.mark.parametrize("shape", SHAPES)
def test_of_several_values_the_last_stays(shape):
    rng = np.random.default_rng(1)
    for _ in range(100):
        key = random_key(rng, shape)
        x = rng.random(shape)
        value = rng.random(broadcasting(rng, reference.index(x, key).shape))
        got = assigned(dlcore.tensor(x), key, value)
        np.testing.assert_array_equal(got.numpy(), reference.set_index(x, key, value), err_msg=str(key))


KEYS = [
    0,
    (..., slice(1, 3)),
    np.array([1, 0]),
    (slice(None), 1, np.array([0, 2])),
    np.arange(24).reshape(2, 3, 4) % 5 == 0,
]


@pytest.mark.parametrize("key", KEYS, ids=["row", "slice", "rows", "mixed", "mask"])
@pytest.mark.parametrize("value", [2.5, 3, True, np.float64(0.5), dlcore.tensor(7)])
def test_numbers(key, value):
    number = value.item() if isinstance(value, dlcore.Tensor) else value
    check_op(lambda x: assigned(x, key, value), lambda x: reference.set_index(x, key, number), (2, 3, 4))


@pytest.mark.parametrize("key", KEYS, ids=["row", "slice", "rows", "mixed", "mask"])
@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int32, np.int64])
def test_dtypes(key, dtype):
    x = integers((2, 3, 4), 2, dtype=dtype)
    for value in (1, 1.0, np.ones(1, np.float32), np.ones((), np.int64)):
        check_op(
            lambda x, v=value: assigned(x, key, v), lambda x, v=value: reference.set_index(x, key, v), x, grad=False
        )


def test_sequences_and_leading_ones():
    x = dlcore.zeros(2, 3)
    x[0] = [1, 2, 3]
    x[1:] = [[4], [5], [6]][:1]
    x[1, 1:] = dlcore.ones(1, 1, 2)
    x[[1], 2] = dlcore.ones(1, 1) * 9
    assert x.tolist() == [[1, 2, 3], [4, 1, 9]]


@pytest.mark.parametrize("key", KEYS, ids=["row", "slice", "rows", "mixed", "mask"])
def test_on_views(key):
    """What is written through a view reaches its base, with the gradients of both."""

    def through_a_view(x, v):
        y = x.clone()
        y[:, :, ::2][key] = v
        return y

    def expected(x, v):
        y = x.copy()
        view, rest = reference.indexing.integers_first(y[:, :, ::2], key)
        view[rest] = v
        return y

    check_op(through_a_view, expected, (2, 3, 8), ())


def test_several_writes_in_a_row():
    def op(x, v):
        y = x * 2
        for i in range(3):
            y[i] = y[i].clone() * v[i]
            y[[0, 2], i] = v[:2] * y[1, i].clone()
        return y * y

    def expected(x, v):
        y = x * 2
        for i in range(3):
            y[i] = y[i] * v[i]
            y[[0, 2], i] = v[:2] * y[1, i]
        return y * y

    check_op(op, expected, (3, 3), (3,))


def test_values_that_share_memory_with_what_is_written():
    x = dlcore.tensor([1, 2, 3, 4])
    x[1:] = x[:-1]
    assert x.tolist() == [1, 1, 2, 3]
    x[[3, 2, 1, 0]] = x
    assert x.tolist() == [3, 2, 1, 1]
    index = dlcore.tensor([2, 0, 1])
    index[index] = index
    assert index.tolist() == [0, 1, 2]


@pytest.mark.parametrize("accumulate", [False, True])
def test_index_put(accumulate):
    rows, columns = np.array([[0], [2]]), np.array([1, 3, 0])
    for indices in ([rows], [rows, columns], [np.array([1, 0, -1])]):
        shape = np.zeros((3, 4))[tuple(indices)].shape
        check_op(dlcore.index_put, reference.index_put, (3, 4), indices, shape, accumulate=accumulate)
    check_op(
        lambda x, i, v: dlcore.index_put(x, [i], v, accumulate=True),
        lambda x, i, v: reference.index_put(x, [i], v, accumulate=True),
        (3, 4),
        integers((9,), 3),
        (9, 1),
    )


def test_index_put_in_place():
    x = dlcore.zeros(3, 2)
    assert x.index_put_((dlcore.tensor([0, 0, 2]),), dlcore.tensor([1.0, 2.0]), accumulate=True) is x
    assert x.tolist() == [[2, 4], [0, 0], [1, 2]]
    x.index_put_((dlcore.tensor([True, False, True]), dlcore.tensor(1)), 7)
    assert x.tolist() == [[2, 7], [0, 0], [1, 7]]


def test_threads():
    rng = np.random.default_rng(0)
    rows, mask = rng.integers(0, 300, 900), rng.random((300, 200)) < 0.4
    check_threads(lambda x, v: assigned(x, rows, v), (300, 200), (900, 200), order=1)
    check_threads(lambda x, v: assigned(x, mask, v), (300, 200), (int(mask.sum()),), order=1)
    check_threads(lambda x, v: assigned(x, mask, v), (300, 200), ())
    check_threads(lambda x, v: x.index_put((dlcore.tensor(rows),), v, accumulate=True), (300, 200), (900, 200))


def set_item(x, key, value):
    x[key] = value


def test_errors():
    x = dlcore.zeros(2, 3)
    refused = "index_put_: a value of shape {} does not broadcast to the indexed shape {}"
    for error, message, key, value in [
        (ValueError, refused.format("(4,)", "(3,)"), 0, np.ones(4)),
        (ValueError, refused.format("(2, 3)", "(3,)"), 0, np.ones((2, 3))),
        (ValueError, refused.format("(3,)", "(2, 2)"), ([[0, 1], [1, 0]], 0), [1, 2, 3]),
        (IndexError, "index_put_: index 2 is out of range for axis 0 of size 2", 2, 1),
        (IndexError, "index_put_: index 3 is out of range for axis 1 of size 3", (0, [3]), 1),
        (TypeError, "tensor: expected numbers, got str", 0, "a"),
    ]:
        check_error(error, message, lambda key=key, value=value: set_item(x, key, value))
    assert x.tolist() == [[0, 0, 0], [0, 0, 0]]
    check_error(TypeError, "index: elements of a tensor cannot be deleted", lambda: x.__delitem__(0))
    check_error(
        TypeError,
        "index_put_: expected values of the input's dtype float32, got int64",
        lambda: x.index_put_((dlcore.tensor([0]),), dlcore.tensor([1])),
    )
    check_error(
        ValueError,
        "index_put: expected at least one tensor of indices",
        lambda: x.index_put((), dlcore.tensor(1.0)),
    )


@pytest.mark.parametrize("key", [0, [0], (slice(None), 0), np.array([True, False])])
def test_a_leaf_is_not_written_while_recording(key):
    x = dlcore.zeros(2, 2, requires_grad=True)
    text = "index_put_: a leaf that requires a gradient cannot be changed in place; use no_grad()"
    check_error(RuntimeError, text, lambda: set_item(x, key, 1))
    with dlcore.no_grad():
        x[key] = 1
    assert x.sum().item() == 2
