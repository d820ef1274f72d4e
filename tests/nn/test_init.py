"""First values: moments, bounds, seeds."""

import math

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.nn import init

SHAPE = (60, 40, 5)  # fans: in 40 * 5, out 60 * 5
FAN_IN, FAN_OUT = 200, 300


def filled(fill, *args, **kwargs):
    tensor = nn.Parameter(dl.zeros(*SHAPE))
    assert fill(tensor, *args, **kwargs) is tensor
    assert tensor.is_leaf
    assert tensor.requires_grad
    return tensor.detach().numpy()


def assert_uniform(values, low, high):
    assert low <= values.min() < low + 0.01 * (high - low)
    assert high - 0.01 * (high - low) < values.max() <= high
    assert values.mean() == pytest.approx((low + high) / 2, abs=0.02 * (high - low))


def assert_normal(values, mean, std):
    assert values.mean() == pytest.approx(mean, abs=0.05 * std)
    assert values.std() == pytest.approx(std, rel=0.05)
    assert abs(values - mean).max() > 3 * std


def test_plain_distributions():
    assert_uniform(filled(init.uniform_, -1.0, 3.0), -1.0, 3.0)
    assert_normal(filled(init.normal_, 2.0, 0.5), 2.0, 0.5)


def test_xavier():
    std = 1.5 * math.sqrt(2 / (FAN_IN + FAN_OUT))
    assert_uniform(filled(init.xavier_uniform_, 1.5), -math.sqrt(3) * std, math.sqrt(3) * std)
    assert_normal(filled(init.xavier_normal_, 1.5), 0.0, std)


@pytest.mark.parametrize(("mode", "fan"), [("fan_in", FAN_IN), ("fan_out", FAN_OUT)])
def test_kaiming(mode, fan):
    std = math.sqrt(2 / (1 + 0.3**2) / fan)
    assert_uniform(filled(init.kaiming_uniform_, 0.3, mode), -math.sqrt(3) * std, math.sqrt(3) * std)
    assert_normal(filled(init.kaiming_normal_, 0.3, mode), 0.0, std)
    assert_normal(filled(init.kaiming_normal_, mode=mode, nonlinearity="relu"), 0.0, math.sqrt(2 / fan))


def test_trunc_normal():
    values = filled(init.trunc_normal_, 0.5, 2.0, -1.0, 1.5)
    assert -1.0 <= values.min() < -0.99
    assert 1.49 < values.max() <= 1.5
    grid = np.linspace(-1.0, 1.5, 20_001)
    density = np.exp(-(((grid - 0.5) / 2.0) ** 2) / 2)
    assert values.mean() == pytest.approx((grid * density).sum() / density.sum(), abs=0.03)
    far = filled(init.trunc_normal_, 0.0, 1.0, 3.0, 4.0)
    assert 3.0 <= far.min() < far.max() <= 4.0
    with pytest.raises(ValueError, match=r"trunc_normal_: a expected to be less than b, got 2\.0 and 1\.0"):
        init.trunc_normal_(dl.zeros(1), a=2.0, b=1.0)


def test_constants():
    assert (filled(init.constant_, 2.5) == 2.5).all()
    assert (filled(init.ones_) == 1).all()
    assert (filled(init.zeros_) == 0).all()
    np.testing.assert_array_equal(init.eye_(dl.zeros(2, 3)).numpy(), np.eye(2, 3))


@pytest.mark.parametrize("shape", [(7, 7), (9, 4), (4, 9), (3, 2, 2)])
def test_orthogonal(shape):
    matrix = init.orthogonal_(dl.zeros(shape, dtype=dl.float64), gain=3.0).numpy().reshape(shape[0], -1) / 3
    small = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)


def test_orthogonal_matrices_turn_by_all_angles():
    generator = dl.Generator().manual_seed(0)
    drawn = np.stack([init.orthogonal_(dl.zeros(2, 2), generator=generator).numpy() for _ in range(2000)])
    angles = np.arctan2(drawn[:, 1, 0], drawn[:, 0, 0])
    counts = np.histogram(angles, 8, (-np.pi, np.pi))[0]
    assert abs(counts - 250).max() < 5 * math.sqrt(250)
    assert abs((np.linalg.det(drawn) > 0).mean() - 0.5) < 5 / math.sqrt(4 * 2000)


@pytest.mark.parametrize(
    "fill", [init.uniform_, init.normal_, init.trunc_normal_, init.xavier_normal_, init.orthogonal_]
)
def test_a_seeded_generator_gives_the_same_again(fill):
    generators = [dl.Generator().manual_seed(7) for _ in range(2)]
    first, second = (filled(fill, generator=generator) for generator in generators)
    np.testing.assert_array_equal(first, second)
    assert (first != filled(fill, generator=generators[0])).any()


def test_the_library_generator_is_the_default():
    dl.manual_seed(3)
    first = nn.Linear(5, 5).weight.detach().numpy().copy()
    dl.manual_seed(3)
    np.testing.assert_array_equal(nn.Linear(5, 5).weight.detach().numpy(), first)


def test_dtype_is_kept():
    assert init.normal_(dl.zeros(3, dtype=dl.float64)).dtype == dl.float64


def test_gain():
    assert init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("relu") == math.sqrt(2)
    assert init.calculate_gain("leaky_relu", 0.5) == math.sqrt(2 / 1.25)
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 0.01**2))


def test_errors():
    with pytest.raises(ValueError, match=r"xavier_uniform_: tensor expected at least 2 dimensions, got shape \(3,\)"):
        init.xavier_uniform_(dl.zeros(3))
    with pytest.raises(ValueError, match="kaiming_normal_: mode expected 'fan_in' or 'fan_out', got 'fan'"):
        init.kaiming_normal_(dl.zeros(3, 3), mode="fan")
    with pytest.raises(ValueError, match=r"calculate_gain: nonlinearity expected one of linear, .*, got 'sine'"):
        init.calculate_gain("sine")
    with pytest.raises(ValueError, match=r"orthogonal_: tensor expected at least 2 dimensions, got shape \(3,\)"):
        init.orthogonal_(dl.zeros(3))
    with pytest.raises(ValueError, match=r"eye_: tensor expected 2 dimensions, got shape \(3,\)"):
        init.eye_(dl.zeros(3))
