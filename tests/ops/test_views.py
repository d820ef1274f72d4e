"""Views: the same memory in other shapes, orders and parts."""

import dlcore
import numpy as np
import pytest
import reference as ref
from check import check_error, check_op
from samples import integers

A_2X3 = np.arange(6.0, dtype=np.float32).reshape(2, 3)


def test_reshape():
    check_op(dlcore.reshape, ref.reshape, (4, 3), [2, 6])
    check_op(lambda x: x.reshape(-1, 2), lambda x: x.reshape(-1, 2), (3, 4))
    check_op(lambda x: x.reshape(()), lambda x: x.reshape(()), (1, 1))
    check_op(lambda x: x.reshape(0, 7), lambda x: x.reshape(0, 7), (3, 0))


def test_strides():
    x = dlcore.zeros(2, 3, 4)[:, ::2].permute(2, 0, 1)
    assert x.stride() == tuple(x.stride(d) for d in range(3)) == (1, 12, 8)
    assert x.stride(-1) == 8
    check_error(IndexError, "stride: axis 3 is out of range for shape (4, 2, 2)", lambda: x.stride(3))
    check_error(IndexError, "stride: a 0-d tensor has no axis 0", lambda: dlcore.tensor(1).stride(0))


def test_view_shares_memory_or_refuses():
    x = dlcore.zeros(2, 3)
    y = x.view(3, 2)
    y.fill_(5)
    assert (x.numpy() == 5).all()
    text = "view: a tensor of shape (3, 2) and strides (1, 3) cannot be seen as (6,) without a copy; use reshape"
    check_error(ValueError, text, lambda: x.t().view(6))
    check_op(lambda x: x.view(3, -1), lambda x: x.reshape(3, -1), (2, 3), layouts=())
    check_op(lambda x, y: x.view_as(y), lambda x, y: x.reshape(y.shape) + 0 * y, (2, 3), integers((6,), 3), layouts=())
    check_op(lambda x, y: x.reshape_as(y), lambda x, y: x.reshape(y.shape), (2, 3), integers((6,), 3))


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((4,), "reshape: a tensor of shape (2, 3) has no shape (4,)"),
        ((-1, -1), "reshape: expected sizes >= 0 and at most one -1, got (-1, -1)"),
        ((-1, 4), "reshape: a tensor of shape (2, 3) has no shape (-1, 4)"),
        ((-1, 0), "reshape: -1 has no single answer in (-1, 0) with a size 0"),
    ],
)
def test_reshape_refuses(shape, text):
    check_error(ValueError, text, lambda: dlcore.zeros(2, 3).reshape(shape))


def test_reshape_is_a_view_wherever_numpy_can_make_one():
    rng = np.random.default_rng(0)
    for _ in range(300):
        sizes = tuple(int(n) for n in rng.choice([1, 2, 3, 4], rng.integers(1, 5)))
        order = tuple(int(d) for d in rng.permutation(len(sizes)))
        target = [int(n) for n in rng.permutation(_factors(int(np.prod(sizes)), rng))]
        array = np.arange(np.prod(sizes), dtype=np.float64).reshape(sizes).transpose(order)
        x = dlcore.from_numpy(np.arange(np.prod(sizes), dtype=np.float64)).reshape(sizes).permute(order)
        y = x.reshape(target)
        np.testing.assert_array_equal(y.numpy(), array.reshape(target))
        try:
            array.view().shape = target
        except AttributeError:
            assert y.data_ptr() != x.data_ptr(), (sizes, order, target)
        else:
            assert y.data_ptr() == x.data_ptr(), (sizes, order, target)


def _factors(n, rng):
    factors = [1] * int(rng.integers(0, 2))
    for p in (2, 3):
        while n % p == 0:
            n //= p
            factors.append(p)
    while len(factors) > 1 and rng.random() < 0.6:
        factors.append(factors.pop() * factors.pop(0))
    return factors or [1]


