import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op, check_threads
from dlcore import linalg
from samples import normal, regular, spd, symmetric

BATCHES = ((), (3,), (2, 1, 2))
SIZES = (1, 2, 5, 17)


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("n", SIZES)
def test_inverse(n, batch):
    check_op(dlcore.inverse, reference.inverse, regular(n, batch))


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_determinants(n, batch):
    check_op(dlcore.det, reference.det, regular(n, batch), rtol=1e-4)
    check_op(dlcore.slogdet, reference.slogdet, regular(n, batch))
    check_op(dlcore.logdet, reference.logdet, regular(n, batch))


def test_determinants_of_either_sign():
    x = np.array([[[0.0, 2.0], [3.0, 1.0]], [[2.0, 1.0], [1.0, 3.0]]])
    check_op(dlcore.det, reference.det, x)
    check_op(dlcore.slogdet, reference.slogdet, x)
    assert np.isnan(dlcore.logdet(dlcore.from_numpy(x[0])).item())


def test_determinants_of_a_singular_matrix():
    x = dlcore.ones(2, 2, requires_grad=True)
    sign, logabsdet = dlcore.slogdet(x)
    assert dlcore.det(x).item() == 0
    assert sign.item() == 0
    assert logabsdet.item() == -np.inf
    assert dlcore.logdet(x).item() == -np.inf
    check_error(linalg.LinAlgError, "det_backward: the matrix is singular", dlcore.det(x).backward)
    check_error(linalg.LinAlgError, "slogdet_backward: the matrix is singular", logabsdet.backward)


def test_slogdet_where_the_determinant_overflows():
    x = dlcore.eye(200) * 1e6
    assert dlcore.det(x).item() == np.inf
    assert dlcore.slogdet(x).logabsdet.item() == pytest.approx(200 * np.log(1e6), rel=1e-6)


def test_the_sign_has_no_gradient():
    x = (dlcore.eye(3) * 2).requires_grad_()
    dlcore.slogdet(x).sign.backward()
    assert x.grad.tolist() == np.zeros((3, 3)).tolist()


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(n, batch, upper):
    check_op(linalg.cholesky, reference.cholesky, spd(n, batch), upper=upper)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_reads_one_triangle(upper):
    x = spd(4).draw(np.random.default_rng(0))
    half = np.triu(x) if upper else np.tril(x)
    expected = reference.cholesky(x, upper=upper)
    np.testing.assert_allclose(dlcore.cholesky(dlcore.from_numpy(half), upper).numpy(), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((), (5, 3)),
        ((), (5, 1)),
        ((), (5, 0)),
        ((), (5,)),
        ((2,), (2, 5)),
        ((2,), (2, 5, 3)),
        ((2,), (5, 3)),
        ((), (2, 5, 3)),
        ((2, 1), (3, 5, 4)),
        ((2, 1, 2), (2, 1, 2, 5)),
    ],
)
def test_solve(a, b):
    check_op(linalg.solve, reference.solve, regular(5, a), normal(b))


@pytest.mark.parametrize(("a", "b"), [((), (3, 5)), ((2,), (2, 3, 5)), ((2, 1), (3, 4, 5))])
def test_solve_from_the_right(a, b):
    check_op(linalg.solve, reference.solve, regular(5, a), normal(b), left=False)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("unitriangular", [False, True])
@pytest.mark.parametrize(("a", "b"), [((), ()), ((2,), (2,)), ((2, 1), (3,))])
def test_solve_triangular(a, b, upper, left, unitriangular):
    of = {"upper": upper, "left": left, "unitriangular": unitriangular}
    check_op(linalg.solve_triangular, reference.solve_triangular, regular(5, a), (*b, 5, 5), **of)
    check_op(linalg.solve_triangular, reference.solve_triangular, regular(1, a), (*b, 1, 1), **of)


def test_solve_triangular_takes_ones_for_the_diagonal_without_reading_it():
    x = dlcore.zeros(2, 2)
    assert linalg.solve_triangular(x, dlcore.ones(2, 1), upper=True, unitriangular=True).tolist() == [[1], [1]]


def cube(w, V):
    """Return V diag(w^3) V^T, in which the signs of the eigenvectors cancel."""
    return np.einsum("...ik,...k,...jk->...ij", V, w**3, V)


def cube_of_tensors(w, V):
    return dlcore.einsum("...ik,...k,...jk->...ij", V, w * w * w, V)


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("n", [1, 2, 3, 8])
@pytest.mark.parametrize("UPLO", ["L", "U"])
def test_eigh(n, batch, UPLO):
    check_op(
        lambda A: cube_of_tensors(*linalg.eigh(A, UPLO)),
        lambda A: cube(*reference.eigh(A, UPLO)),
        symmetric(n, batch),
        rtol=1e-4,
    )
    check_op(lambda A: linalg.eigh(A, UPLO).eigenvalues, lambda A: reference.eigh(A, UPLO)[0], symmetric(n, batch))
    check_op(linalg.eigvalsh, reference.eigvalsh, symmetric(n, batch), UPLO=UPLO)


