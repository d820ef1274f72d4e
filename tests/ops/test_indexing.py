"""Reading x[...] against NumPy."""

import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op, check_threads
from keys import random_key
from samples import exactly, integers

SHAPES = [(4,), (3, 4), (2, 3, 4), (2, 3, 4, 2), (2, 0, 3), ()]

T, F = True, False
INTS = np.array([[0, 1], [-1, 0]])
MASK = np.array([[T, F, T], [F, F, T]])
KEYS = [
    0,
    -1,
    (1, 2),
    (1, 2, 3),
    slice(None),
    slice(1, None),
    slice(-2, 100, 2),
    (slice(0, 0), 1),
    (..., 1),
    (..., slice(1, 3)),
    (0, ..., 1),
    None,
    (None, 0, None, ..., None),
    (),
    ...,
    [0, 1, 1],
    INTS,
    (slice(None), INTS),
    (..., INTS),
    (INTS, INTS),
    (INTS, slice(None), INTS),
    (slice(None), INTS, INTS),
    (0, slice(None), np.array([1, 2])),
    (slice(None), 0, np.array([1, 2])),
    (np.array([0, 1]), None, np.array([1, 0])),
    (np.array([[0], [1]]), np.array([0, 1, 1])),
    (np.array([0]), slice(1, 3), np.array([1, 2, 3])),
    MASK,
    (MASK, 0),
    (MASK, np.array([0, 1, -1])),
    (slice(None), np.array([T, F, T])),
    (slice(None), np.array([F, F, F])),
    (np.array([T, F]), np.array([2])),
    np.zeros((2, 3, 4), bool),
    np.ones((2, 3, 4), bool),
    True,
    False,
    (True, 0),
    (0, True, slice(None), None),
    (np.array(True), np.array([1, 0])),
    np.zeros(0, np.int64),
    (slice(None), np.zeros((2, 0), np.int64)),
]


def describe(key):
    return repr(key).replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("key", KEYS, ids=describe)
def test_against_numpy(key):
    arrays = tuple(np.array(e) if isinstance(e, list) else e for e in key) if isinstance(key, tuple) else key
    check_op(lambda x: x[key], lambda x: reference.index(x, arrays), (2, 3, 4))


@pytest.mark.parametrize("shape", SHAPES)
def test_random_basic_keys(shape):
    rng = np.random.default_rng(0)
    for _ in range(20):
        key = random_key(rng, shape, tensors=False)
        check_op(lambda x, key=key: x[key], lambda x, key=key: reference.index(x, key), shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_random_keys(shape):
    rng = np.random.default_rng(1)
    for _ in range(40):
        key = random_key(rng, shape)
        check_op(lambda x, key=key: x[key], lambda x, key=key: reference.index(x, key), shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_add_up_as_in_numpy(shape):
    rng = np.random.default_rng(2)
    for _ in range(100):
        key = random_key(rng, shape)
        x = dlcore.tensor(rng.random(shape), requires_grad=True)
        y = x[key]
        dy = rng.random(y.shape)
        y.backward(dlcore.tensor(dy))
        np.testing.assert_allclose(
            x.grad.numpy(), reference.index_gradient(dy, shape, key), rtol=1e-14, err_msg=str(key)
        )


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int32, np.int64])
def test_dtypes(dtype):
    x = integers((2, 3, 4), 2, dtype=dtype)
    for key in (0, (..., slice(1, 3)), INTS, (slice(None), INTS, 0), MASK):
        check_op(lambda x, key=key: x[key], lambda x, key=key: reference.index(x, key), x, grad=False)


@pytest.mark.parametrize("wrap", [dlcore.tensor, list, np.int32, lambda a: dlcore.tensor(a).int()])
def test_kinds_of_integers(wrap):
    x = np.arange(12).reshape(3, 4)
    index = wrap(np.array([2, 0, -1]))
    np.testing.assert_array_equal(dlcore.tensor(x)[index].numpy(), x[[2, 0, -1]])
    np.testing.assert_array_equal(dlcore.tensor(x)[:, index].numpy(), x[:, [2, 0, -1]])


def test_kinds_of_scalars():
    x = dlcore.tensor(np.arange(12).reshape(3, 4))
    for one in (1, np.int64(1), np.uint8(1), dlcore.tensor(1), dlcore.tensor(1).int()):
        assert x[one].tolist() == [4, 5, 6, 7]
        assert x[one].data_ptr() == x.data_ptr() + 32
        assert x[:one].shape == (1, 4)
    for true in (True, np.bool_(True), dlcore.tensor(True)):
        assert x[true].shape == (1, 3, 4)
    assert x[range(2)].shape == (2, 4)
    assert x[[]].shape == (0, 4)
    assert x[[True, False, True]].shape == (2, 4)
    assert x[[dlcore.tensor(2), dlcore.tensor(0)]].tolist() == x[[2, 0]].tolist()


