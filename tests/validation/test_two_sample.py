"""Whether two sets of samples are told apart where they differ, and only there."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore.validation import two_sample_test

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    "b",
    [
        RNG.standard_normal((500, 3)) + 0.7,
        3 * RNG.standard_normal((500, 3)),  # no plane separates these
        RNG.standard_normal((500, 1)) * np.ones((1, 3)),  # nor is any feature by itself another
    ],
    ids=["moved", "wider", "dependent"],
)
def test_what_differs_is_told_apart(b):
    test = two_sample_test(RNG.standard_normal((600, 3)), b)
    assert test.p_value < 1e-6
    assert test.accuracy > 0.6
    assert test.samples == 500


def test_what_is_alike_is_told_apart_no_more_often_than_by_chance():
    p_values = [two_sample_test(*RNG.standard_normal((2, 60, 4)), seed=seed).p_value for seed in range(40)]
    assert np.mean(np.array(p_values) < 0.05) < 0.2  # 0.05 of 40 are 2, and 8 or more less probable than 1e-3
    assert np.mean(p_values) > 0.35  # uniform: 0.5, standard error 0.05


@pytest.mark.parametrize("seed", range(4))
def test_few_samples_that_share_nothing_are_told_apart(seed):
    test = two_sample_test(np.zeros(50), np.ones(50), seed=seed)
    assert test.accuracy == 1
    a, b = RNG.standard_normal((2, 50, 3))
    assert two_sample_test(a, b + 5, seed=seed).accuracy > 0.95


@pytest.mark.parametrize(("centre", "size"), [(1.6e9, 1.0), (0.0, 1e300), (-1e-200, 1e-210), (0.0, 1e-30)])
def test_units_and_offsets_do_not_matter(centre, size):
    a, b = RNG.standard_normal((2, 300, 1))
    test = two_sample_test(centre + size * a, centre + size * (b + 8))
    assert test.accuracy > 0.99


def test_the_p_value_is_the_chance_of_as_many_right_answers_or_more():
    for shift in (0.0, 0.3):
        for seed in range(4):
            a, b = RNG.standard_normal((2, 30, 2))
            test = two_sample_test(a, b + shift, seed=seed)
            right = round(test.accuracy * 30)  # one half of 60 tests
            expected = sum(math.comb(30, k) for k in range(right, 31)) / 2**30
            assert test.p_value == pytest.approx(expected, rel=1e-9)


def test_the_seed():
    a, b = RNG.standard_normal((2, 100, 2, 2))
    assert two_sample_test(a, b, seed=1) == two_sample_test(dl.tensor(a), dl.tensor(b), seed=1)
    assert two_sample_test(a, b, max_samples=20).samples == 20


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.zeros((9, 2)), np.zeros((9, 3)), "a and b expected samples of one shape, got (9, 2) and (9, 3)"),
        (np.zeros((9, 2)), np.zeros((3, 2)), "a and b expected at least 4 samples each, got 3"),
        (np.full((9, 2), np.nan), np.zeros((9, 2)), "a and b expected finite numbers"),
    ],
)
def test_errors(a, b, message):
    with pytest.raises(ValueError, match=f"^two_sample_test: {re.escape(message)}$"):
        two_sample_test(a, b)


def test_words_are_no_numbers():
    message = "two_sample_test: a and b expected numbers, got <U1 and <U2"
    check_error(TypeError, message, lambda: two_sample_test(["a"] * 9, ["bb"] * 9))