def test_flatten_and_unflatten():
    for start, end in [(0, -1), (1, 2), (0, 1)]:
        check_op(dlcore.flatten, ref.flatten, (2, 3, 4), start_dim=start, end_dim=end)
    check_op(dlcore.flatten, ref.flatten, ())
    check_op(lambda x: x.unflatten(1, (2, -1)), lambda x: x.reshape(3, 2, 2), (3, 4))
    check_op(lambda x: x.unflatten(-1, (2, 2)), lambda x: x.reshape(3, 2, 2), (3, 4))
    x = dlcore.zeros(2, 3)
    assert x.flatten(1, 1) is x
    check_error(ValueError, "flatten: axis 1 comes after axis 0 in shape (2, 3)", lambda: x.flatten(1, 0))
    check_error(ValueError, "unflatten: axis 1 of size 3 does not divide into (2, 2)", lambda: x.unflatten(1, (2, 2)))


def test_permute_and_its_like():
    check_op(dlcore.permute, ref.permute, (2, 3, 4), [2, 0, 1])
    check_op(dlcore.transpose, ref.transpose, (2, 3, 4), 0, -1)
    check_op(dlcore.swapaxes, ref.transpose, (2, 3, 4), 0, 1)
    check_op(dlcore.t, np.transpose, (2, 3))
    for source, destination in [(0, 2), ([0, 1], [1, 2]), ([0, 2], [-1, 0])]:
        check_op(dlcore.movedim, np.moveaxis, (2, 3, 4), source, destination)
    check_op(lambda x: x.T, np.transpose, (2, 3, 4))
    check_op(lambda x: x.mT, lambda x: np.swapaxes(x, -1, -2), (2, 3, 4))

    x = dlcore.zeros(3)
    assert x.t() is x
    x = dlcore.zeros(2, 3)
    check_error(ValueError, "permute: expected 2 axes for shape (2, 3), got (0,)", lambda: x.permute(0))
    check_error(ValueError, "permute: axis 0 appears twice in (0, 0)", lambda: x.permute(0, 0))
    check_error(IndexError, "transpose: axis 2 is out of range for shape (2, 3)", lambda: x.transpose(0, 2))
    check_error(
        ValueError,
        "movedim: expected as many destinations as sources, got (0, 1) and (0,)",
        lambda: x.movedim((0, 1), 0),
    )


def test_squeeze_and_unsqueeze():
    for dim in (None, 0, 1, -1, [0, 2]):
        check_op(dlcore.squeeze, ref.squeeze, (1, 3, 1), dim=dim)
    check_op(dlcore.squeeze, ref.squeeze, ())
    for dim in (0, 1, 2, -1, -3):
        check_op(dlcore.unsqueeze, ref.unsqueeze, (2, 3), dim)
    check_error(
        IndexError,
        "unsqueeze: axis 3 is out of range for a new axis in shape (2, 3)",
        lambda: dlcore.zeros(2, 3).unsqueeze(3),
    )


def test_expand():
    check_op(lambda x, *s: x.expand(*s), ref.expand, (2, 1, 3), 4, -1, 5, -1)
    check_op(lambda x, *s: x.expand(*s), ref.expand, (), 2, 3)
    check_op(lambda x, *s: x.expand(*s), ref.expand, (1, 3), 0, 3)
    check_op(dlcore.broadcast_to, np.broadcast_to, (3, 1), [2, 3, 2])
    check_op(lambda x, y: x.expand_as(y), lambda x, y: np.broadcast_to(x, y.shape), (3, 1), integers((3, 2), 5))
    check_op(dlcore.broadcast_tensors, lambda *xs: list(np.broadcast_arrays(*xs)), (3, 1), (4,), (2, 1, 1))
    x = dlcore.zeros(2, 3)
    check_error(ValueError, "expand: a tensor of shape (2, 3) does not expand to (4, 3)", lambda: x.expand(4, 3))
    check_error(ValueError, "expand: a tensor of shape (2, 3) has more dimensions than (3,)", lambda: x.expand(3))


