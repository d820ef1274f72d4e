"""Random numbers: the bits of the reference, on any number of threads and at any level, and the distributions."""

import copy
import os
import pickle
import subprocess
import sys

import dlcore
import numpy as np
import pytest
from check import check_error, threads
from reference import random as reference

FLOATS = [np.float32, np.float64]
SEEDS = [(0, 0), (1, 3), (2**64 - 1, 2**32 - 2), (0xA4093822299F31D0, 2**64 - 5)]
SIZES = [0, 1, 2, 3, 4, 5, 15, 16, 17, 1027]
MANY = 70_001  # more than one piece of work


def generator(seed=0, block=0):
    state = np.array([seed, block], np.uint64).view(np.uint8)
    made = dlcore.Generator()
    made.set_state(dlcore.from_numpy(state))
    return made


def offset(of):
    return int(of.get_state().numpy().view(np.uint64)[1])


def dtype_of(dtype):
    return getattr(dlcore, np.dtype(dtype).name)


def test_philox_known_answers():
    """The vectors that Random123 1.14 publishes (tests/kat_vectors), for philox4x32 of 10 rounds."""
    pi = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
    assert reference.philox((0,) * 4, (0,) * 2) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert reference.philox((2**32 - 1,) * 4, (2**32 - 1,) * 2) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    assert reference.philox(*pi) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)


def test_the_library_gives_the_first_of_them():
    drawn = dlcore.rand(4, generator=generator()).numpy() * 2**24
    assert drawn.tolist() == [word >> 8 for word in (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)]


# What is drawn: by the library from a generator, and by the reference from a seed and a block.
DRAWS = {
    "rand": (lambda n, g, d: dlcore.rand(n, generator=g, dtype=dtype_of(d)), reference.rand),
    "randn": (lambda n, g, d: dlcore.randn(n, generator=g, dtype=dtype_of(d)), reference.randn),
    "uniform_": (
        lambda n, g, d: dlcore.empty(n, dtype=dtype_of(d)).uniform_(-3, 0.7, generator=g),
        lambda s, b, n, d: reference.uniform(s, b, n, -3, 0.7, d),
    ),
    "normal_": (
        lambda n, g, d: dlcore.empty(n, dtype=dtype_of(d)).normal_(0.3, 2.5, generator=g),
        lambda s, b, n, d: reference.normal(s, b, n, 0.3, 2.5, d),
    ),
    "exponential_": (
        lambda n, g, d: dlcore.empty(n, dtype=dtype_of(d)).exponential_(3.5, generator=g),
        lambda s, b, n, d: reference.exponential(s, b, n, 3.5, d),
    ),
    "bernoulli_": (
        lambda n, g, d: dlcore.empty(n, dtype=dtype_of(d)).bernoulli_(0.3, generator=g),
        lambda s, b, n, d: reference.bernoulli(s, b, n, 0.3).astype(d),
    ),
    "bernoulli": (
        lambda n, g, d: dlcore.bernoulli(dlcore.linspace(0, 1, n, dtype=dtype_of(d)), generator=g),
        lambda s, b, n, d: reference.bernoulli(s, b, n, dlcore.linspace(0, 1, n, dtype=dtype_of(d)).numpy()).astype(d),
    ),
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", DRAWS)
def test_floating_draws_have_the_bits_of_the_reference(name, dtype):
    draw, expected = DRAWS[name]
    for seed, block in SEEDS:
        for n in SIZES:
            source = generator(seed, block)
            got = draw(n, source, dtype).numpy()
            assert got.dtype == dtype
            np.testing.assert_array_equal(got, expected(seed, block, n, dtype))
            words = n * (1 if name.startswith("bernoulli") else np.dtype(dtype).itemsize // 4)
            assert offset(source) == (block + -(-words // 4)) % 2**64


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.float32, np.float64])
@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 10), (-7, 100), (0, 2**32 - 1), (0, 2**32), (-(2**63), 2**63 - 1)]
)
def test_randint_has_the_bits_of_the_reference(low, high, dtype):
    if dtype != np.int64 and (abs(low) > 100 or high > 100 or (low < 0 and dtype == np.uint8)):
        dtype = np.int64
    for seed, block in SEEDS:
        for n in SIZES:
            got = dlcore.randint(low, high, (n,), generator=generator(seed, block), dtype=dtype_of(dtype)).numpy()
            np.testing.assert_array_equal(got, reference.randint(seed, block, n, low, high).astype(dtype))


