import dlcore
import pytest
import reference
from check import SIZES, check_error, check_op
from samples import constant, distinct


def rms_norm(input, *weight, normalized_shape, **options):
    return dlcore.rms_norm(input, normalized_shape, *weight, **options)


def expected_rms_norm(input, *weight, normalized_shape, **options):
    return reference.rms_norm(input, normalized_shape, *weight, **options)


@pytest.mark.parametrize(("shape", "last"), [((3, 17), 1), ((17,), 1), ((2, 3, 5), 2), ((3, 2500), 1)])
def test_rms_norm(shape, last):
    normalized_shape = list(shape[-last:])
    for weight in ([], [tuple(normalized_shape)]):
        check_op(rms_norm, expected_rms_norm, shape, *weight, normalized_shape=normalized_shape, eps=0.1)
    check_op(
        rms_norm,
        expected_rms_norm,
        shape,
        constant(tuple(normalized_shape)),
        normalized_shape=normalized_shape,
        eps=0.1,
    )


@pytest.mark.parametrize("D", [n for n in SIZES if n])
def test_rms_norm_of_sizes(D):
    check_op(rms_norm, expected_rms_norm, (5, D), (D,), normalized_shape=[D], eps=0.1)


def test_rms_norm_takes_the_smallest_step_of_its_dtype_as_eps():
    for dtype, step in ((dlcore.float32, 2.0**-23), (dlcore.float64, 2.0**-52)):
        x = dlcore.full((1, 4), step**0.5, dtype=dtype)
        assert dlcore.rms_norm(x, (4,))[0, 0].item() == pytest.approx(0.5**0.5, rel=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("shape", [(2, 5, 3), (2, 4, 3, 2)])
def test_local_response_norm(shape, size):
    check_op(dlcore.local_response_norm, reference.local_response_norm, shape, size=size)
    check_op(dlcore.local_response_norm, reference.local_response_norm, shape, size=size, alpha=0.5, beta=1.5, k=2.0)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_normalize(dim):
    check_op(dlcore.normalize, reference.normalize, distinct((3, 4)), dim=dim)
    check_op(dlcore.normalize, reference.normalize, distinct((3, 4)), p=3.0, dim=dim, eps=0.5)


def test_normalize_divides_by_eps_at_least():
    assert dlcore.normalize(dlcore.zeros(2, 3)).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert dlcore.normalize(dlcore.tensor([[0.5, 0.0]]), eps=2.0).tolist() == [[0.25, 0]]


@pytest.mark.parametrize(("a", "b", "dim"), [((3, 4), (3, 4), 1), ((3, 4), (4,), -1), ((2, 1, 5), (3, 5), 0)])
def test_cosine_similarity(a, b, dim):
    check_op(dlcore.cosine_similarity, reference.cosine_similarity, a, b, dim=dim)


def test_errors():
    message = "rms_norm: weight: expected shape (5,), got (4,)"
    check_error(ValueError, message, lambda: dlcore.rms_norm(dlcore.zeros(2, 5), (5,), dlcore.ones(4)))
    message = "local_response_norm: size: expected a positive number, got 0"
    check_error(ValueError, message, lambda: dlcore.local_response_norm(dlcore.zeros(2, 3, 4), 0))
    message = "local_response_norm: expected an input (N, C, ...) of at least 3 dimensions, got shape (2, 3)"
    check_error(ValueError, message, lambda: dlcore.local_response_norm(dlcore.zeros(2, 3), 2))
    message = "normalize: input: expected a floating dtype, got int64"
    check_error(TypeError, message, lambda: dlcore.normalize(dlcore.tensor([[1, 2]])))
    message = "cosine_similarity: x2: expected a floating dtype, got int64"
    check_error(TypeError, message, lambda: dlcore.cosine_similarity(dlcore.ones(1, 2), dlcore.tensor([[1, 2]])))
