"""CTC against its definition, and that against all ways to write a target."""

import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op, check_threads
from samples import Sample


def log_probs(*shape):
    def draw(rng):
        x = rng.standard_normal(shape)
        return x - np.log(np.exp(x).sum(-1, keepdims=True))

    return Sample(draw)


@pytest.mark.parametrize("target", [[], [1], [2, 1], [1, 1], [2, 2, 1], [1, 2, 1, 2], [1, 1, 1]], ids=str)
@pytest.mark.parametrize("blank", [0, 2])
def test_the_definition_adds_up_all_ways(target, blank):
    target = [label if blank == 0 else label % 2 for label in target]
    x = log_probs(4, 3).draw(np.random.default_rng(1))
    expected = reference.ctc_loss_by_all_ways(x, target, blank)
    arguments = (np.array([target], np.int64), [4], [len(target)], blank, "sum")
    np.testing.assert_allclose(reference.ctc_loss(x[:, None], *arguments), expected, rtol=1e-12)
    np.testing.assert_allclose(
        dlcore.ctc_loss(dlcore.tensor(x[:, None]), dlcore.tensor(arguments[0]), *arguments[1:]).item(),
        expected,
        rtol=1e-12,
    )


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("blank", [0, 3])
def test_batch(reduction, blank):
    targets = np.array([[1, 2, 2, 1, 1], [2, 1, 4, 0, 0], [0, 0, 0, 0, 0]])
    targets[targets == blank] = 4
    lengths = ([12, 7, 3], [5, 3, 0])
    check_op(
        dlcore.ctc_loss,
        reference.ctc_loss,
        log_probs(12, 3, 5),
        targets,
        *lengths,
        blank,
        reduction,
        rtol=1e-5,
        atol=1e-5,
    )
    flat = np.concatenate([row[:n] for row, n in zip(targets, lengths[1], strict=True)])
    check_op(
        dlcore.ctc_loss, reference.ctc_loss, log_probs(12, 3, 5), flat, *lengths, blank, reduction, rtol=1e-5, atol=1e-5
    )


def test_one_example_without_a_batch_axis():
    targets = np.array([[1, 3]])
    for reduction in ("none", "mean", "sum"):
        check_op(dlcore.ctc_loss, reference.ctc_loss, log_probs(5, 4), targets, [5], [2], 0, reduction, layouts=())


@pytest.mark.parametrize("length", [1, 7, 8, 15, 16, 33])
def test_targets_about_a_vector(length):
    targets = np.random.default_rng(2).integers(1, 9, (2, length))
    call = (log_probs(2 * length + 3, 2, 9), targets, [2 * length + 3] * 2, [length, length // 2])
    check_op(dlcore.ctc_loss, reference.ctc_loss, *call, order2=length < 10, layouts=(), rtol=1e-4, atol=1e-5)


def test_a_target_that_does_not_fit():
    x = log_probs(3, 2, 4).draw(np.random.default_rng(3))
    targets, lengths = np.array([[1, 1, 2], [1, 2, 3]]), ([3, 3], [3, 3])  # 1 1 2 takes four steps
    for zero in (False, True):
        given = dlcore.tensor(x, requires_grad=True)
        losses = dlcore.ctc_loss(given, dlcore.tensor(targets), *lengths, reduction="none", zero_infinity=zero)
        expected = reference.ctc_loss(x, targets, *lengths, reduction="none", zero_infinity=zero)
        np.testing.assert_allclose(losses.detach().numpy(), expected, rtol=1e-12)
        losses.sum().backward()
        grad = given.grad.numpy()
        assert np.isnan(grad[:, 0]).all() if not zero else (grad[:, 0] == 0).all()
        np.testing.assert_allclose(grad[:, 1].sum(-1), -1, rtol=1e-12)  # every way goes through some class
    check_op(dlcore.ctc_loss, reference.ctc_loss, log_probs(3, 2, 4), targets, *lengths, zero_infinity=True)


def test_no_steps_and_no_examples():
    nothing = dlcore.zeros(0, 2, 3, requires_grad=True)
    targets = dlcore.tensor([[1], [2]])
    losses = dlcore.ctc_loss(nothing, targets, [0, 0], [0, 1], reduction="none")
    assert losses.tolist() == [0.0, float("inf")]
    assert dlcore.ctc_loss(dlcore.zeros(4, 0, 3), dlcore.zeros(0, 2, dtype=dlcore.int64), [], [], reduction="sum") == 0


def test_on_any_number_of_threads():
    targets = np.random.default_rng(4).integers(1, 20, (9, 11))
    check_threads(dlcore.ctc_loss, log_probs(40, 9, 20), targets, [40, 25, 30] * 3, [11, 5, 8] * 3, order=1)


def test_lengths_may_be_tensors():
    x, targets = dlcore.zeros(4, 2, 3), dlcore.tensor([[1], [2]])
    expected = dlcore.ctc_loss(x, targets, [4, 3], [1, 1]).item()
    for dtype in (dlcore.int64, dlcore.int32):
        lengths = dlcore.tensor([4, 3], dtype=dtype), dlcore.tensor([1, 1], dtype=dtype)
        assert dlcore.ctc_loss(x, targets.to(dtype), *lengths).item() == expected


def test_errors():
    x, targets = dlcore.zeros(4, 2, 3), dlcore.tensor([[1, 2], [2, 1]])

    def call(x=x, targets=targets, inputs=(4, 4), lengths=(2, 2), **options):
        return lambda: dlcore.ctc_loss(x, targets, list(inputs), list(lengths), **options)

    shape = "ctc_loss: expected log_probs of shape (T, N, C) or (T, C), got (4,)"
    check_error(ValueError, shape, call(dlcore.zeros(4)))
    floating = "ctc_loss: expected log_probs of a floating dtype, got int64"
    check_error(TypeError, floating, call(x.to(dlcore.int64)))
    check_error(IndexError, "ctc_loss: blank 3 is out of range for 3 classes", call(blank=3))
    dtype = "ctc_loss: expected targets of int64 or int32, got float32"
    check_error(TypeError, dtype, call(targets=targets.to(dlcore.float32)))
    expected = "ctc_loss: expected targets of shape (2, S) or (sum of target_lengths,), got (1, 2)"
    check_error(ValueError, expected, call(targets=targets[:1]))
    check_error(ValueError, "ctc_loss: expected 2 input_lengths, got 1", call(inputs=(4,)))
    check_error(ValueError, "ctc_loss: expected input_lengths of 0 to 4, got 5", call(inputs=(4, 5)))
    check_error(ValueError, "ctc_loss: expected target_lengths of 0 to 2, got -1", call(lengths=(2, -1)))
    total = "ctc_loss: expected 3 targets, the sum of target_lengths, got 4"
    check_error(ValueError, total, call(targets=targets.flatten(), lengths=(2, 1)))
    target = "ctc_loss: target 2 of example 0 is not a class of 0 to 2 other than the blank 2"
    check_error(IndexError, target, call(blank=2))
    reduction = "reduction: 'batchmean' is for kl_div alone; expected 'none', 'mean' or 'sum'"
    check_error(ValueError, reduction, call(reduction="batchmean"))
    lengths = "ctc_loss: expected input_lengths of integers, got float32"
    check_error(TypeError, lengths, lambda: dlcore.ctc_loss(x, targets, dlcore.ones(2), [1, 1]))