def test_random_fills_with_all_numbers_of_the_dtype():
    for dtype, high in [("uint8", 2**8), ("int32", 2**31), ("int64", 2**63), ("float32", 2**24 + 1), ("bool", 2)]:
        got = dlcore.empty(1000, dtype=getattr(dlcore, dtype)).random_(generator=generator(5)).numpy()
        np.testing.assert_array_equal(got.astype(np.int64), reference.randint(5, 0, 1000, 0, high))
    got = dlcore.empty(100, dtype=dlcore.int64).random_(-5, 5, generator=generator(6)).numpy()
    np.testing.assert_array_equal(got, reference.randint(6, 0, 100, -5, 5))
    got = dlcore.empty(100).random_(7, generator=generator(6)).numpy()
    np.testing.assert_array_equal(got, reference.randint(6, 0, 100, 0, 7))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 17, 511, 512, 513, 2000])
def test_randperm_is_the_exchange_of_the_reference(n):
    for seed, block in SEEDS:
        source = generator(seed, block)
        got = dlcore.randperm(n, generator=source)
        np.testing.assert_array_equal(got.numpy(), reference.randperm(seed, block, n))
        assert sorted(got.tolist()) == list(range(n))
        assert offset(source) == (block + -(-n // 2)) % 2**64
    assert dlcore.randperm(5, dtype=dlcore.float32).dtype == dlcore.float32


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("replacement", [False, True])
def test_multinomial_draws_as_the_reference(replacement, dtype):
    rng = np.random.default_rng(0)
    for rows, categories, samples in [(1, 1, 1), (1, 7, 3), (5, 40, 40), (300, 33, 5)]:
        weights = rng.random((rows, categories)).astype(dtype)
        weights[:, ::3] = 0 if categories > samples * 2 else weights[:, ::3]
        got = dlcore.multinomial(dlcore.from_numpy(weights), samples, replacement, generator=generator(9, 2))
        assert got.dtype == dlcore.int64
        np.testing.assert_array_equal(got.numpy(), reference.multinomial(9, 2, weights, samples, replacement))
    one_row = dlcore.multinomial(dlcore.ones(4), 3, generator=generator(1))
    assert one_row.shape == (3,)


def test_normal_of_tensors_and_numbers():
    mean, std = np.float32([[0], [10]]), np.float32([1, 2, 0])
    z = reference.randn(3, 0, 6).reshape(2, 3)
    got = dlcore.normal(dlcore.from_numpy(mean), dlcore.from_numpy(std), generator=generator(3))
    np.testing.assert_array_equal(got.numpy(), z * std + mean)
    got = dlcore.normal(dlcore.from_numpy(mean), generator=generator(3))
    np.testing.assert_array_equal(got.numpy(), reference.randn(3, 0, 2).reshape(2, 1) + mean)
    got = dlcore.normal(2.0, 3.0, (4,), generator=generator(3))
    np.testing.assert_array_equal(got.numpy(), reference.normal(3, 0, 4, 2, 3))


BIG = {
    **{name: lambda g, draw=draw: draw(MANY, g, np.float32) for name, (draw, _) in DRAWS.items()},
    "randint": lambda g: dlcore.randint(0, 1000, (MANY,), generator=g),
    "randint of many": lambda g: dlcore.randint(0, 2**40, (MANY,), generator=g),
    "randperm": lambda g: dlcore.randperm(MANY, generator=g),
    "multinomial": lambda g: dlcore.multinomial(dlcore.ones(3, 70) + dlcore.arange(70), MANY, True, generator=g),
    "multinomial without": lambda g: dlcore.multinomial(dlcore.ones(3000, 70), 5, generator=g),
}


@pytest.mark.parametrize("name", BIG)
def test_the_same_bits_for_any_number_of_threads(name):
    results = []
    for n in (1, 2, 3):
        with threads(n):
            results.append(BIG[name](generator(4)).numpy())
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_far_into_a_big_draw_stand_the_numbers_of_the_reference():
    got = dlcore.randn(MANY, generator=generator(8)).numpy()
    np.testing.assert_array_equal(got[-1:], reference.randn(8, MANY // 4, 1))


@pytest.mark.parametrize("name", DRAWS)
def test_one_draw_after_another_goes_on_at_the_next_block(name):
    draw, _ = DRAWS[name]
    source = generator(11)
    draw(7, source, np.float32)
    after = offset(source)
    np.testing.assert_array_equal(draw(9, source, np.float32), draw(9, generator(11, after), np.float32))
    both = dlcore.rand(16, generator=generator(11)).numpy()  # whole blocks join without a seam
    source = generator(11)
    parts = [dlcore.rand(n, generator=source).numpy() for n in (8, 8)]
    np.testing.assert_array_equal(np.concatenate(parts), both)


def test_strided_tensors_are_filled_in_their_logical_order():
    for draw in ("uniform_", "normal_", "bernoulli_", "exponential_", "random_"):
        dense = getattr(dlcore.empty(4, 6), draw)(generator=generator(2))
        x = dlcore.zeros(6, 8)
        part = x[:, ::2].T
        assert getattr(part, draw)(generator=generator(2)) is part
        np.testing.assert_array_equal(part.numpy(), dense.numpy())
        assert (x[:, 1::2] == 0).sum().item() == 24


# ---- Distributions, each with a fixed seed and bounds of about five standard errors ----

N = 1_000_000


@pytest.mark.parametrize("dtype", FLOATS)
def test_moments(dtype):
    def mean_of(x, power=1):
        return float((x.numpy().astype(np.float64) ** power).mean())

    bound = 5 / np.sqrt(N)
    u = dlcore.rand(N, dtype=dtype_of(dtype), generator=generator(1))
    assert 0 <= u.numpy().min() < u.numpy().max() < 1
    for power in (1, 2, 3, 4):
        assert abs(mean_of(u, power) - 1 / (power + 1)) < bound
    z = dlcore.randn(N, dtype=dtype_of(dtype), generator=generator(2))
    for power, moment, spread in ((1, 0, 1), (2, 1, 1.5), (3, 0, 4), (4, 3, 10)):
        assert abs(mean_of(z, power) - moment) < spread * bound
    x = dlcore.empty(N, dtype=dtype_of(dtype)).exponential_(2.0, generator=generator(3))
    assert x.numpy().min() > 0
    assert abs(mean_of(x) - 0.5) < bound
    assert abs(mean_of(x, 2) - 0.5) < 3 * bound


def test_neighbouring_normal_numbers_are_independent():
    z = dlcore.randn(N, dtype=dlcore.float64, generator=generator(4)).numpy()
    for lag in (1, 2, 3):
        assert abs((z[:-lag] * z[lag:]).mean()) < 5 / np.sqrt(N)
        assert abs((z[:-lag] ** 2 * z[lag:] ** 2).mean() - 1) < 15 / np.sqrt(N)


def chi_square(counts, expected):
    """Return how far counts lie from what is expected, in standard deviations of the chi-square distribution."""
    k = len(counts) - 1
    return (((counts - expected) ** 2 / expected).sum() - k) / np.sqrt(2 * k)


def test_counts():
    counts = np.bincount(dlcore.randint(0, 100, (N,), generator=generator(5)).numpy(), minlength=100)
    assert abs(chi_square(counts, np.full(100, N / 100))) < 5
    counts = np.histogram(dlcore.rand(N, generator=generator(6)).numpy(), 1000, (0, 1))[0]
    assert abs(chi_square(counts, np.full(1000, N / 1000))) < 5
    weights = np.arange(20.0)
    drawn = dlcore.multinomial(dlcore.from_numpy(weights), N, True, generator=generator(7)).numpy()
    counts = np.bincount(drawn, minlength=20)
    assert counts[0] == 0
    assert abs(chi_square(counts[1:], N * weights[1:] / weights.sum())) < 5
    assert abs(dlcore.empty(N).bernoulli_(0.3, generator=generator(8)).numpy().mean() - 0.3) < 5 / np.sqrt(N)


def test_each_order_is_equally_likely():
    source = generator(9)
    codes = [tuple(dlcore.randperm(4, generator=source).tolist()) for _ in range(24_000)]
    _, counts = np.unique(codes, axis=0, return_counts=True)
    assert len(counts) == 24
    assert abs(chi_square(counts, np.full(24, 1000.0))) < 5


def test_samples_without_replacement_follow_their_weights():
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    drawn = dlcore.multinomial(dlcore.from_numpy(np.tile(weights, (100_000, 1))), 2, generator=generator(10)).numpy()
    assert (drawn[:, 0] != drawn[:, 1]).all()
    first = np.bincount(drawn[:, 0], minlength=4)
    assert abs(chi_square(first, 1e5 * weights / 10)) < 5
    second_of_last = np.bincount(drawn[drawn[:, 0] == 3, 1], minlength=4)[:3]
    assert abs(chi_square(second_of_last, second_of_last.sum() * weights[:3] / 6)) < 5


def test_extremes():
    assert dlcore.zeros(1000).bernoulli_(0.0).sum().item() == 0
    assert dlcore.zeros(1000).bernoulli_(1.0).sum().item() == 1000
    assert dlcore.bernoulli(dlcore.ones(1000)).sum().item() == 1000
    assert dlcore.zeros(100, dtype=dlcore.bool).bernoulli_(dlcore.ones(100)).all()
    assert dlcore.zeros(5, dtype=dlcore.int64).bernoulli(1.0).tolist() == [1] * 5
    tight = dlcore.empty(100_000).uniform_(1, 1 + 2**-22).numpy()
    assert tight.min() == 1
    assert tight.max() < 1 + 2**-22
    assert (dlcore.empty(10).uniform_(2, 2) == 2).sum().item() == 10
    assert (dlcore.empty(10).normal_(2, 0) == 2).sum().item() == 10


def test_shapes_dtypes_and_gradients():
    assert dlcore.rand(2, 3).shape == dlcore.rand((2, 3)).shape == dlcore.rand([2, 3]).shape == (2, 3)
    assert dlcore.rand(()).shape == dlcore.randn().shape == ()
    assert dlcore.randint(10, (2,)).shape == dlcore.randint(low=3, high=10, size=(2,)).shape == (2,)
    assert dlcore.randint(0, 9, (2, 0)).shape == (2, 0)
    assert dlcore.randn(2, requires_grad=True).requires_grad
    like = dlcore.zeros(2, 3, dtype=dlcore.float64)
    for made in (
        dlcore.rand_like(like),
        dlcore.randn_like(like),
        dlcore.randint_like(like, 5),
        dlcore.randint_like(like, 2, 5),
    ):
        assert made.shape == (2, 3)
        assert made.dtype == dlcore.float64
    assert dlcore.rand_like(like, dtype=dlcore.float32, device="cpu").dtype == dlcore.float32


def test_overwritten_tensors_pass_no_gradient_on():
    x = dlcore.ones(3, requires_grad=True)
    y = x * 2
    y.normal_()
    y.sum().backward()
    assert x.grad is None or x.grad.tolist() == [0, 0, 0]
    saved = x.sigmoid()
    z = saved * saved
    saved.uniform_()
    with pytest.raises(RuntimeError, match="changed in place"):
        z.sum().backward()
    check_error(
        RuntimeError,
        "uniform_: a leaf that requires a gradient cannot be changed in place; use no_grad()",
        lambda: x.uniform_(),
    )
    assert not dlcore.bernoulli(dlcore.full((2,), 0.5).requires_grad_()).requires_grad


# ---- Generators ----


def test_a_generator_begins_with_a_fixed_seed_and_can_be_seeded():
    source = dlcore.Generator()
    assert source.initial_seed() == dlcore.Generator(device="cpu").initial_seed() == 67280421310721
    assert source.manual_seed(5) is source
    assert source.initial_seed() == 5
    assert str(source.device) == "cpu"
    assert source.manual_seed(-1).initial_seed() == 2**64 - 1
    assert source.manual_seed(2**64 - 1).initial_seed() == 2**64 - 1
    first = dlcore.rand(5, generator=source.manual_seed(7)).tolist()
    assert dlcore.rand(5, generator=source).tolist() != first
    assert dlcore.rand(5, generator=source.manual_seed(7)).tolist() == first
    drawn = source.seed()
    assert drawn == source.initial_seed()
    assert drawn != dlcore.Generator().seed()
    for seed in (2**64, -(2**63) - 1):
        check_error(
            ValueError,
            f"manual_seed: expected a seed in [-2^63, 2^64), got {seed}",
            lambda seed=seed: source.manual_seed(seed),
        )


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda g: g.clone_state(), lambda g: pickle.loads(pickle.dumps(g))]
)
def test_copies_go_on_from_the_same_state(again):
    source = generator(3, 14)
    dlcore.rand(5, generator=source)
    copied = again(source)
    assert copied.initial_seed() == source.initial_seed()
    expected = dlcore.rand(5, generator=copied).tolist()
    assert dlcore.rand(5, generator=source).tolist() == expected


def test_states():
    source = generator(3)
    state = source.get_state()
    first = dlcore.rand(5, generator=source).tolist()
    source.set_state(state)
    assert dlcore.rand(5, generator=source).tolist() == first
    message = "set_state: expected a uint8 tensor of shape (16,), as get_state gives it, got float32 of (16,)"
    check_error(ValueError, message, lambda: source.set_state(dlcore.zeros(16)))


def test_the_default_generator():
    before = dlcore.get_rng_state()
    try:
        assert dlcore.manual_seed(5) is dlcore.default_generator
        assert dlcore.initial_seed() == 5
        first = dlcore.rand(3).tolist()
        assert first == dlcore.rand(3, generator=dlcore.Generator().manual_seed(5)).tolist()
        state = dlcore.get_rng_state()
        second = dlcore.rand(3).tolist()
        dlcore.set_rng_state(state)
        assert dlcore.rand(3).tolist() == second
        assert dlcore.seed() == dlcore.initial_seed()
    finally:
        dlcore.set_rng_state(before)


def test_processes_begin_with_seeds_of_their_own_and_children_with_their_parents():
    code = "import dlcore; print(dlcore.initial_seed())"
    seeds = {subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(2)}
    assert len(seeds) == 2
    code = """
import os, dlcore
dlcore.manual_seed(3)
if child := os.fork():
    os.waitpid(child, 0)
print(dlcore.rand(3).tolist(), flush=True)
"""
    parent, child = subprocess.check_output([sys.executable, "-c", code], text=True, env=dict(os.environ)).splitlines()
    assert parent == child


def test_errors():
    x = dlcore.zeros(3)
    ints = dlcore.zeros(3, dtype=dlcore.int64)
    check_error(ValueError, "rand: sizes must not be negative, got shape (2, -1)", lambda: dlcore.rand(2, -1))
    check_error(TypeError, "rand: expected a floating dtype, got int64", lambda: dlcore.rand(2, dtype=dlcore.int64))
    check_error(TypeError, "randn: expected a floating dtype, got int64", lambda: dlcore.randn_like(ints))
    check_error(TypeError, "uniform_: expected a floating dtype, got int64", lambda: ints.uniform_())
    check_error(ValueError, "randint: expected low < high, got 3 and 3", lambda: dlcore.randint(3, 3, (2,)))
    message = "randint: not all integers from 0 to 299 are numbers of dtype uint8"
    check_error(ValueError, message, lambda: dlcore.randint(300, (2,), dtype=dlcore.uint8))
    check_error(ValueError, "random_: a range of 2^64 integers is one too many", lambda: ints.random_(-(2**63), None))
    check_error(ValueError, "randperm: expected a number >= 0, got -1", lambda: dlcore.randperm(-1))
    message = "uniform_: expected finite bounds, the lower one first, got 2 and 1"
    check_error(ValueError, message, lambda: x.uniform_(2, 1))
    check_error(ValueError, "normal_: std: expected a number >= 0, got -1", lambda: x.normal_(0, -1))
    check_error(ValueError, "normal: std: expected numbers >= 0", lambda: dlcore.normal(x, dlcore.tensor(-1.0)))
    check_error(ValueError, "exponential_: lambd: expected a rate > 0, got 0", lambda: x.exponential_(0))
    for p in (-0.5, 1.5):
        check_error(
            ValueError, f"bernoulli_: p: expected a probability in [0, 1], got {p}", lambda p=p: x.bernoulli_(p)
        )
        check_error(
            ValueError,
            f"bernoulli: p: expected probabilities in [0, 1], got {p}",
            lambda p=p: dlcore.bernoulli(dlcore.tensor([0.5, p])),
        )
    check_error(
        ValueError,
        "bernoulli: p: expected probabilities in [0, 1], got nan",
        lambda: dlcore.bernoulli(dlcore.tensor([float("nan")])),
    )


def test_errors_of_multinomial():
    def draw(weights, samples, replacement=True):
        return lambda: dlcore.multinomial(dlcore.tensor(weights), samples, replacement)

    for bad in (-1.0, float("nan"), float("inf")):
        check_error(ValueError, f"multinomial: expected finite weights >= 0, got {bad:g}", draw([1.0, bad], 1))
    check_error(
        ValueError, "multinomial: expected weights with a sum above zero, got a row of zeros", draw([[1.0], [0.0]], 1)
    )
    check_error(
        ValueError,
        "multinomial: cannot draw 3 samples without replacement from 2 categories with a weight above zero",
        draw([1.0, 0.0, 2.0], 3, False),
    )
    check_error(ValueError, "multinomial: num_samples: expected a number > 0, got 0", draw([1.0], 0))
    check_error(
        ValueError, "multinomial: expected weights of 1 or 2 dimensions, got shape (1, 1, 1)", draw([[[1.0]]], 1)
    )
    check_error(TypeError, "multinomial: expected a floating dtype, got int64", draw([1, 2], 1))