def test_eigenvectors_are_orthogonal():
    w, V = linalg.eigh(dlcore.from_numpy(symmetric(30, (2,)).draw(np.random.default_rng(0))))
    assert w.shape == (2, 30)
    np.testing.assert_allclose(
        V.numpy().swapaxes(-1, -2) @ V.numpy(), np.broadcast_to(np.eye(30), (2, 30, 30)), atol=1e-13
    )


@pytest.mark.parametrize("UPLO", ["L", "U"])
def test_eigh_reads_one_triangle(UPLO):
    x = symmetric(4).draw(np.random.default_rng(0))
    half = dlcore.from_numpy(np.triu(x) if UPLO == "U" else np.tril(x))
    expected = np.linalg.eigvalsh(x)
    np.testing.assert_allclose(linalg.eigh(half, UPLO).eigenvalues.numpy(), expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(linalg.eigvalsh(half, UPLO).numpy(), expected, rtol=0, atol=1e-13)


def test_repeated_eigenvalues_have_values_and_gradients_of_their_sum():
    x = dlcore.eye(3).requires_grad_()
    linalg.eigh(x).eigenvalues.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.eye(3), atol=1e-6)


@pytest.mark.parametrize("n", [0, 3])
def test_no_matrices_and_no_rows(n):
    for shape in ((0, n, n), (2, 0, 0), (0, 0)):
        x = dlcore.zeros(*shape, requires_grad=True)
        batch = shape[:-2]
        assert dlcore.inverse(x).shape == shape
        assert dlcore.cholesky(x).shape == shape
        assert dlcore.cholesky(x, upper=True).shape == shape
        assert dlcore.det(x).tolist() == np.linalg.det(np.zeros(shape)).tolist()
        assert dlcore.slogdet(x).sign.shape == batch
        assert dlcore.slogdet(x).logabsdet.tolist() == np.zeros(batch).tolist()
        assert linalg.eigh(x).eigenvalues.shape == shape[:-1]
        assert linalg.eigvalsh(x).shape == shape[:-1]
        b = dlcore.zeros(*batch, shape[-1], 2)
        assert linalg.solve(x, b).shape == b.shape
        assert linalg.solve_triangular(x, b, upper=True).shape == b.shape
        for y in (dlcore.inverse(x), dlcore.cholesky(x), dlcore.det(x), *dlcore.slogdet(x), *linalg.eigh(x)):
            y.sum().backward(retain_graph=True)
        assert x.grad.tolist() == np.zeros(shape).tolist()


@pytest.mark.parametrize("op", [dlcore.inverse, dlcore.det, dlcore.slogdet, dlcore.cholesky, linalg.eigvalsh])
def test_threads(op):
    check_threads(op, spd(6, (700,)))
    check_threads(op, spd(40, (5,)))


def test_solve_on_threads():
    check_threads(linalg.solve, regular(6, (700,)), (700, 6, 3))
    check_threads(lambda A, B: linalg.solve_triangular(A, B, upper=True), regular(40, (5,)), (40, 30))


def test_many_rows():
    x = spd(150).draw(np.random.default_rng(0))
    y = dlcore.from_numpy(x)
    np.testing.assert_allclose(dlcore.inverse(y).numpy() @ x, np.eye(150), atol=1e-10)
    L = dlcore.cholesky(y).numpy()
    np.testing.assert_allclose(L @ L.T, x, rtol=0, atol=1e-11)
    w, V = linalg.eigh(y)
    np.testing.assert_allclose((V.numpy() * w.numpy()) @ V.numpy().T, x, rtol=0, atol=1e-11)
    np.testing.assert_allclose(dlcore.slogdet(y).logabsdet.item(), np.linalg.slogdet(x)[1], rtol=1e-13)


def test_names():
    x = dlcore.eye(2) * 4
    assert linalg.inv(A=x).tolist() == x.inverse().tolist() == dlcore.inverse(input=x).tolist()
    assert linalg.det(A=x).item() == x.det().item() == 16
    assert linalg.slogdet(A=x).logabsdet.item() == x.slogdet().logabsdet.item() == x.logdet().item()
    assert linalg.cholesky(A=x).tolist() == x.cholesky().tolist() == x.cholesky(upper=True).tolist()
    assert linalg.eigh(x).eigenvectors.shape == (2, 2)
    assert issubclass(linalg.LinAlgError, RuntimeError)


