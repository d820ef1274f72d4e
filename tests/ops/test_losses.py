"""Losses against their definitions."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, constant, distinct, exactly, integers, normal, positive, probabilities, uniform

REDUCTIONS = ("none", "mean", "sum")


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(3, 17), (5,), ()])
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
def test_distances(name, shape, reduction):
    op, ref = getattr(dlcore, name), getattr(reference, name)
    check_op(op, ref, distinct(shape), exactly(np.zeros(shape) + 0.02), reduction=reduction)


@pytest.mark.parametrize("delta", [0.3, 1.0, 4.0])
def test_huber_loss_on_both_sides_of_delta(delta):
    check_op(dlcore.huber_loss, reference.huber_loss, distinct((4, 9)), exactly(np.zeros((4, 9)) + 0.02), delta=delta)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("shape", "targets"), [((6, 5), (6,)), ((5,), ()), ((2, 5, 3), (2, 3)), ((2, 5, 3, 2), (2, 3, 2))])
def test_cross_entropy_of_indices(shape, targets, weighted, smoothing, reduction):
    weight = constant(positive((5,))) if weighted else None
    check_op(
        dlcore.cross_entropy,
        reference.cross_entropy,
        normal(shape, 2.0),
        integers(targets, 5),
        weight=weight,
        reduction=reduction,
        label_smoothing=smoothing,
    )


@pytest.mark.parametrize("classes", [n for n in SIZES if n])
def test_cross_entropy_at_the_edges_of_a_vector(classes):
    check_op(dlcore.cross_entropy, reference.cross_entropy, (7, classes), integers((7,), classes))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_cross_entropy_ignores_a_class(smoothing, reduction):
    check_op(
        dlcore.cross_entropy,
        reference.cross_entropy,
        (6, 4),
        exactly(np.array([0, 3, 2, 3, 1, 3])),
        ignore_index=3,
        reduction=reduction,
        label_smoothing=smoothing,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_of_probabilities(weighted, smoothing, reduction):
    weight = constant(positive((5,))) if weighted else None
    check_op(
        dlcore.cross_entropy,
        reference.cross_entropy,
        (4, 5, 3),
        probabilities((4, 5, 3), dim=1),
        weight=weight,
        reduction=reduction,
        label_smoothing=smoothing,
    )


def test_cross_entropy_of_huge_logits_is_finite():
    x = dlcore.tensor([[1e30, -1e30, 0.0]], requires_grad=True)
    loss = dlcore.cross_entropy(x, dlcore.tensor([0]))
    loss.backward()
    assert loss.item() == 0
    np.testing.assert_array_equal(x.grad.numpy(), [[0, 0, 0]])


def test_cross_entropy_on_many_rows_is_the_same_for_any_threads():
    check_threads(dlcore.cross_entropy, (5000, 40), integers((5000,), 40), label_smoothing=0.1, order=1)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("shape", "targets"), [((6, 5), (6,)), ((5,), ()), ((2, 5, 3), (2, 3))])
def test_nll_loss(shape, targets, reduction):
    for weight in (None, constant(positive((5,)))):
        check_op(dlcore.nll_loss, reference.nll_loss, shape, integers(targets, 5), weight=weight, reduction=reduction)


def test_nll_loss_ignores_a_class_even_at_minus_infinity():
    x = np.log(np.array([[0.5, 0.5, 1.0], [0.25, 0.75, 1.0]]))
    x[:, 2] = -np.inf
    loss = dlcore.nll_loss(dlcore.tensor(x), dlcore.tensor([2, 1]), ignore_index=2)
    assert loss.item() == pytest.approx(-np.log(0.75))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_cross_entropy(reduction):
    for weight in (None, constant(positive((4, 6)))):
        check_op(
            dlcore.binary_cross_entropy,
            reference.binary_cross_entropy,
            uniform((4, 6), 0.1, 0.9),
            uniform((4, 6), 0.1, 0.9),
            weight=weight,
            reduction=reduction,
        )


def test_binary_cross_entropy_at_certainty_has_finite_gradients():
    x = dlcore.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    loss = dlcore.binary_cross_entropy(x, dlcore.tensor([0.0, 1.0, 1.0, 0.0]), reduction="none")
    loss.sum().backward()
    np.testing.assert_array_equal(loss.detach().numpy(), [0, 0, 100, 100])
    assert np.isfinite(x.grad.numpy()).all()


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("pos_weight", [None, constant(positive((6,)))])
def test_binary_cross_entropy_with_logits(pos_weight, reduction):
    for weight in (None, constant(positive((4, 6)))):
        check_op(
            dlcore.binary_cross_entropy_with_logits,
            reference.binary_cross_entropy_with_logits,
            normal((4, 6), 3.0),
            uniform((4, 6), 0.0, 1.0),
            weight=weight,
            reduction=reduction,
            pos_weight=pos_weight,
        )


def test_binary_cross_entropy_with_logits_does_not_overflow():
    x = dlcore.tensor([-1e4, 1e4], requires_grad=True)
    loss = dlcore.binary_cross_entropy_with_logits(x, dlcore.tensor([1.0, 0.0]), reduction="none")
    loss.sum().backward()
    np.testing.assert_array_equal(loss.detach().numpy(), [1e4, 1e4])
    np.testing.assert_array_equal(x.grad.numpy(), [-1, 1])


@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
def test_kl_div(reduction):
    check_op(dlcore.kl_div, reference.kl_div, (4, 6), probabilities((4, 6)), reduction=reduction)
    check_op(dlcore.kl_div, reference.kl_div, (4, 6), normal((4, 6)), reduction=reduction, log_target=True)


def test_kl_div_counts_a_zero_probability_as_nothing():
    assert dlcore.kl_div(dlcore.zeros(2), dlcore.tensor([0.0, 1.0]), reduction="sum").item() == 0


@pytest.mark.parametrize(
    "name", ["mse_loss", "l1_loss", "huber_loss", "kl_div", "binary_cross_entropy", "binary_cross_entropy_with_logits"]
)
def test_losses_do_not_broadcast(name):
    check_error(
        ValueError,
        f"{name}: expected a target of the input's shape (3, 1), got (3,)",
        lambda: getattr(dlcore, name)(dlcore.zeros(3, 1), dlcore.zeros(3)),
    )


def test_errors():
    x, t = dlcore.zeros(3, 4), dlcore.tensor([0, 1, 4])
    ce = dlcore.cross_entropy
    check_error(IndexError, "cross_entropy: target 4 at position 2 is out of range for 4 classes", lambda: ce(x, t))
    check_error(
        ValueError,
        "cross_entropy: for an input of shape (3, 4) expected a target of shape (3,), got (2,)",
        lambda: ce(x, dlcore.tensor([0, 1])),
    )
    check_error(
        TypeError,
        "cross_entropy: expected a target of class indices (int64) or probabilities, got dtype int32",
        lambda: ce(x, dlcore.tensor([0, 1, 2], dtype=dlcore.int32)),
    )
    check_error(
        ValueError,
        "cross_entropy: expected label_smoothing in [0, 1], got 1.5",
        lambda: ce(x, dlcore.tensor([0, 1, 2]), label_smoothing=1.5),
    )
    check_error(
        ValueError,
        "cross_entropy: expected weight of shape (4,), got (3,)",
        lambda: ce(x, dlcore.tensor([0, 1, 2]), weight=dlcore.ones(3)),
    )
    check_error(TypeError, "cross_entropy: expected an input of a floating dtype, got int64", lambda: ce(t, t))
    check_error(
        ValueError,
        "reduction: expected 'none', 'mean' or 'sum', got 'average'",
        lambda: dlcore.mse_loss(x, x, reduction="average"),
    )
    check_error(
        ValueError,
        "reduction: 'batchmean' is for kl_div alone; expected 'none', 'mean' or 'sum'",
        lambda: dlcore.mse_loss(x, x, reduction="batchmean"),
    )
    check_error(ValueError, "huber_loss: expected delta > 0, got 0", lambda: dlcore.huber_loss(x, x, delta=0))
    check_error(
        ValueError,
        "binary_cross_entropy: expected an input of probabilities in [0, 1]",
        lambda: dlcore.binary_cross_entropy(x + 2, x),
    )


def test_an_empty_batch():
    assert dlcore.cross_entropy(dlcore.zeros(0, 4), dlcore.zeros(0).to(dlcore.int64), reduction="sum").item() == 0
    assert dlcore.mse_loss(dlcore.zeros(0, 4), dlcore.zeros(0, 4), reduction="none").shape == (0, 4)


def test_a_boolean_target_becomes_a_number_only_when_asked():
    x = dlcore.tensor(np.array([0.3, 0.7]))
    with pytest.raises(TypeError, match="expected a target of a floating dtype, got bool"):
        dlcore.binary_cross_entropy(x, dlcore.tensor(boolean((2,)).draw(np.random.default_rng(0))))
