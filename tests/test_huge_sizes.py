"""Sizes whose product is beyond 2^31: nothing on the way may count in 32 bits."""

import dlcore
import numpy as np
from check import check_error

HUGE = 2**31 + 11


def test_a_sum():
    x = dlcore.ones(1, dtype=dlcore.uint8).expand(HUGE)
    assert x.sum().item() == HUGE


def test_elements_behind_the_limit():
    x = dlcore.empty(HUGE, dtype=dlcore.uint8)  # pages that nobody touches take no memory
    x[-3:] = dlcore.tensor([1, 2, 3], dtype=dlcore.uint8)
    assert x[HUGE - 2].item() == 2
    assert x[-3:].flip(0).tolist() == [3, 2, 1]
    np.testing.assert_array_equal(x.index_select(0, dlcore.tensor([HUGE - 1, HUGE - 3])).numpy(), [3, 1])


def test_a_product():
    a = dlcore.ones(1).expand(HUGE, 2)
    rows = a[-2:]
    assert (rows @ dlcore.ones(2, 3)).tolist() == [[2.0] * 3] * 2
    assert dlcore.zeros(HUGE, 0).matmul(dlcore.zeros(0, 0)).shape == (HUGE, 0)


def test_planes_of_too_many_rows_are_refused():
    F = dlcore.nn.functional
    x = dlcore.zeros(1).expand(1, 2**31, 2)
    tail = "expected planes of at most 2147483647 rows in float32, got shape (1, 2147483648, 2)"
    check_error(ValueError, f"adaptive_max_pool2d: {tail}", lambda: F.adaptive_max_pool2d(x, 1))
    check_error(ValueError, f"max_pool2d: {tail}", lambda: F.max_pool2d(x, (2**30, 1)))
