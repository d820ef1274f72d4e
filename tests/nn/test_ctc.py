"""CTC as a module, and what is read greedily."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn


def test_module_hands_on_its_settings():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((6, 2, 4))
    x -= np.log(np.exp(x).sum(-1, keepdims=True))
    targets = np.array([[0, 0, 0, 0], [2, 0, 1, 1]])  # the first needs seven steps
    for options in ({"blank": 3, "reduction": "none"}, {"blank": 3, "zero_infinity": True}):
        loss = nn.CTCLoss(**options)(dl.tensor(x), dl.tensor(targets), [6, 6], [4, 3])
        expected = reference.ctc_loss(x, targets, [6, 6], [4, 3], **options)
        np.testing.assert_allclose(loss.numpy(), expected, rtol=1e-12)
    with pytest.raises(ValueError, match=r"^CTCLoss: reduction expected 'mean', 'sum' or 'none', got 'all'$"):
        nn.CTCLoss(reduction="all")


def test_greedy_decoding():
    best = np.array([[0, 1, 1, 0, 1, 2, 2], [2, 2, 1, 1, 0, 0, 3]]).T
    scores = dl.one_hot(dl.tensor(best), 4)
    assert nn.ctc_greedy_decode(scores) == [[1, 1, 2], [2, 1, 3]]
    assert nn.ctc_greedy_decode(scores, [4, 0]) == [[1], []]
    assert nn.ctc_greedy_decode(scores, dl.tensor([7, 2]), blank=2) == [[0, 1, 0, 1], []]
    with pytest.raises(ValueError, match=r"^ctc_greedy_decode: log_probs expected shape \(T, N, C\), got \(7, 2\)$"):
        nn.ctc_greedy_decode(dl.zeros(7, 2))
    with pytest.raises(ValueError, match=r"^ctc_greedy_decode: blank expected from 0 to 3, got 4$"):
        nn.ctc_greedy_decode(scores, blank=4)
    with pytest.raises(ValueError, match=r"^ctc_greedy_decode: input_lengths expected 2 numbers .* 7, got \[8, 1\]$"):
        nn.ctc_greedy_decode(scores, [8, 1])


def test_training_finds_the_alignment():
    """A network of one matrix learns, from the order of the labels alone, which input each stands for."""
    dl.manual_seed(0)
    rng = np.random.default_rng(0)
    targets = rng.integers(1, 4, (20, 3))
    inputs = np.zeros((9, 20, 4), np.float32)
    for i, target in enumerate(targets):
        inputs[[1, 4, 7], i, target] = 1
    net = nn.Linear(4, 4)
    optimizer = dl.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(150):
        loss = nn.CTCLoss()(net(dl.tensor(inputs)).log_softmax(2), dl.tensor(targets), [9] * 20, [3] * 20)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert nn.ctc_greedy_decode(net(dl.tensor(inputs))) == targets.tolist()
