"""Products that say how many dimensions their operands have, and those over chosen dimensions."""

import dlcore
import pytest
import reference
from check import check_error, check_op
from samples import integers


def test_mm():
    check_op(dlcore.mm, reference.mm, (3, 5), (5, 4))


def test_bmm():
    check_op(dlcore.bmm, reference.bmm, (2, 3, 5), (2, 5, 4))
    check_op(dlcore.bmm, reference.bmm, (0, 3, 5), (0, 5, 4))


def test_mv():
    check_op(dlcore.mv, reference.mv, (3, 5), (5,))


def test_dot():
    check_op(dlcore.dot, reference.dot, (5,), (5,))
    check_op(dlcore.dot, reference.dot, (0,), (0,))


def test_outer():
    check_op(dlcore.outer, reference.outer, (3,), (5,))
    check_op(dlcore.outer, reference.outer, (0,), (5,))
    check_op(dlcore.outer, reference.outer, integers((3,), 9), integers((5,), 9), grad=False)


@pytest.mark.parametrize("input", [(3, 4), (4,), (3, 1), ()])
def test_addmm(input):
    for beta, alpha in ((1, 1), (0.5, -2.0), (2, 1)):
        check_op(dlcore.addmm, reference.addmm, input, (3, 5), (5, 4), beta=beta, alpha=alpha)


def test_addmm_with_beta_zero_ignores_nan():
    x = dlcore.full((2, 2), float("nan"))
    assert dlcore.addmm(x, dlcore.ones(2, 3), dlcore.ones(3, 2), beta=0).tolist() == [[3, 3], [3, 3]]


@pytest.mark.parametrize("input", [(2, 3, 4), (3, 4), (2, 1, 1), ()])
def test_baddbmm(input):
    for beta, alpha in ((1, 1), (0.5, -2.0)):
        check_op(dlcore.baddbmm, reference.baddbmm, input, (2, 3, 5), (2, 5, 4), beta=beta, alpha=alpha)


@pytest.mark.parametrize(("a", "b"), [((5,), (5,)), ((3, 5), (4, 5)), ((2, 3, 5), (5,)), ((), (3, 5)), ((2, 3), ())])
def test_inner(a, b):
    check_op(dlcore.inner, reference.inner, a, b)


@pytest.mark.parametrize(
    ("a", "b", "dims"),
    [
        ((2, 3, 4), (3, 4, 5), 2),
        ((2, 3), (4, 5), 0),
        ((2, 3, 4), (4, 5), 1),
        ((2, 3, 4), (4, 5, 3), ([2, 1], [0, 2])),
        ((2, 3, 4), (4, 5, 3), ([-1, -2], [0, -1])),
        ((2, 3), (3, 2), ([0, 1], [1, 0])),
        ((2, 0), (0, 3), 1),
    ],
)
def test_tensordot(a, b, dims):
    check_op(dlcore.tensordot, reference.tensordot, a, b, dims=dims)


def test_methods():
    a, b, v = dlcore.ones(2, 3), dlcore.ones(3, 4), dlcore.ones(3)
    assert a.mm(b).shape == (2, 4)
    assert a.mv(v).shape == (2,)
    assert v.dot(v).item() == v.inner(v).item() == 3
    assert v.outer(v).shape == (3, 3)
    assert a.unsqueeze(0).bmm(b.unsqueeze(0)).shape == (1, 2, 4)
    assert dlcore.zeros(4).addmm(a, b, beta=2, alpha=3).tolist() == [[9] * 4] * 2
    assert dlcore.zeros(4).baddbmm(a.unsqueeze(0), b.unsqueeze(0)).shape == (1, 2, 4)


def test_errors():
    a, v = dlcore.zeros(2, 3), dlcore.zeros(3)
    check_error(ValueError, "mm: input: expected 2 dimensions, got shape (3,)", lambda: dlcore.mm(v, a))
    check_error(ValueError, "mm: mat2: expected 2 dimensions, got shape (3,)", lambda: dlcore.mm(a, v))
    check_error(ValueError, "mm: shapes (2, 3) and (2, 3) do not fit: 3 columns meet 2 rows", lambda: dlcore.mm(a, a))
    check_error(
        ValueError,
        "bmm: expected batches of one size, got shapes (1, 2, 3) and (2, 3, 1)",
        lambda: dlcore.bmm(dlcore.zeros(1, 2, 3), dlcore.zeros(2, 3, 1)),
    )
    check_error(ValueError, "mv: vec: expected 1 dimensions, got shape (2, 3)", lambda: dlcore.mv(a, a))
    check_error(ValueError, "dot: input: expected 1 dimensions, got shape (2, 3)", lambda: dlcore.dot(a, v))
    check_error(
        TypeError,
        "dot: expected operands of one dtype, got float32 and int64",
        lambda: dlcore.dot(v, dlcore.tensor([1, 2, 3])),
    )
    check_error(ValueError, "outer: vec2: expected 1 dimensions, got shape (2, 3)", lambda: dlcore.outer(v, a))
    check_error(
        ValueError,
        "addmm: shapes (3, 3) and (2, 2) do not broadcast",
        lambda: dlcore.addmm(dlcore.zeros(3, 3), a, dlcore.zeros(3, 2)),
    )
    check_error(
        ValueError,
        "addmm: input of shape (5, 2, 2) does not broadcast to (2, 2)",
        lambda: dlcore.addmm(dlcore.zeros(5, 2, 2), a, dlcore.zeros(3, 2)),
    )
    check_error(
        TypeError,
        "addmm: expected one dtype, got float64 and float32",
        lambda: dlcore.addmm(dlcore.zeros(2, dtype=dlcore.float64), a, dlcore.zeros(3, 2)),
    )
    i = dlcore.tensor([[1]])
    check_error(TypeError, "addmm: expected a floating dtype, got int64", lambda: dlcore.addmm(i, i, i))
    check_error(
        ValueError,
        "inner: expected last dimensions of one size, got shapes (2, 3) and (2,)",
        lambda: dlcore.inner(a, dlcore.zeros(2)),
    )
    check_error(
        ValueError,
        "tensordot: expected dims from 0 to the number of dimensions, got 3 for shapes (2, 3) and (2, 3)",
        lambda: dlcore.tensordot(a, a, 3),
    )
    check_error(
        ValueError,
        "tensordot: axes 1 of shape (2, 3) and 0 of shape (2, 3) differ in size",
        lambda: dlcore.tensordot(a, a, 1),
    )
    check_error(
        ValueError,
        "tensordot: expected as many axes of the one as of the other, got (0, 1) and (0,)",
        lambda: dlcore.tensordot(a, a, ([0, 1], [0])),
    )