def test_select_and_narrow():
    for dim, index in [(0, 0), (1, -1), (-1, 2)]:
        check_op(dlcore.select, lambda x, d, i: np.take(x, i, d), (2, 3, 4), dim, index)
    check_op(dlcore.narrow, lambda x, d, s, n: x[:, s : s + n], (2, 5), 1, 1, 3)
    check_op(dlcore.narrow, lambda x, d, s, n: x[:, 3:5], (2, 5), -1, -2, 2)
    check_op(dlcore.narrow, lambda x, d, s, n: x[:, 5:], (2, 5), 1, 5, 0)
    x = dlcore.zeros(2, 3)
    check_error(IndexError, "select: index 3 is out of range for axis 1 of size 3", lambda: x.select(1, 3))
    check_error(IndexError, "select: index -4 is out of range for axis 1 of size 3", lambda: x.select(-1, -4))
    check_error(IndexError, "select: a 0-d tensor has no axis 0", lambda: dlcore.zeros(()).select(0, 0))
    check_error(
        IndexError,
        "narrow: start 2 and length 2 are out of range for axis 1 of size 3",
        lambda: x.narrow(1, 2, 2),
    )


def test_diagonal():
    for offset in (0, 1, -2, 4, -9):
        check_op(dlcore.diagonal, lambda x, offset: np.diagonal(x, offset), (4, 5), offset)
    check_op(dlcore.diagonal, np.diagonal, (3, 2, 4), 1, -1, 0)
    check_error(
        ValueError,
        "diagonal: expected two different axes, got 0 and -2 of shape (2, 3)",
        lambda: dlcore.zeros(2, 3).diagonal(0, 0, -2),
    )


def test_split_chunk_unbind():
    for size in (1, 2, 3, 7, 9, [2, 0, 5], [7]):
        check_op(dlcore.split, ref.split, (3, 7), size, 1)
    for chunks in (1, 3, 4, 7, 10):
        check_op(dlcore.chunk, ref.chunk, (7, 3), chunks)
    check_op(dlcore.chunk, ref.chunk, (0, 3), 2)
    check_op(dlcore.unbind, lambda x, d: list(np.moveaxis(x, d, 0)), (3, 4), 1)
    assert isinstance(dlcore.zeros(4).split(2), tuple)
    assert dlcore.zeros(0, 2).unbind() == ()

    x = dlcore.zeros(7, 3)
    check_error(ValueError, "split: the sizes do not add up to axis 0 of size 7", lambda: x.split([3, 3]))
    check_error(ValueError, "split: the sizes do not add up to axis 0 of size 7", lambda: x.split([2**62, 2**62]))
    check_error(ValueError, "split: expected sizes >= 0, got -1", lambda: x.split([8, -1]))
    check_error(ValueError, "split: expected a size > 0, got 0", lambda: x.split(0))
    check_error(ValueError, "chunk: expected at least 1 chunk, got 0", lambda: x.chunk(0))
    check_error(ValueError, "unbind: expected at least 1 dimension, got shape ()", lambda: dlcore.zeros(()).unbind())


def test_part_of_a_split_alone_has_a_gradient():
    x = dlcore.from_numpy(A_2X3).requires_grad_()
    (x.split([1, 2], 1)[1] * 3).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [[0, 3, 3], [0, 3, 3]])


@pytest.mark.parametrize(("size", "step"), [(3, 1), (3, 2), (2, 3), (7, 1), (1, 1), (5, 2), (6, 5)])
def test_unfold(size, step):
    check_op(lambda x, *a: x.unfold(*a), ref.unfold, (2, 7, 3), 1, size, step)
    check_op(lambda x, *a: x.unfold(*a), ref.unfold, (7,), -1, size, step)


def test_unfold_refuses():
    x = dlcore.zeros(2, 3)
    text = "unfold: expected a window of 0 to 3 elements along axis 1 of shape (2, 3), got 4"
    check_error(ValueError, text, lambda: x.unfold(1, 4, 1))
    check_error(ValueError, "unfold: expected a step > 0, got 0", lambda: x.unfold(1, 2, 0))


def test_views_of_integers_keep_their_dtype():
    for dtype in (np.bool_, np.uint8, np.int32, np.int64):
        x = dlcore.from_numpy(np.ones((2, 3), dtype))
        for y in (x.reshape(6), x.t(), x.select(0, 0), x.unfold(1, 2, 1), x.unsqueeze(0), *x.split(2, 1)):
            assert y.numpy().dtype == dtype
