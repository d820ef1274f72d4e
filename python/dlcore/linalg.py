"""Linear algebra on batches of matrices: decompositions, determinants and systems of equations."""

from ._core import _linalg_cholesky as cholesky
from ._core import _linalg_det as det
from ._core import _linalg_eigh as eigh
from ._core import _linalg_eigvalsh as eigvalsh
from ._core import _linalg_inv as inv
from ._core import _linalg_slogdet as slogdet
from ._core import _linalg_solve as solve
from ._core import _linalg_solve_triangular as solve_triangular
from ._core import _LinAlgError as LinAlgError

__all__ = [
    "LinAlgError",
    "cholesky",
    "det",
    "eigh",
    "eigvalsh",
    "inv",
    "slogdet",
    "solve",
    "solve_triangular",
]