def test_a_strided_tensor_of_indices():
    index = np.arange(6).reshape(2, 3).T
    check_op(lambda x, i: x[i], lambda x, i: x[i], (6, 2), exactly(index))
    check_op(lambda x, i, j: x[i, j], lambda x, i, j: x[i, j], (6, 6), exactly(index), exactly(index))
    check_op(lambda x, m: x[m], lambda x, m: x[m], (3, 4, 2), exactly(np.random.default_rng(0).random((3, 4)) < 0.5))


def test_basic_indexing_is_a_view():
    x = dlcore.zeros(3, 4)
    y = x[1:, None, ::2]
    y.fill_(1)
    assert x.tolist() == [[0, 0, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0]]
    assert x[...].data_ptr() == x.data_ptr()
    assert x[...] is not x
    assert x[[0]].data_ptr() != x.data_ptr()


def test_threads():
    rng = np.random.default_rng(0)
    rows, columns, mask = rng.integers(-300, 300, 900), rng.integers(0, 200, 900), rng.random((300, 200)) < 0.4
    for key in (rows, (slice(None), columns), (rows, columns), mask, (rows[:, None], columns[:300])):
        check_threads(lambda x, key=key: x[key], (300, 200), order=1)


def test_length_iteration_and_membership():
    x = dlcore.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert len(x) == 2
    rows = list(x)
    assert [r.tolist() for r in rows] == [[1, 2], [3, 4]]
    rows[1].sum().backward()
    assert x.grad.tolist() == [[0, 0], [1, 1]]
    assert 3 in x
    assert dlcore.tensor([9, 2]) in x
    assert 5 not in x
    check_error(TypeError, "iter: a 0-d tensor has nothing to iterate over", lambda: iter(x.sum()))
    check_error(TypeError, "len: a 0-d tensor has no length", lambda: len(x.sum()))


def test_a_change_of_the_indices_is_noticed():
    x, index = dlcore.ones(3, requires_grad=True), dlcore.tensor([0, 1])
    y = x[index]
    index[0] = 2
    with pytest.raises(RuntimeError, match="index"):
        y.sum().backward()


def test_errors():
    x = dlcore.zeros(2, 3, 4)
    kinds = "index: expected integers, slices, None, Ellipsis, or tensors, arrays or lists of integers or bool, got "
    for error, message, key in [
        (IndexError, "index: index 2 is out of range for axis 0 of size 2", 2),
        (IndexError, "index: index -4 is out of range for axis 1 of size 3", (0, -4)),
        (IndexError, "index: index 5 is out of range for axis 2 of size 4", (0, ..., 5)),
        (IndexError, "index: index 3 is out of range for axis 1 of size 3", (0, [0, 3])),
        (IndexError, "index: index -5 is out of range for axis 2 of size 4", (None, ..., [-5, 0])),
        (IndexError, "index: 4 indices are too many for shape (2, 3, 4)", (0, 0, 0, 0)),
        (IndexError, "index: an index holds at most one Ellipsis (...), got 2", (..., 0, ...)),
        (IndexError, "index: shapes (2,) and (3,) do not broadcast", ([0, 1], [0, 1, 2])),
        (IndexError, "index: a mask of shape (2,) does not match shape (2, 3, 4) from axis 1 on", (0, [True, False])),
        (ValueError, "index: expected a slice with step > 0, got -1", slice(None, None, -1)),
        (ValueError, "slice step cannot be zero", slice(None, None, 0)),
        (ValueError, "a tensor has at most 8 dimensions", (None,) * 6),
        (TypeError, kinds + "float", 1.0),
        (TypeError, kinds + "str", "a"),
        (TypeError, kinds + "set", {0}),
        (TypeError, "index: expected indices of int64, int32 or bool, got float32", [0.5]),
        (TypeError, "index: expected indices of int64, int32 or bool, got float64", np.zeros(2)),
        (TypeError, "index: uint8 is neither a mask nor an index; convert it to bool or int64", np.zeros(2, np.uint8)),
    ]:
        check_error(error, message, lambda key=key: x[key])
    check_error(IndexError, "index: index 0 is out of range for axis 0 of size 0", lambda: dlcore.zeros(0, 2)[[0]])
