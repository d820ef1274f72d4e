"""Loss modules hand their settings to the op of their name."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

RNG = np.random.default_rng(1)
X = RNG.standard_normal((5, 3))
T = RNG.standard_normal((5, 3))
P = RNG.uniform(0.1, 0.9, (5, 3))
Q = RNG.uniform(0.1, 0.9, (5, 3))
CLASSES = np.array([0, 2, 1, -100, 2])
CLASS_WEIGHT = np.array([0.5, 1.0, 2.0])
LOG_P = X - np.log(np.exp(X).sum(1, keepdims=True))


def huber(delta):
    d = abs(X - T)
    return np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))


def bce(p, q, w=1.0):
    return -(w * q * np.log(p) + (1 - q) * np.log(1 - p))


ELEMENTWISE = [
    (nn.MSELoss, {}, X, T, (X - T) ** 2),
    (nn.L1Loss, {}, X, T, abs(X - T)),
    (nn.HuberLoss, {"delta": 0.7}, X, T, huber(0.7)),
    (nn.BCELoss, {}, P, Q, bce(P, Q)),
    (nn.BCELoss, {"weight": dl.tensor(CLASS_WEIGHT)}, P, Q, CLASS_WEIGHT * bce(P, Q)),
    (nn.BCEWithLogitsLoss, {}, X, Q, bce(1 / (1 + np.exp(-X)), Q)),
    (
        nn.BCEWithLogitsLoss,
        {"pos_weight": dl.tensor(CLASS_WEIGHT)},
        X,
        Q,
        bce(1 / (1 + np.exp(-X)), Q, CLASS_WEIGHT),
    ),
    (nn.KLDivLoss, {}, X, Q, Q * (np.log(Q) - X)),
    (nn.KLDivLoss, {"log_target": True}, X, T, np.exp(T) * (T - X)),
]


@pytest.mark.parametrize(("loss", "options", "x", "target", "expected"), ELEMENTWISE)
def test_elementwise(loss, options, x, target, expected):
    x, target = dl.tensor(x), dl.tensor(target)
    np.testing.assert_allclose(loss(**options)(x, target).numpy(), expected.mean(), rtol=1e-10)
    np.testing.assert_allclose(loss(**options, reduction="sum")(x, target).numpy(), expected.sum(), rtol=1e-10)
    np.testing.assert_allclose(loss(**options, reduction="none")(x, target).numpy(), expected, rtol=1e-10)


def test_kl_div_batchmean():
    value = nn.KLDivLoss(reduction="batchmean")(dl.tensor(X), dl.tensor(Q)).item()
    assert value == pytest.approx((Q * (np.log(Q) - X)).sum() / 5, rel=1e-10)


def class_losses(weight):
    kept = CLASSES != -100
    w = weight[CLASSES[kept]]
    return -w * LOG_P[kept, CLASSES[kept]], w.sum()


@pytest.mark.parametrize("weight", [None, CLASS_WEIGHT])
def test_of_classes(weight):
    losses, total = class_losses(np.ones(3) if weight is None else weight)
    w = None if weight is None else dl.tensor(weight)
    for loss, x in ((nn.CrossEntropyLoss, X), (nn.NLLLoss, LOG_P)):
        mean = loss(w)(dl.tensor(x), dl.tensor(CLASSES)).item()
        assert mean == pytest.approx(losses.sum() / total, rel=1e-10)
        every = loss(w, reduction="none")(dl.tensor(x), dl.tensor(CLASSES)).numpy()
        np.testing.assert_allclose(every[CLASSES != -100], losses, rtol=1e-10)
        assert every[CLASSES == -100].tolist() == [0.0]


def test_ignore_index_and_label_smoothing():
    classes = np.array([0, 2, 1, 1, 2])
    kept = classes != 1
    one_hot = np.eye(3)[classes]
    smooth = -((0.8 * one_hot + 0.2 / 3) * LOG_P).sum(1)
    loss = nn.CrossEntropyLoss(ignore_index=1, label_smoothing=0.2)
    assert loss(dl.tensor(X), dl.tensor(classes)).item() == pytest.approx(smooth[kept].mean(), rel=1e-10)
    assert nn.NLLLoss(ignore_index=1)(dl.tensor(LOG_P), dl.tensor(classes)).item() == pytest.approx(
        -LOG_P[kept, classes[kept]].mean(), rel=1e-10
    )


def test_weights_are_buffers():
    assert list(nn.CrossEntropyLoss(dl.ones(3)).state_dict()) == ["weight"]
    assert list(nn.CrossEntropyLoss().state_dict()) == []
    assert list(nn.BCEWithLogitsLoss(pos_weight=dl.ones(3)).state_dict()) == ["pos_weight"]


def test_reduction_is_checked_at_birth():
    with pytest.raises(ValueError, match="MSELoss: reduction expected 'mean', 'sum' or 'none', got 'average'"):
        nn.MSELoss(reduction="average")
