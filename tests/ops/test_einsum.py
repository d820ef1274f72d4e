import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op
from samples import integers

einsum = dlcore.einsum


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("i->i", [(5,)]),
        ("i->", [(5,)]),
        ("ij->ji", [(3, 5)]),
        ("ba", [(3, 5)]),
        ("ij->j", [(3, 5)]),
        ("ii", [(4, 4)]),
        ("ii->i", [(4, 4)]),
        ("iijj->ji", [(3, 3, 2, 2)]),
        ("iii->i", [(3, 3, 3)]),
        ("...ii->...", [(2, 5, 3, 3)]),
        ("i,i", [(5,), (5,)]),
        ("i,j", [(3,), (5,)]),
        ("i,i->i", [(5,), (5,)]),
        ("i,j->", [(3,), (5,)]),
        ("ij,jk", [(3, 5), (5, 4)]),
        ("ij,jk->ki", [(3, 5), (5, 4)]),
        ("ij,kj->ik", [(3, 5), (4, 5)]),
        ("ij,ij->", [(3, 5), (3, 5)]),
        ("bij,bjk->bik", [(2, 3, 5), (2, 5, 4)]),
        ("bij,kj->bik", [(2, 3, 5), (4, 5)]),
        ("bij,bij->b", [(2, 3, 5), (2, 3, 5)]),
        ("bhqd,bhkd->bhqk", [(2, 3, 4, 5), (2, 3, 6, 5)]),
        ("bqhd,bkhd->bhqk", [(2, 4, 3, 5), (2, 6, 3, 5)]),
        ("abc,cd->db", [(2, 3, 4), (4, 5)]),
        ("ijkl,lkm->mij", [(2, 3, 4, 5), (5, 4, 3)]),
        ("...ij,...jk->...ik", [(2, 3, 5), (5, 4)]),
        ("...ij,...jk", [(1, 2, 3, 5), (3, 1, 5, 4)]),
        ("i...,i...->...", [(3, 2, 4), (3, 4)]),
        ("a...b,b...->...a", [(2, 3, 4), (4, 3)]),
        ("ij,jk->ik", [(3, 1), (5, 4)]),
        ("ij,ij->ij", [(1, 5), (3, 1)]),
        ("bi,bi->i", [(1, 3), (4, 3)]),
        ("ii,i->i", [(3, 3), (3,)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)]),
        ("i,j,k->kji", [(2,), (3,), (4,)]),
        ("ab,bc,cd,da->", [(2, 3), (3, 4), (4, 5), (5, 2)]),
        ("bn,anm,bm->ba", [(2, 4), (5, 4, 3), (2, 3)]),
        ("Ab,bA", [(2, 3), (3, 2)]),
        ("Bac", [(2, 3, 4)]),
        (" i j , j k -> i k ", [(3, 5), (5, 4)]),
        ("ij,jk->ik", [(0, 5), (5, 4)]),
        ("ij,jk->ik", [(3, 0), (0, 4)]),
        (",i->i", [(), (3,)]),
        ("abcdefgh,hgfedcba->", [(2, 1, 2, 1, 2, 1, 2, 1), (1, 2, 1, 2, 1, 2, 1, 2)]),
        ("abcdefgh,h->gfedcbah", [(2, 1, 2, 1, 2, 1, 2, 3), (3,)]),
    ],
)
def test_equations(equation, shapes):
    check_op(einsum, reference.einsum, equation, *shapes)


def test_an_ellipsis_that_the_output_leaves_out_is_summed_over():
    check_op(einsum, lambda equation, x: x.sum((0, 1)), "...i->i", (2, 3, 4))


def test_a_view_where_nothing_is_computed():
    x = dlcore.zeros(3, 3)
    einsum("ii->i", x).copy_(dlcore.ones(3))
    assert x.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_a_list_of_operands():
    assert einsum("i,i", [dlcore.ones(3), dlcore.ones(3)]).item() == 3


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_integers(dtype):
    a, b = integers((3, 5), 9, dtype=dtype), integers((5, 4), 9, dtype=dtype)
    check_op(einsum, reference.einsum, "ij,jk->ik", a, b, grad=False)
    check_op(einsum, reference.einsum, "ij->i", a, grad=False)


def test_a_long_chain_is_multiplied_from_its_cheap_end():
    v, m = dlcore.ones(300), dlcore.eye(300)
    assert einsum("ij,jk,kl,l->i", m, m, m, v).tolist() == [1.0] * 300


def test_errors():
    x = dlcore.zeros(2, 3)
    for equation in ("i$", "i.j", "......ij", "ij-ji", "ij->->i"):
        check_error(
            ValueError,
            f"einsum: expected letters, ',', '->' and one '...' a term, got '{equation}'",
            lambda equation=equation: einsum(equation, x),
        )
    check_error(ValueError, "einsum: the equation has 2 terms for 1 operands", lambda: einsum("ij,j", x))
    check_error(ValueError, "einsum: the equation has 1 terms for 0 operands", lambda: einsum("ij"))
    check_error(
        ValueError, "einsum: operand 0 of shape (2, 3) has not the dimensions of its term", lambda: einsum("i", x)
    )
    check_error(
        ValueError, "einsum: operand 0 of shape (2, 3) has not the dimensions of its term", lambda: einsum("...ijk", x)
    )
    check_error(ValueError, "einsum: letter 'k' of the output is in no operand", lambda: einsum("ij->k", x))
    check_error(ValueError, "einsum: letter 'i' appears twice in the output", lambda: einsum("ij->ii", x))
    check_error(ValueError, "einsum: letter 'i' of operand 0 has the sizes 2 and 3", lambda: einsum("ii", x))
    check_error(
        ValueError, "einsum: letter 'j' of operand 1 has size 2 where another has 3", lambda: einsum("ij,jk", x, x)
    )
    check_error(
        ValueError,
        "einsum: the ellipsis of operand 1 has size 4 where another has 3",
        lambda: einsum("...,...", x, dlcore.zeros(4)),
    )
    check_error(
        TypeError,
        "einsum: expected operands of one dtype, got float32 and float64",
        lambda: einsum("ij,ij", x, x.to(dlcore.float64)),
    )
    check_error(TypeError, "einsum: expected numbers, got dtype bool", lambda: einsum("ij", x.to(dlcore.bool)))
    check_error(
        ValueError,
        "a tensor has at most 8 dimensions",
        lambda: einsum("abcde,fghi->abcdefghi", dlcore.zeros(1, 1, 1, 1, 1), dlcore.zeros(1, 1, 1, 1)),
    )