SINGULAR = np.stack([np.eye(2), np.ones((2, 2)), np.zeros((2, 2))])


def test_a_matrix_without_an_answer():
    Error = linalg.LinAlgError
    one, many = dlcore.from_numpy(SINGULAR[1]), dlcore.from_numpy(SINGULAR)
    b = dlcore.ones(2, 1, dtype=dlcore.float64)
    check_error(Error, "inverse: the matrix is singular", lambda: dlcore.inverse(one))
    check_error(Error, "inverse: the matrix at batch index (1,) is singular", lambda: dlcore.inverse(many))
    check_error(
        Error,
        "inverse: the matrix at batch index (1, 0) is singular",
        lambda: dlcore.inverse(many.unsqueeze(1)),
    )
    check_error(Error, "solve: the matrix at batch index (1,) is singular", lambda: linalg.solve(many, b))
    check_error(
        Error,
        "solve_triangular: the matrix at batch index (2,) is singular",
        lambda: linalg.solve_triangular(many, b, upper=False),
    )
    check_error(Error, "cholesky: the matrix is not positive definite", lambda: dlcore.cholesky(one * -1))
    check_error(
        Error,
        "cholesky: the matrix at batch index (2,) is not positive definite",
        lambda: dlcore.cholesky(dlcore.from_numpy(SINGULAR[[0, 0, 2]])),
    )
    check_error(
        Error,
        "cholesky: the matrix is not positive definite",
        lambda: dlcore.cholesky(dlcore.full((2, 2), float("nan"))),
    )
    for name in ("eigh", "eigvalsh"):
        for value in (float("nan"), float("inf")):
            check_error(
                Error,
                f"{name}: the matrix has elements that are not finite, or its eigenvalues did not converge",
                lambda name=name, value=value: getattr(linalg, name)(dlcore.full((3, 3), value)),
            )


def test_the_first_failure_is_named_whichever_thread_finds_it():
    x = np.tile(np.eye(8), (4000, 1, 1))
    x[[1300, 2900, 3999]] = 0
    check_error(
        linalg.LinAlgError,
        "inverse: the matrix at batch index (1300,) is singular",
        lambda: dlcore.inverse(dlcore.from_numpy(x)),
    )


@pytest.mark.parametrize("name", ["inverse", "det", "slogdet", "logdet", "cholesky"])
def test_errors(name):
    op = getattr(dlcore, name)
    check_error(
        ValueError,
        f"{name}: input: expected square matrices (..., n, n), got shape (2, 3)",
        lambda: op(dlcore.zeros(2, 3)),
    )
    check_error(
        ValueError, f"{name}: input: expected square matrices (..., n, n), got shape (3,)", lambda: op(dlcore.zeros(3))
    )
    check_error(
        TypeError,
        f"{name}: input: expected a floating dtype, got int64",
        lambda: op(dlcore.tensor([[1, 2], [3, 4]])),
    )


def test_errors_of_solve():
    a, b = dlcore.eye(2), dlcore.zeros(3, 2)
    check_error(
        ValueError,
        "solve: expected B of shape (..., 2, k) for A of shape (2, 2), got (3, 2)",
        lambda: linalg.solve(a, b),
    )
    check_error(
        ValueError,
        "solve: expected B of shape (..., k, 2) for A of shape (2, 2), got (2, 3)",
        lambda: linalg.solve(a, dlcore.zeros(2, 3), left=False),
    )
    check_error(
        ValueError,
        "solve: with left=False expected B of matrices, got shape (2,)",
        lambda: linalg.solve(a, dlcore.zeros(2), left=False),
    )
    check_error(
        ValueError,
        "solve_triangular: expected B of shape (..., 2, k) for A of shape (2, 2), got (2,)",
        lambda: linalg.solve_triangular(a, dlcore.zeros(2), upper=True),
    )
    check_error(
        TypeError,
        "solve: expected A and B of one dtype, got float32 and float64",
        lambda: linalg.solve(a, dlcore.zeros(2, 1, dtype=dlcore.float64)),
    )
    check_error(
        ValueError,
        "solve: shapes (2,) and (3,) do not broadcast",
        lambda: linalg.solve(dlcore.zeros(2, 2, 2), dlcore.zeros(3, 2, 1)),
    )


def test_errors_of_eigh():
    x = dlcore.eye(2)
    check_error(ValueError, "eigh: expected UPLO 'L' or 'U', got 'l'", lambda: linalg.eigh(x, "l"))
    check_error(ValueError, "eigvalsh: expected UPLO 'L' or 'U', got 'X'", lambda: linalg.eigvalsh(x, "X"))
    check_error(
        ValueError,
        "eigh: A: expected square matrices (..., n, n), got shape (2, 3)",
        lambda: linalg.eigh(dlcore.zeros(2, 3)),
    )
