"""Packing and padding undo each other."""

import dlcore as dl
import numpy as np
import pytest
from dlcore.nn.utils.rnn import (
    invert_permutation,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpad_sequence,
)

LENGTHS = [2, 4, 1, 4, 3]
SEQUENCES = [np.arange(2.0 * n).reshape(n, 2) + 100 * i for i, n in enumerate(LENGTHS)]


def tensors():
    return [dl.tensor(s) for s in SEQUENCES]


@pytest.mark.parametrize("batch_first", [False, True])
def test_there_and_back(batch_first):
    padded = pad_sequence(tensors(), batch_first, padding_value=-1.0)
    packed = pack_padded_sequence(padded, LENGTHS, batch_first, enforce_sorted=False)
    order = packed.sorted_indices.tolist()
    rows = [SEQUENCES[i][t] for t in range(4) for i in order if t < LENGTHS[i]]
    np.testing.assert_array_equal(packed.data.numpy(), rows)
    assert packed.batch_sizes.tolist() == [sum(n > t for n in LENGTHS) for t in range(4)]
    assert packed.unsorted_indices.tolist() == invert_permutation(packed.sorted_indices).tolist()
    again, lengths = pad_packed_sequence(packed, batch_first, padding_value=-1.0)
    np.testing.assert_array_equal(again.numpy(), padded.numpy())
    assert lengths.tolist() == LENGTHS
    longer, _ = pad_packed_sequence(packed, batch_first, total_length=6)
    assert longer.shape[1 if batch_first else 0] == 6
    for x, expected in zip(unpad_sequence(padded, lengths, batch_first), SEQUENCES, strict=True):
        np.testing.assert_array_equal(x.numpy(), expected)


def test_pack_sequence():
    by_length = sorted(tensors(), key=len, reverse=True)
    packed = pack_sequence(by_length)
    assert packed.sorted_indices is None
    assert packed.unsorted_indices is None
    assert pad_packed_sequence(packed)[1].tolist() == sorted(LENGTHS, reverse=True)
    np.testing.assert_array_equal(packed.data.numpy()[:5], np.array([x.numpy()[0] for x in by_length]))


def test_padding_on_the_left():
    padded = pad_sequence(tensors(), batch_first=True, padding_side="left").numpy()
    for row, expected in zip(padded, SEQUENCES, strict=True):
        np.testing.assert_array_equal(row[len(row) - len(expected) :], expected)
        assert (row[: len(row) - len(expected)] == 0).all()


def test_gradients():
    padded = pad_sequence(tensors()).requires_grad_()
    packed = pack_padded_sequence(padded, LENGTHS, enforce_sorted=False)
    weights = dl.tensor(np.arange(2.0 * sum(LENGTHS)).reshape(-1, 2))
    (packed.data * weights).sum().backward()
    expected, _ = pad_packed_sequence(packed._replace(data=weights))
    np.testing.assert_array_equal(padded.grad.numpy(), expected.numpy())
    data = packed.data.detach().requires_grad_()
    (pad_packed_sequence(packed._replace(data=data))[0] * expected).sum().backward()
    np.testing.assert_array_equal(data.grad.numpy(), weights.numpy())


def test_errors():
    x = dl.zeros(4, 2, 3)
    for lengths, text in (
        ([1], "lengths expected 2 integers, got int64 of shape (1,)"),
        ([1.0, 2.0], "lengths expected 2 integers, got float64 of shape (2,)"),
        ([5, 1], "lengths expected from 1 to 4, got 1 to 5"),
        ([1, 2], "lengths expected to fall where enforce_sorted, got [1, 2]"),
    ):
        with pytest.raises(ValueError, match="pack_padded_sequence") as error:
            pack_padded_sequence(x, lengths)
        assert str(error.value) == f"pack_padded_sequence: {text}"
    with pytest.raises(ValueError, match=r"^pack_padded_sequence: input expected at least 2 axes, got shape \(4,\)$"):
        pack_padded_sequence(dl.zeros(4), [1])
    with pytest.raises(ValueError, match=r"^pad_packed_sequence: total_length expected at least 4, got 3$"):
        pad_packed_sequence(pack_sequence(tensors(), enforce_sorted=False), total_length=3)
    with pytest.raises(ValueError, match=r"^pad_sequence: expected at least one sequence$"):
        pad_sequence([])
    with pytest.raises(ValueError, match=r"^pad_sequence: .* first axis alone, got \[\(2, 3\), \(2, 4\)\]$"):
        pad_sequence([dl.zeros(2, 3), dl.zeros(2, 4)])
    with pytest.raises(ValueError, match=r"^pad_sequence: padding_side expected 'left' or 'right', got 'top'$"):
        pad_sequence([dl.zeros(2)], padding_side="top")
