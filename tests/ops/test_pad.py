import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import integers

MODES = ("constant", "reflect", "replicate", "circular")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pad", [(0, 0), (1, 2), (2, 0), (-1, 2), (2, -1), (-1, -1), (1, 1, 2, 0), (0, 1, -1, 1, 0, 1)])
def test_modes(mode, pad):
    check_op(dlcore.pad, reference.pad, (2, 3, 4), pad=pad, mode=mode)


@pytest.mark.parametrize("value", [None, 0, 1.5, -2])
def test_values(value):
    check_op(dlcore.pad, reference.pad, (2, 3), pad=[1, 1, 0, 2], value=value)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for mode in MODES if n > 2 else ("constant",):
        check_op(dlcore.pad, reference.pad, (3, n), pad=(2, 1), mode=mode)
        check_op(dlcore.pad, reference.pad, (n, 3), pad=(0, 0, 2, 1), mode=mode)


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int32, np.int64])
@pytest.mark.parametrize("mode", MODES)
def test_dtypes(mode, dtype):
    check_op(dlcore.pad, reference.pad, integers((3, 4), 2, dtype=dtype), pad=(1, 2), mode=mode, grad=False)


def test_no_widths():
    for shape in ((2, 3), ()):
        check_op(dlcore.pad, lambda x, pad: x, shape, pad=[])
    x = dlcore.zeros(3)
    for mode in MODES:
        assert dlcore.pad(x, (0, 0), mode).data_ptr() != x.data_ptr()


def test_cropping_everything():
    assert dlcore.pad(dlcore.zeros(2, 3), (-1, -2)).shape == (2, 0)
    assert dlcore.pad(dlcore.ones(2, 0), (1, 1), value=5).tolist() == [[5, 5], [5, 5]]


@pytest.mark.parametrize("mode", MODES)
def test_threads(mode):
    check_threads(dlcore.pad, (3, 100, 200), pad=(3, 4, 5, 6), mode=mode)


def test_errors():
    x = dlcore.zeros(2, 3)
    text = "pad: expected a pair of widths for at most each axis of shape (2, 3), got 3 numbers"
    check_error(ValueError, text, lambda: dlcore.pad(x, (1, 1, 1)))
    text = "pad: expected a pair of widths for at most each axis of shape (2, 3), got 6 numbers"
    check_error(ValueError, text, lambda: dlcore.pad(x, (1,) * 6))
    text = "pad: widths -2 and -2 take more than axis 1 of size 3 has"
    check_error(ValueError, text, lambda: dlcore.pad(x, (-2, -2)))
    text = "pad: mode: expected 'constant', 'reflect', 'replicate' or 'circular', got 'edge'"
    check_error(ValueError, text, lambda: dlcore.pad(x, (1, 1), "edge"))
    text = "pad: mode 'reflect' cannot make 3 elements of axis 1 of size 3"
    check_error(ValueError, text, lambda: dlcore.pad(x, (3, 0), "reflect"))
    text = "pad: mode 'circular' cannot make 4 elements of axis 1 of size 3"
    check_error(ValueError, text, lambda: dlcore.pad(x, (0, 4), "circular"))
    text = "pad: mode 'replicate' cannot make 1 elements of axis 1 of size 0"
    check_error(ValueError, text, lambda: dlcore.pad(x[:, :0], (0, 1), "replicate"))
    text = "pad: mode 'reflect' takes no value, got 2"
    check_error(ValueError, text, lambda: dlcore.pad(x, (1, 0), "reflect", 2))
