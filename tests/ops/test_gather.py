"""gather, take_along_dim, scatter, scatter_add, index_select and index_add against their definitions."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import exactly, integers

DTYPES = (np.bool_, np.uint8, np.int32, np.int64)

# Shapes of input and index, and the dimension.
GATHERS = [
    ((3, 5, 4), (3, 2, 4), 1),
    ((3, 5, 4), (7, 5, 4), 0),
    ((3, 5, 4), (2, 4, 9), -1),
    ((6,), (4,), 0),
    ((), (), 0),
    ((4, 5), (4, 0), 1),
    ((2, 0, 3), (2, 0, 3), 0),
    ((2, 1, 3, 1, 2, 2), (2, 1, 5, 1, 2, 1), 2),
]


def size_along(shape, dim):
    return shape[dim] if shape else 1


def ints(*values):
    return dlcore.tensor(np.array(values, np.int64))


@pytest.mark.parametrize(("shape", "index", "dim"), GATHERS)
def test_gather(shape, index, dim):
    index = integers(index, size_along(shape, dim))
    ref = reference.gather if shape else lambda x, dim, index: x[...]
    check_op(dlcore.gather, ref, shape, dim, index)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dim", [0, 1])
def test_gather_and_scatter_sizes(n, dim):
    index = integers((n, 5) if dim == 0 else (5, n), 5)
    check_op(dlcore.gather, reference.gather, (5, 5), dim, index)
    check_op(dlcore.scatter_add, reference.scatter_add, (5, 5), dim, index, (n, 5) if dim == 0 else (5, n))


@pytest.mark.parametrize("dtype", DTYPES)
def test_gather_dtypes(dtype):
    x = exactly(np.arange(12).reshape(3, 4).astype(dtype))
    check_op(dlcore.gather, reference.gather, x, 1, integers((3, 6), 4), grad=False)
    check_op(dlcore.gather, reference.gather, x, 1, integers((3, 6), 4, dtype=np.int32), grad=False)


def test_take_along_dim():
    check_op(dlcore.take_along_dim, np.take_along_axis, (3, 5), integers((3, 2), 5), 1)
    check_op(dlcore.take_along_dim, np.take_along_axis, (3, 5), integers((1, 2), 5), 1)
    check_op(dlcore.take_along_dim, np.take_along_axis, (1, 5, 2), integers((4, 3, 1), 5), 1)
    check_op(dlcore.take_along_dim, lambda x, i: np.take_along_axis(x, i, None), (3, 5), integers((4,), 15))


@pytest.mark.parametrize(("shape", "index", "dim"), GATHERS)
def test_scatter_add(shape, index, dim):
    ref = reference.scatter_add if shape else lambda x, dim, index, src: x + src
    src = tuple(n + (n > 0) for n in index) if shape else ()
    check_op(dlcore.scatter_add, ref, shape, dim, integers(index, size_along(shape, dim)), src)


@pytest.mark.parametrize("dtype", DTYPES)
def test_scatter_add_dtypes(dtype):
    x, src = integers((3, 4), 2, dtype=dtype), integers((3, 6), 2, dtype=dtype)
    check_op(dlcore.scatter_add, reference.scatter_add, x, 1, integers((3, 6), 4), src, grad=False)


@pytest.mark.parametrize("dim", [0, 1])
def test_scatter(dim):
    index = exactly(np.stack([np.random.default_rng(i).permutation(5) for i in range(5)], 1 - dim)[:, :4])
    check_op(dlcore.scatter, reference.scatter, (5, 5), dim, index, (5, 6))
    check_op(dlcore.scatter, reference.scatter, (5, 5), dim, index, 2.5)


@pytest.mark.parametrize("dtype", DTYPES)
def test_scatter_dtypes(dtype):
    x = exactly(np.zeros((3, 4), dtype))
    check_op(dlcore.scatter, reference.scatter, x, 1, integers((3, 2), 4), True, grad=False)


def test_of_several_writes_to_one_place_the_last_stays():
    y = dlcore.zeros(2).scatter(0, ints(1, 0, 1), dlcore.tensor([1.0, 2.0, 3.0]))
    assert y.tolist() == [2, 3]
    assert dlcore.zeros(2).scatter(0, index=ints(1), value=4).tolist() == [0, 4]


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_index_select(dim):
    check_op(dlcore.index_select, reference.index_select, (4, 4, 4), dim, integers((6,), 4))
    check_op(dlcore.index_select, reference.index_select, (4, 4, 4), dim, integers((0,), 4))


def test_index_select_of_scalars():
    check_op(dlcore.index_select, lambda x, dim, index: x[[2]], (4, 3), 0, exactly(np.array(2)))
    check_op(dlcore.index_select, lambda x, dim, index: x[...], (), 0, exactly(np.array([0])))


@pytest.mark.parametrize("dtype", DTYPES)
def test_index_select_dtypes(dtype):
    x = integers((3, 40), 2, dtype=dtype)
    check_op(dlcore.index_select, reference.index_select, x, 0, integers((7,), 3, dtype=np.int32), grad=False)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("alpha", [1, -0.5])
def test_index_add(dim, alpha):
    shape = [4, 4, 4]
    shape[dim] = 6
    check_op(dlcore.index_add, reference.index_add, (4, 4, 4), dim, integers((6,), 4), tuple(shape), alpha=alpha)


def test_index_add_of_scalars():
    check_op(dlcore.index_add, lambda x, dim, index, src: x + src, (), 0, exactly(np.array([0])), ())


@pytest.mark.parametrize("dim", [0, 1])
def test_threads(dim):
    index = integers((300, 200), 200)
    check_threads(dlcore.gather, (300, 200), dim, index)
    check_threads(dlcore.scatter_add, (300, 200), dim, index, (300, 200))
    check_threads(dlcore.scatter, (300, 200), dim, index, (300, 200), order=0)
    check_threads(dlcore.index_select, (300, 200), dim, integers((900,), 200))
    shape = (900, 200) if dim == 0 else (300, 900)
    check_threads(dlcore.index_add, (300, 200), dim, integers((900,), 200), shape)
    check_threads(dlcore.scatter_add, (20,), 0, integers((100_000,), 20), (100_000,))


def test_additions_to_one_place_happen_in_order():
    rng = np.random.default_rng(0)
    src, index = rng.random(1000, np.float32), rng.integers(0, 3, 1000)
    expected = np.zeros(3, np.float32)
    np.add.at(expected, index, src)
    got = dlcore.zeros(3).scatter_add(0, dlcore.tensor(index), dlcore.tensor(src))
    assert got.numpy().tobytes() == expected.tobytes()


IN_PLACE = {
    "scatter": lambda x, src: (0, ints([1, 0, 1], [2, 2, 0]), src),
    "scatter_add": lambda x, src: (0, ints([1, 0, 1], [1, 2, 0]), src),
    "index_add": lambda x, src: (0, ints(2, 2), src),
}


@pytest.mark.parametrize("name", IN_PLACE)
@pytest.mark.parametrize("on_view", [False, True])
def test_in_place(name, on_view):
    rng = np.random.default_rng(0)
    x0, src0, dy = rng.random((3, 6)), rng.random((2, 3)), dlcore.tensor(rng.random((3, 6)))

    def run(in_place):
        x = dlcore.tensor(x0, requires_grad=True)
        src = dlcore.tensor(src0, requires_grad=True)
        y = x * 1.5
        part = y[:, ::2] if on_view else y[:, :3].clone()
        arguments = IN_PLACE[name](part, src * 2)
        if in_place:
            assert getattr(part, name + "_")(*arguments) is part
        else:
            written = getattr(part, name)(*arguments)
            part = part.copy_(written) if on_view else written
        ((y if on_view else part) * (dy if on_view else dy[:, :3])).sum().backward()
        return part.detach().numpy().copy(), x.grad.numpy().copy(), src.grad.numpy().copy()

    for got, expected in zip(run(True), run(False), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_change_of_the_index_is_noticed():
    x, index = dlcore.ones(3, requires_grad=True), ints(0, 1)
    y = dlcore.gather(x, 0, index)
    index.zero_()
    with pytest.raises(RuntimeError, match="gather"):
        y.sum().backward()


def test_writing_what_is_written_to():
    x = dlcore.tensor([1.0, 2.0, 3.0])
    assert x.scatter_(0, ints(2, 1, 0), x).tolist() == [3, 2, 1]
    index = ints(1, 2, 0)
    assert index.scatter_(0, index, index).tolist() == [0, 1, 2]


def test_errors():
    x = dlcore.zeros(2, 3)
    check_error(
        IndexError,
        "gather: index 3 is out of range for axis 1 of size 3",
        lambda: x.gather(1, ints([0, 3])),
    )
    check_error(
        IndexError,
        "gather: index -1 is out of range for axis 0 of size 2",
        lambda: x.gather(0, ints([0, -1])),
    )
    check_error(
        ValueError,
        "gather: for shape (2, 3) and axis 0 expected an index no larger in other axes, got shape (2, 4)",
        lambda: x.gather(0, ints([0] * 4, [0] * 4)),
    )
    text = "gather: index: expected dtype int64 or int32, got uint8"
    check_error(TypeError, text, lambda: x.gather(0, ints([0]).byte()))
    check_error(IndexError, "gather: axis 2 is out of range for shape (2, 3)", lambda: x.gather(2, ints([0])))
    check_error(
        ValueError,
        "scatter_add: for shape (2, 3) and axis 0 expected an index no larger in other axes, nor than src in any; "
        "got index (1, 3) and src (1, 2)",
        lambda: x.scatter_add(0, ints([0, 0, 0]), dlcore.ones(1, 2)),
    )
    check_error(
        TypeError,
        "scatter_: expected src of the input's dtype float32, got float64",
        lambda: x.scatter_(0, ints([0]), dlcore.ones(1, 1).double()),
    )
    check_error(
        TypeError,
        "scatter: a result of dtype float64 cannot be kept in a tensor of dtype int64",
        lambda: ints(1).scatter(0, ints(0), 1.5),
    )
    check_error(
        IndexError,
        "index_select: index 2 is out of range for axis 0 of size 2",
        lambda: x.index_select(0, ints(0, 2)),
    )
    check_error(
        ValueError,
        "index_select: expected an index of one dimension, got shape (1, 1)",
        lambda: x.index_select(0, ints([0])),
    )
    check_error(
        ValueError,
        "index_add: for shape (2, 3), axis 0 and an index of shape (1,) expected a source of shape (1, 3), got (2, 3)",
        lambda: x.index_add(0, ints(0), dlcore.ones(2, 3)),
    )
    check_error(
        TypeError,
        "index_add_: expected an integer alpha for dtype int64, got 0.5",
        lambda: ints(1).index_add_(0, ints(0), ints(1), alpha=0.5),
    )
    check_error(
        ValueError,
        "take_along_dim: expected an index of 2 dimensions, got shape (1,)",
        lambda: dlcore.take_along_dim(x, ints(0), 0),
    )
