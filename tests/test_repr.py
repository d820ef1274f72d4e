"""How tensors are written."""

import dlcore
import numpy as np
import pytest
from check import check_error


@pytest.fixture(autouse=True)
def kept_printoptions():
    before = dlcore.get_printoptions()
    yield
    dlcore.set_printoptions(**before)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (1.5, "tensor(1.5000)"),
        (3, "tensor(3)"),
        (True, "tensor(True)"),
        ([1.0, 2.0], "tensor([1., 2.])"),
        ([[1.0, 2.0], [3.0, 4.0]], "tensor([[1., 2.],\n        [3., 4.]])"),
        ([0.5, -10.0], "tensor([  0.5000, -10.0000])"),
        ([1, -2, 300], "tensor([  1,  -2, 300])"),
        ([True, True], "tensor([True, True])"),
        ([True, False], "tensor([ True, False])"),
        ([1.0, float("inf"), float("nan")], "tensor([ 1., inf, nan])"),
        ([1e-6, 1.0], "tensor([1.0000e-06, 1.0000e+00])"),
        ([[[1], [2]]], "tensor([[[1],\n         [2]]])"),
        ([[[1]], [[2]]], "tensor([[[1]],\n\n        [[2]]])"),
    ],
)
def test_layout(data, text):
    assert repr(dlcore.tensor(data)) == str(dlcore.tensor(data)) == text


def test_what_is_told_besides_the_numbers():
    x = dlcore.ones(2, requires_grad=True)
    assert repr(x) == "tensor([1., 1.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2., 2.], grad_fn=<mul>)"
    assert repr(x.double()) == "tensor([1., 1.], dtype=dlcore.float64, grad_fn=<to>)"
    assert repr(dlcore.tensor([1], dtype=dlcore.uint8)) == "tensor([1], dtype=dlcore.uint8)"
    assert repr(dlcore.zeros(0)) == "tensor([])"
    assert repr(dlcore.zeros(0, 3)) == "tensor([], size=(0, 3))"
    assert repr(dlcore.zeros(0, dtype=dlcore.int64)) == "tensor([], dtype=dlcore.int64)"


def test_large_tensors_are_summarised():
    text = repr(dlcore.arange(1001))
    assert text == "tensor([   0,    1,    2, ...,  998,  999, 1000], size=(1001,))"
    assert "..." not in repr(dlcore.arange(1000))
    lines = repr(dlcore.zeros(100, 200)).split("\n")
    assert len(lines) == 7
    assert lines[3] == "        ..., "[:-1]
    assert lines[6].endswith("size=(100, 200))")


def test_a_summary_looks_only_at_what_it_shows():
    x = np.ones(10_000)
    x[5000] = 1e30
    text = repr(dlcore.from_numpy(x))
    assert text == "tensor([1., 1., 1., ..., 1., 1., 1.], size=(10000,), dtype=dlcore.float64)"


def test_long_details_go_to_their_own_line():
    x = dlcore.ones(2, 9, requires_grad=True)
    dlcore.set_printoptions(linewidth=50)
    assert repr(x).split("\n")[-1] == "       requires_grad=True)"
    assert all(len(line) <= 50 for line in repr(x).split("\n"))


def test_printoptions():
    dlcore.set_printoptions(precision=2, threshold=4, edgeitems=1)
    assert repr(dlcore.tensor([0.125, 0.25])) == "tensor([0.12, 0.25])"
    assert repr(dlcore.arange(5)) == "tensor([0, ..., 4], size=(5,))"
    assert dlcore.get_printoptions()["linewidth"] == 80
    message = "set_printoptions: precision must not be negative, got -1"
    check_error(ValueError, message, lambda: dlcore.set_printoptions(precision=-1))


def test_strided_tensors_and_subclasses():
    assert repr(dlcore.arange(4).reshape(2, 2).T) == "tensor([[0, 2],\n        [1, 3]])"
