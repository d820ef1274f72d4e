"""Parameter: a tensor like another, but counted."""

import copy
import pickle

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn


def test_it_is_a_leaf_that_shares_storage():
    data = dl.tensor([1.0, 2.0])
    parameter = nn.Parameter(data)
    assert isinstance(parameter, dl.Tensor)
    assert parameter.requires_grad
    assert parameter.is_leaf
    data[0] = 5.0
    assert parameter.tolist() == [5.0, 2.0]
    assert not nn.Parameter(data, requires_grad=False).requires_grad
    assert tuple(nn.Parameter().shape) == (0,)


def test_history_is_left_behind():
    x = dl.ones(2, requires_grad=True)
    assert nn.Parameter(x * 2).is_leaf


def test_results_are_plain_tensors():
    parameter = nn.Parameter(dl.ones(2))
    assert type(parameter + 1) is dl.Tensor
    assert type(parameter.detach()) is dl.Tensor


def test_gradient():
    parameter = nn.Parameter(dl.tensor([1.0, 2.0]))
    (parameter * parameter).sum().backward()
    assert parameter.grad.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda parameter: pickle.loads(pickle.dumps(parameter))])
def test_copies(duplicate):
    parameter = nn.Parameter(dl.tensor([1.0, 2.0]), requires_grad=False)
    other = duplicate(parameter)
    assert type(other) is nn.Parameter
    assert not other.requires_grad
    np.testing.assert_array_equal(other.numpy(), parameter.numpy())
    other[0] = 7.0
    assert parameter.tolist() == [1.0, 2.0]


def test_repr():
    assert repr(nn.Parameter(dl.ones(2))).startswith("Parameter containing:\ntensor([1., 1.]")


def test_other_data():
    with pytest.raises(TypeError, match=r"Parameter: data expected a Tensor, got list"):
        nn.Parameter([1.0])
