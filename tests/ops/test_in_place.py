"""Operations that overwrite their tensor."""

import re

import dlcore
import numpy as np
import pytest
from check import check_error

# Every form in place: its name without the last underscore, and what it takes besides its tensor.
UNARY = (
    "abs ceil cos erf exp expm1 floor log log1p neg reciprocal relu round rsqrt sigmoid sign sin sqrt square tanh trunc"
)
BINARY = "add sub mul div floor_divide remainder pow eq ne lt le gt ge logical_and logical_or logical_xor"
BITS = "bitwise_and bitwise_or bitwise_xor"
FORMS = [(name, ()) for name in (*UNARY.split(), "logical_not")]
FORMS += [(name, (2.0,)) for name in BINARY.split()]
FORMS += [("clamp", (0.5, 1.5))]
DIFFERENTIABLE = [form for form in FORMS if not form[0].startswith(("logical", "eq", "ne", "lt", "le", "gt", "ge"))] + [
    ("neg", ())
]
A = np.array([[0.5, 1.5, 0.25], [2.0, 0.75, 1.25]], np.float32)


@pytest.mark.parametrize(("name", "args"), FORMS)
def test_overwrites_and_returns_its_tensor(name, args):
    memory = A.copy()
    x = dlcore.from_numpy(memory)
    expected = getattr(dlcore, name)(x, *args).to(dlcore.float32).numpy()
    assert getattr(x, f"{name}_")(*args) is x
    assert x.data_ptr() == dlcore.from_numpy(memory).data_ptr()
    np.testing.assert_array_equal(memory, expected)


@pytest.mark.parametrize(("name", "args"), FORMS)
def test_through_a_view(name, args):
    memory = A.copy()
    view = dlcore.from_numpy(memory).narrow(1, 1, 2).t()
    expected = A.copy()
    expected[:, 1:] = getattr(dlcore, name)(dlcore.from_numpy(A[:, 1:].copy()), *args).to(dlcore.float32).numpy()
    getattr(view, f"{name}_")(*args)
    np.testing.assert_array_equal(memory, expected)


@pytest.mark.parametrize(("name", "args"), DIFFERENTIABLE)
def test_has_the_gradient_of_the_op(name, args):
    def gradient(op):
        x = dlcore.from_numpy(A.astype(np.float64)).requires_grad_()
        y = op(x * 1)
        (dx,) = dlcore.autograd.grad((y * y * y).sum(), x)
        return dx.numpy()

    expected = gradient(lambda x: getattr(dlcore, name)(x, *args))
    np.testing.assert_array_equal(gradient(lambda x: getattr(x, f"{name}_")(*args)), expected)


@pytest.mark.parametrize("name", [*BITS.split(), "bitwise_not"])
def test_bits(name):
    for dtype in (np.int64, np.uint8, bool):
        memory = np.array([0, 1, 1, 0, 1], dtype)
        x = dlcore.from_numpy(memory)
        args = () if name == "bitwise_not" else (dlcore.from_numpy(np.array([1, 1, 0, 0, 1], dtype)),)
        expected = getattr(dlcore, name)(x, *args).numpy()
        assert getattr(x, f"{name}_")(*args) is x
        np.testing.assert_array_equal(memory, expected)


def test_gradient_of_a_tensor_operand():
    for name in ("add", "sub", "mul", "div", "pow"):
        x, w = (dlcore.from_numpy(A.astype(np.float64)).requires_grad_() for _ in range(2))
        y = x * 1
        getattr(y, f"{name}_")(w)
        got = dlcore.autograd.grad(y.sum(), [x, w])
        expected = dlcore.autograd.grad(getattr(dlcore, name)(x, w).sum(), [x, w])
        for g, e in zip(got, expected, strict=True):
            np.testing.assert_array_equal(g.numpy(), e.numpy())


def test_a_view_passes_its_new_history_to_its_base():
    x = dlcore.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = x * 1
    y.narrow(0, 0, 1).mul_(10)
    (dx,) = dlcore.autograd.grad(y.sum(), x)
    np.testing.assert_array_equal(dx.numpy(), [[10, 10], [1, 1]])


@pytest.mark.parametrize(("name", "args"), [form for form in FORMS if form[0] in ("add", "exp", "pow", "clamp", "eq")])
def test_a_needed_value_that_changed_is_noticed(name, args):
    x = dlcore.from_numpy(A.copy()).requires_grad_()
    y = x * 1
    z = (y * y).sum()
    getattr(y, f"{name}_")(*args)
    text = r"^mul: a tensor of shape \(2, 3\) that its gradient needs was changed in place"
    with pytest.raises(RuntimeError, match=text):
        z.backward()


