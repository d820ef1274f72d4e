import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads


def seeded(input, p=0.5, **options):
    """Drop always the same elements, so that values can be compared."""
    return dlcore.dropout(input, p, generator=dlcore.Generator().manual_seed(3), **options)


def expected(input, p=0.5):
    dropped = reference.random.bernoulli(3, 0, input.size, p).reshape(input.shape)
    return reference.dropout(input, ~dropped, p)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.999, 1.0])
@pytest.mark.parametrize("shape", [(), (3, 17), (2, 3, 5)])
def test_dropout(shape, p):
    check_op(seeded, expected, shape, p)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    check_op(seeded, expected, (n,))


def test_threads():
    check_threads(seeded, (300_000,))


def test_the_default_generator_goes_on_and_backward_draws_nothing():
    dlcore.manual_seed(0)
    x = dlcore.ones(1000, requires_grad=True)
    y = dlcore.dropout(x, 0.5)
    state = dlcore.get_rng_state().tolist()
    y.sum().backward()
    assert dlcore.get_rng_state().tolist() == state
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())
    assert not dlcore.equal(dlcore.dropout(x, 0.5), y)


def test_evaluation_returns_the_input_and_draws_nothing():
    x = dlcore.ones(5, requires_grad=True)
    state = dlcore.get_rng_state().tolist()
    assert dlcore.dropout(x, 0.5, training=False) is x
    assert dlcore.dropout(x, 0.0) is x
    assert dlcore.get_rng_state().tolist() == state


def test_what_is_dropped_is_zero_whatever_it_was():
    assert seeded(dlcore.full((100,), float("nan")), 1.0).tolist() == [0] * 100
    got = seeded(dlcore.full((100,), float("inf"))).numpy()
    assert set(got.tolist()) == {0.0, float("inf")}


def test_in_place():
    x = dlcore.ones(4, 5)
    assert seeded(x, inplace=True) is x
    np.testing.assert_array_equal(x.numpy(), seeded(dlcore.ones(4, 5)).numpy())
    leaf = dlcore.ones(3, requires_grad=True)
    y = leaf * 1
    seeded(y, inplace=True)
    y.sum().backward()
    np.testing.assert_array_equal(leaf.grad.numpy(), y.detach().numpy())


def test_errors():
    for p in (-0.1, 1.5):
        check_error(
            ValueError,
            f"dropout: p: expected a probability in [0, 1], got {p}",
            lambda p=p: dlcore.dropout(dlcore.ones(2), p),
        )
    check_error(
        TypeError, "dropout: expected a floating dtype, got int64", lambda: dlcore.dropout(dlcore.tensor([1, 2]))
    )
