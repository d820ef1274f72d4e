"""Which dtype tensors, 0-d tensors and numbers meet in."""

import itertools
import operator

import dlcore
import numpy as np
import pytest
import reference as ref

DTYPES = [np.dtype(t) for t in (bool, np.uint8, np.int32, np.int64, np.float32, np.float64)]
OPERANDS = [np.ones(shape, t) for t in DTYPES for shape in ((2,), ())] + [True, 2, 2.5]
PAIRS = [
    (a, b) for a, b in itertools.product(OPERANDS, OPERANDS) if isinstance(a, np.ndarray) or isinstance(b, np.ndarray)
]


def both(a, b):
    """Return operands as the library takes them, and the dtype they should meet in."""
    x, y = (dlcore.from_numpy(v) if isinstance(v, np.ndarray) else v for v in (a, b))
    return x, y, ref.result_type(a, b)


def numpy_dtype(x):
    return x.numpy().dtype


def test_result_type():
    for a, b in PAIRS:
        x, y, expected = both(a, b)
        got = numpy_dtype(dlcore.empty(0, dtype=dlcore.result_type(x, y)))
        assert got == expected, f"{a!r} and {b!r}"


def test_promote_types():
    names = {t: getattr(dlcore, t.name) for t in DTYPES}
    for a, b in itertools.product(DTYPES, DTYPES):
        assert dlcore.promote_types(names[a], names[b]) is names[ref.promote_types(a, b)], f"{a} and {b}"


@pytest.mark.parametrize("op", [operator.add, operator.mul, dlcore.maximum, dlcore.minimum])
def test_operators_meet_in_it(op):
    for a, b in PAIRS:
        x, y, expected = both(a, b)
        got = op(x, y)
        assert numpy_dtype(got) == expected, f"{a!r} and {b!r}"
        assert got.shape == np.broadcast_shapes(np.shape(a), np.shape(b))


def test_where_meets_in_it():
    condition = dlcore.from_numpy(np.array([True, False]))
    for a, b in PAIRS:
        x, y, expected = both(a, b)
        assert numpy_dtype(dlcore.where(condition, x, y)) == expected, f"{a!r} and {b!r}"


@pytest.mark.parametrize("op", [operator.sub, operator.floordiv, operator.mod, operator.pow])
def test_operators_of_numbers_alone_meet_in_it(op):
    for a, b in PAIRS:
        x, y, expected = both(a, b)
        if expected.kind != "b":
            assert numpy_dtype(op(x, y)) == expected, f"{a!r} and {b!r}"


def test_a_quotient_is_floating():
    for a, b in PAIRS:
        x, y, expected = both(a, b)
        assert numpy_dtype(x / y) == (expected if expected.kind == "f" else np.float32), f"{a!r} and {b!r}"


def test_comparison_computes_in_it():
    for a, b in PAIRS:
        x, y, _ = both(a, b)
        for op in (operator.eq, operator.lt, operator.ge):
            got = op(x, y)
            assert got.dtype is dlcore.bool
            np.testing.assert_array_equal(got.numpy(), op(a, b))


def test_numpy_scalars_are_numbers():
    x = dlcore.ones(2)
    for number in (np.float64(2.5), np.float32(2.5), np.int64(2), np.bool_(True)):
        assert (x * number).dtype is dlcore.float32
        assert (number * x).dtype is dlcore.float32
    assert (dlcore.tensor([1, 2], dtype=dlcore.int32) + np.int64(1)).dtype is dlcore.int32


def test_a_number_does_not_spread_its_dtype():
    assert dlcore.exp(1).dtype is dlcore.float32
    assert dlcore.add(1, 2.5).dtype is dlcore.float32
    assert dlcore.add(1, 2).dtype is dlcore.int64
    assert dlcore.add(True, True).dtype is dlcore.bool
    y = dlcore.add(1, 2) * dlcore.ones(2, dtype=dlcore.float64)  # the sum is an ordinary 0-d tensor
    assert y.dtype is dlcore.float64


def test_a_large_integer_keeps_its_digits():
    n = 2**62 + 1
    assert (dlcore.tensor([0]) + n).item() == n
    assert (dlcore.tensor([n]) == n).item() is True
    assert dlcore.tensor([n]).clamp(0, n - 1).item() == n - 1
