"""The elementary functions, rounding and sign."""

import dlcore
import numpy as np
import pytest
import reference as ref
from check import SIZES, check_error, check_op, check_threads, threads
from samples import distinct, normal, positive, uniform

SMOOTH = ["exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tanh", "erf", "square", "reciprocal"]
STEPS = ["floor", "ceil", "round", "trunc", "sign"]
REFERENCES = {
    "square": np.square,
    "reciprocal": lambda x: 1 / np.asarray(x, float),
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.round,
    "trunc": np.trunc,
}
SPECIAL = np.array([0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 88, -104, 1e30, -1e30, np.inf, -np.inf, np.nan])
KEEP_INTEGERS = ("abs", "neg", "square", *STEPS)


def both(name):
    return getattr(dlcore, name), REFERENCES.get(name) or getattr(ref, name)


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions(name):
    op, reference = both(name)
    for n in SIZES:
        check_op(op, reference, positive((n,)), layouts=("stepped",))
    for shape in ((3, 17), (), (2, 0, 3)):
        check_op(op, reference, positive(shape))
    check_threads(op, positive((300, 400)))


@pytest.mark.parametrize("name", ["exp", "expm1", "sin", "cos", "tanh", "erf", "square", "reciprocal"])
def test_smooth_functions_of_both_signs(name):
    check_op(*both(name), distinct((4, 17)), layouts=("transposed",))


@pytest.mark.parametrize("name", ["abs", "neg"])
def test_abs_and_neg(name):
    op, reference = both(name)
    for n in SIZES:
        check_op(op, reference, distinct((n,)), layouts=("stepped",))
    check_op(op, reference, distinct((3, 17)))
    check_threads(op, (300, 400))


def test_abs_is_what_python_s_abs_calls():
    check_op(abs, ref.abs, distinct((3, 17)))


def test_abs_at_zero_has_slope_zero():
    x = dlcore.tensor([0.0, -0.0], requires_grad=True)
    x.abs().sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [0, 0])


@pytest.mark.parametrize("name", STEPS)
def test_steps(name):
    op, reference = both(name)
    for n in SIZES:
        check_op(op, reference, distinct((n,)), layouts=("stepped",))
    check_op(op, reference, uniform((3, 17), 0.1, 0.4), layouts=("transposed",))
    check_threads(op, normal((300, 400), 5.0), order=1)
    halves = np.arange(-9, 10).astype(np.float32) / 2
    np.testing.assert_array_equal(op(dlcore.from_numpy(halves)).numpy(), reference(halves))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*SMOOTH, "abs", "neg", *STEPS])
def test_special_values(name, dtype):
    op, reference = both(name)
    x = SPECIAL.astype(dtype)
    with np.errstate(all="ignore"):
        expected = reference(x).astype(dtype)
        if name == "rsqrt":
            expected[1] = -np.inf
        expected[np.abs(expected) < np.finfo(dtype).tiny] *= 0  # denormals are zero
    for repeats in (1, 3):
        y = op(dlcore.from_numpy(np.tile(x, repeats))).numpy()
        np.testing.assert_allclose(y, np.tile(expected, repeats), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, bool])
@pytest.mark.parametrize("name", [*SMOOTH, "abs", "neg", *STEPS])
def test_integers_and_bool(name, dtype):
    op, reference = both(name)
    a = np.array([1, 0, 1, 1] if dtype is bool else [1, 2, 3, 100], dtype)
    x = dlcore.from_numpy(a)
    if dtype is bool and name in ("abs", "neg"):
        with pytest.raises(TypeError, match=f"^{name}: expected numbers, got dtype bool"):
            op(x)
        return
    y = op(x)
    if name in KEEP_INTEGERS:
        kept = np.int64 if dtype is bool and name == "square" else dtype
        assert y.numpy().dtype == kept
        np.testing.assert_array_equal(y.numpy(), reference(a.astype(np.int64)).astype(kept))
    else:
        assert y.dtype is dlcore.float32
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(y.numpy(), reference(a.astype(float)).astype(np.float32), rtol=1e-6)


def test_negative_integers_have_a_size_and_a_sign():
    x = dlcore.tensor([-3, 0, 5])
    assert x.abs().tolist() == [3, 0, 5]
    assert x.sign().tolist() == [-1, 0, 1]


@pytest.mark.parametrize("name", [*SMOOTH, "abs", "neg", *STEPS])
def test_a_method_and_its_form_in_place(name):
    a = np.array([[0.5, 1.5], [2.5, 0.25]], np.float32)
    memory = a.copy()
    x = dlcore.from_numpy(memory)
    expected = getattr(dlcore, name)(x).numpy()
    np.testing.assert_array_equal(getattr(x, name)().numpy(), expected)
    np.testing.assert_array_equal(memory, a)
    assert getattr(x, f"{name}_")() is x
    np.testing.assert_array_equal(memory, expected)


def test_a_number_is_a_tensor_without_dimensions():
    assert dlcore.exp(0.0).shape == ()
    assert dlcore.exp(0).dtype is dlcore.float32
    np.testing.assert_allclose(dlcore.sqrt(np.array([4.0, 9.0])).numpy(), [2, 3])


def test_third_order():
    x = dlcore.tensor([0.3, 0.7], dtype=dlcore.float64, requires_grad=True)
    for op, third in ((dlcore.exp, np.exp), (dlcore.sin, lambda v: -np.cos(v)), (dlcore.log, lambda v: 2 / v**3)):
        y = op(x)
        for _ in range(3):
            (y,) = dlcore.autograd.grad(y.sum(), x, create_graph=True)
        np.testing.assert_allclose(y.detach().numpy(), third(x.detach().numpy()))


def test_errors():
    check_error(TypeError, "abs: expected numbers, got dtype bool", lambda: dlcore.abs(dlcore.ones(2) > 0))
    text = "exp_: a result of dtype float32 cannot be kept in a tensor of dtype int64"
    check_error(TypeError, text, lambda: dlcore.tensor([1]).exp_())


@pytest.mark.parametrize("skipped", [0, 1, 16])
def test_results_too_large_for_the_caches(skipped):
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((2100, 1030)).astype(np.float32) for _ in range(2))
    x, y = dlcore.from_numpy(a), dlcore.from_numpy(b)
    for n in (1, 2):
        with threads(n):
            flat = x.reshape(-1)[skipped:] + y.reshape(-1)[skipped:]
            np.testing.assert_array_equal(flat.numpy(), a.ravel()[skipped:] + b.ravel()[skipped:])
            np.testing.assert_array_equal((x[:, skipped:] * y[:, :1]).numpy(), a[:, skipped:] * b[:, :1])
            np.testing.assert_array_equal((x * 2 > y).numpy(), a * 2 > b)
            z = x.clone()
            z += y
            np.testing.assert_array_equal(z.numpy(), a + b)
