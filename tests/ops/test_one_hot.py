import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import exactly, integers


@pytest.mark.parametrize("n", SIZES)
def test_one_hot(n):
    check_op(dlcore.one_hot, reference.one_hot, integers((n,), 5), 6, grad=False)


def test_shapes():
    check_op(dlcore.one_hot, reference.one_hot, integers((2, 3, 4), 5), num_classes=7, grad=False)
    check_op(dlcore.one_hot, reference.one_hot, integers((2, 3), 5, dtype=np.int32), grad=False)
    check_op(dlcore.one_hot, reference.one_hot, exactly(np.array(2)), grad=False)
    check_threads(dlcore.one_hot, integers((30_000,), 5), 5, order=0)


def test_errors():
    x = dlcore.tensor([0, 3])
    check_error(IndexError, "one_hot: class 3 is out of range for 3 classes", lambda: dlcore.one_hot(x, 3))
    check_error(IndexError, "one_hot: class -3 is negative", lambda: dlcore.one_hot(-x))
    text = "one_hot: num_classes: expected a number of classes or -1, got -2"
    check_error(ValueError, text, lambda: dlcore.one_hot(x, -2))
    text = "one_hot: the number of classes does not follow from shape (0,); pass num_classes"
    check_error(ValueError, text, lambda: dlcore.one_hot(x[:0]))
    text = "one_hot: more classes than can be addressed"
    check_error(MemoryError, text, lambda: dlcore.one_hot(x + (2**63 - 4)))
    check_error(
        TypeError,
        "one_hot: index: expected dtype int64 or int32, got float32",
        lambda: dlcore.one_hot(x.float()),
    )