@pytest.mark.parametrize(("name", "args"), FORMS)
def test_a_leaf_and_read_only_memory_are_refused(name, args):
    leaf = dlcore.from_numpy(A.copy()).requires_grad_()
    with pytest.raises(RuntimeError, match=f"^{name}_: a leaf that requires a gradient cannot be changed in place"):
        getattr(leaf, f"{name}_")(*args)
    np.testing.assert_array_equal(leaf.detach().numpy(), A)
    with dlcore.no_grad():
        getattr(leaf, f"{name}_")(*args)
    assert leaf.is_leaf
    assert leaf.requires_grad

    frozen = A.copy()
    frozen.flags.writeable = False
    x = dlcore.from_numpy(frozen)
    check_error(ValueError, f"{name}_: the tensor's memory is read-only", lambda: getattr(x, f"{name}_")(*args))


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "floor_divide", "pow", "lt", "logical_and"])
def test_a_result_that_does_not_fit_is_refused(name):
    x, wide = dlcore.zeros(3), dlcore.ones(2, 3)
    with pytest.raises(ValueError, match=rf"^{name}_: "):
        getattr(x, f"{name}_")(wide)
    with pytest.raises(ValueError, match=rf"^{name}_?: shapes \(3,\) and \(2,\) do not broadcast$"):
        getattr(x, f"{name}_")(dlcore.ones(2))
    np.testing.assert_array_equal(x.numpy(), [0, 0, 0])


def test_texts_of_what_does_not_fit():
    x = dlcore.zeros(3)
    text = "mul_: the result of shapes (3,) and (2, 3) does not fit into the first"
    check_error(ValueError, text, lambda: x.mul_(dlcore.ones(2, 3)))
    text = "pow_: a result of shape (2, 3) cannot be kept in a tensor of shape (3,)"
    check_error(ValueError, text, lambda: x.pow_(dlcore.ones(2, 3)))


def test_a_kind_that_cannot_be_kept_is_refused():
    i, b = dlcore.tensor([1, 2]), dlcore.tensor([True, False])
    text = "add_: a result of dtype float32 cannot be kept in a tensor of dtype int64"
    check_error(TypeError, text, lambda: i.add_(1.5))
    text = "mul_: a result of dtype int64 cannot be kept in a tensor of dtype bool"
    check_error(TypeError, text, lambda: b.mul_(2))
    text = "div_: a quotient cannot be kept in a tensor of dtype int64"
    check_error(TypeError, text, lambda: i.div_(2))
    text = "clamp_: a result of dtype float32 cannot be kept in a tensor of dtype int64"
    check_error(TypeError, text, lambda: i.clamp_(0.5))
    assert i.tolist() == [1, 2]
    assert i.div_(2, rounding_mode="floor").tolist() == [0, 1]


def test_smaller_types_of_the_same_kind_are_kept():
    x = dlcore.ones(2).add_(dlcore.tensor([0.5, 1.5], dtype=dlcore.float64))
    assert x.dtype is dlcore.float32
    assert x.tolist() == [1.5, 2.5]
    y = dlcore.tensor([250, 3], dtype=dlcore.uint8)
    assert y.add_(dlcore.tensor([10, 300])).tolist() == [4, 47]
    assert dlcore.tensor([1, 2]).eq_(1).tolist() == [1, 0]
    assert dlcore.tensor([1.0, 2.0]).add_(dlcore.tensor([True, False])).tolist() == [2, 2]


def test_an_operand_in_the_same_memory():
    for shift in (0, 1):
        memory = np.arange(6, dtype=np.float32)
        x = dlcore.from_numpy(memory)
        expected = memory[1:].copy() + memory[:-1]
        if shift:
            x.narrow(0, 1, 5).add_(x.narrow(0, 0, 5))
            np.testing.assert_array_equal(memory[1:], expected)
        else:
            x.narrow(0, 0, 5).add_(x.narrow(0, 1, 5))
            np.testing.assert_array_equal(memory[:-1], expected)
    x = dlcore.from_numpy(np.arange(4, dtype=np.float32).reshape(2, 2))
    x.add_(x.t())
    assert x.tolist() == [[0, 3], [3, 6]]
    x.mul_(x)
    assert x.tolist() == [[0, 9], [9, 36]]


def test_a_tensor_whose_elements_share_a_place_is_not_written():
    x = dlcore.zeros(3, 1)
    for write in (lambda y: y.add_(1), lambda y: y.exp_(), lambda y: y.fill_(1), lambda y: y.copy_(dlcore.ones(3, 4))):
        check_error_of_shared_places(write, x.expand(3, 4))
    assert x.tolist() == [[0.0], [0.0], [0.0]]
    x.expand(3, 1).add_(1)
    assert x.tolist() == [[1.0], [1.0], [1.0]]


def check_error_of_shared_places(write, x):
    text = "several elements of the tensor of shape (3, 4) share one place in memory; call clone() first"
    with pytest.raises(ValueError, match=re.escape(text)):
        write(x)
