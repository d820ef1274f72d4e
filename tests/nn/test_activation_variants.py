"""The further activations, losses and the similarity as modules: settings, text and errors at birth."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn

X = np.random.default_rng(0).standard_normal((4, 6)) * 3
T = np.random.default_rng(1).standard_normal((4, 6))
SIGNS = np.sign(T)
CLASSES = np.array([0, 5, 2, 2])

MODULES = [
    (nn.Hardtanh(-0.5, 2.0), lambda: reference.hardtanh(X, -0.5, 2.0), "Hardtanh(min_val=-0.5, max_val=2.0)"),
    (nn.ReLU6(), lambda: reference.relu6(X), "ReLU6()"),
    (nn.Hardswish(), lambda: reference.hardswish(X), "Hardswish()"),
    (nn.Mish(), lambda: reference.mish(X), "Mish()"),
    (nn.SELU(), lambda: reference.selu(X), "SELU()"),
    (nn.CELU(0.5), lambda: reference.celu(X, 0.5), "CELU(alpha=0.5)"),
    (nn.Softsign(), lambda: reference.softsign(X), "Softsign()"),
    (nn.LogSigmoid(), lambda: reference.logsigmoid(X), "LogSigmoid()"),
    (nn.GLU(0), lambda: reference.glu(X, 0), "GLU(dim=0)"),
    (nn.PReLU(6, 0.3, dtype=dl.float64), lambda: np.where(X > 0, X, 0.3 * X), "PReLU(num_parameters=6)"),
]


@pytest.mark.parametrize(("module", "expected", "text"), MODULES, ids=[text for _, _, text in MODULES])
def test_activation(module, expected, text):
    np.testing.assert_allclose(module(dl.tensor(X)).detach().numpy(), expected(), rtol=1e-10, atol=1e-12)
    assert repr(module) == text


LOSSES = [
    (nn.SmoothL1Loss, {"beta": 0.7}, (T,), lambda r: reference.smooth_l1_loss(X, T, r, 0.7)),
    (nn.SoftMarginLoss, {}, (SIGNS,), lambda r: reference.soft_margin_loss(X, SIGNS, r)),
    (nn.HingeEmbeddingLoss, {"margin": 0.5}, (SIGNS,), lambda r: reference.hinge_embedding_loss(X, SIGNS, 0.5, r)),
    (
        nn.MultiMarginLoss,
        {"p": 2, "margin": 0.5, "weight": dl.arange(6).to(dl.float64)},
        (CLASSES,),
        lambda r: reference.multi_margin_loss(X, CLASSES, 2, 0.5, np.arange(6.0), r),
    ),
    (
        nn.GaussianNLLLoss,
        {"full": True, "eps": 0.5},
        (T, T**2),
        lambda r: reference.gaussian_nll_loss(X, T, T**2, True, 0.5, r),
    ),
]


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize(("loss", "options", "arguments", "expected"), LOSSES)
def test_loss(loss, options, arguments, expected, reduction):
    value = loss(**options, reduction=reduction)(dl.tensor(X), *map(dl.tensor, arguments))
    np.testing.assert_allclose(value.numpy(), expected(reduction), rtol=1e-10)


def test_cosine_similarity():
    expected = (X * T).sum(0) / np.linalg.norm(X, axis=0) / np.linalg.norm(T, axis=0)
    np.testing.assert_allclose(nn.CosineSimilarity(0)(dl.tensor(X), dl.tensor(T)).numpy(), expected, rtol=1e-10)
    assert repr(nn.CosineSimilarity(0)) == "CosineSimilarity(dim=0, eps=1e-08)"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.Hardtanh(1, 1), "Hardtanh: min_val expected to be less than max_val, got 1 and 1"),
        (lambda: nn.CELU(0.0), "CELU: alpha expected to be positive, got 0.0"),
        (lambda: nn.MultiMarginLoss(3), "MultiMarginLoss: p expected 1 or 2, got 3"),
        (lambda: nn.SmoothL1Loss(beta=-1.0), "SmoothL1Loss: beta expected not to be negative, got -1.0"),
        (lambda: nn.GaussianNLLLoss(eps=0.0), "GaussianNLLLoss: eps expected to be positive, got 0.0"),
    ],
)
def test_errors(make, text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        make()
