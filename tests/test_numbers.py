"""Names of dtypes and constants, and what the numbers of a dtype reach."""

import copy
import pickle

import dlcore
import numpy as np
import pytest
from check import check_error


@pytest.mark.parametrize(
    ("name", "dtype"), [("float", "float32"), ("double", "float64"), ("int", "int32"), ("long", "int64")]
)
def test_another_name_of_a_dtype_is_the_same_object(name, dtype):
    alias = getattr(dlcore, name)
    assert alias is getattr(dlcore, dtype)
    assert dlcore.zeros(2, dtype=alias).dtype is alias
    assert pickle.loads(pickle.dumps(alias)) is copy.deepcopy(alias) is alias


def test_constants():
    assert [dlcore.pi, dlcore.e, dlcore.inf] == [np.pi, np.e, np.inf]
    assert dlcore.nan != dlcore.nan
    assert dlcore.zeros(3)[:, dlcore.newaxis].shape == (3, 1)


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_the_largest_number_is_the_last_one_before_infinity(name):
    dtype = getattr(dlcore, name)
    largest = dlcore.tensor(dlcore.finfo(dtype).max, dtype=dtype)
    assert largest.isfinite()
    assert (largest * (1 + dlcore.finfo(dtype).eps)).isinf()
    filled = dlcore.zeros(2, dtype=dtype).masked_fill(dlcore.tensor([True, False]), dlcore.finfo(dtype).min)
    assert filled.dtype == dtype
    assert filled[0] == -largest
    assert dlcore.finfo().dtype == np.float32


@pytest.mark.parametrize("name", ["uint8", "int32", "int64"])
def test_integers_end_where_they_say(name):
    limits = dlcore.iinfo(getattr(dlcore, name))
    ends = dlcore.tensor([limits.min, limits.max], dtype=getattr(dlcore, name))
    assert ends.tolist() == [limits.min, limits.max]
    assert dlcore.iinfo(ends.dtype).bits == 8 * ends.itemsize


def test_errors():
    text = "finfo: type: expected a floating dtype, got dlcore.int64"
    check_error(TypeError, text, lambda: dlcore.finfo(dlcore.int64))
    text = "iinfo: type: expected an integer dtype, got dlcore.bool"
    check_error(TypeError, text, lambda: dlcore.iinfo(dlcore.bool))
