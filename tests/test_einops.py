"""einops on tensors: values as on arrays, gradients, and that dlcore needs and imports no einops."""

import subprocess
import sys

import dlcore as dl
import einops
import numpy as np
import pytest
from dlcore import nn
from dlcore.testing import gradcheck

X = np.random.default_rng(0).standard_normal((2, 3, 4, 6))


def compare(function, *arrays):
    """Compare values with those on arrays, and gradients with differences."""
    y = function(*[dl.tensor(array) for array in arrays])
    assert isinstance(y, dl.Tensor)
    np.testing.assert_allclose(y.numpy(), function(*arrays), rtol=1e-13, atol=1e-15)
    assert gradcheck(function, [dl.tensor(array, requires_grad=True) for array in arrays])


@pytest.mark.parametrize(
    ("pattern", "sizes"),
    [
        ("b c h w -> b h w c", {}),
        ("b c h w -> b (c h w)", {}),
        ("b c (h h2) (w w2) -> (b h2 w2) c h w", {"h2": 2, "w2": 3}),
        ("... w -> w ...", {}),
        ("b c h w -> (w h) 1 (c b)", {}),
        ("b (c 1) ... -> b c ... ()", {}),
    ],
)
def test_rearrange(pattern, sizes):
    compare(lambda x: einops.rearrange(x, pattern, **sizes), X)


@pytest.mark.parametrize("operation", ["mean", "sum", "max", "min", "prod"])
@pytest.mark.parametrize(
    ("pattern", "sizes"),
    [
        ("b c h w -> b c", {}),
        ("b c h w ->", {}),
        ("b c (h h2) (w w2) -> b c h w", {"h2": 2, "w2": 2}),
        ("... h w -> w ...", {}),
        ("b c h w -> b 1 1 w", {}),
    ],
)
def test_reduce(operation, pattern, sizes):
    compare(lambda x: einops.reduce(x, pattern, operation, **sizes), X)


@pytest.mark.parametrize("operation", ["any", "all"])
def test_reduce_truth(operation):
    mask = X > 0
    y = einops.reduce(dl.tensor(mask), "b c h w -> c b", operation)
    np.testing.assert_array_equal(y.numpy(), einops.reduce(mask, "b c h w -> c b", operation))


@pytest.mark.parametrize(
    ("pattern", "sizes"),
    [
        ("b c h w -> b c (h h2) (w w2)", {"h2": 2, "w2": 3}),
        ("b c h w -> n b c h w", {"n": 3}),
        ("b c h w -> b (n c) h (w m)", {"n": 2, "m": 2}),
        ("... w -> ... (w n)", {"n": 1}),
    ],
)
def test_repeat(pattern, sizes):
    compare(lambda x: einops.repeat(x, pattern, **sizes), X)


def test_einsum():
    compare(lambda a, b: einops.einsum(a, b, "batch c h w, c out -> batch out h w"), X, X[0, :, :, 0])
    compare(lambda a: einops.einsum(a, "b c h w -> c"), X)


def test_pack_and_unpack():
    def there(a, b, c):
        return einops.pack([a, b, c], "b * w")[0]

    compare(there, X, X[:, 0], X[:, :, 0])
    packed, shapes = einops.pack([dl.tensor(X), dl.tensor(X[:, 0])], "b * w")
    assert tuple(packed.shape) == (2, 3 * 4 + 4, 6)
    first, second = einops.unpack(packed, shapes, "b * w")
    np.testing.assert_array_equal(first.numpy(), X)
    np.testing.assert_array_equal(second.numpy(), X[:, 0])
    compare(lambda x: einops.unpack(x, [(2,), ()], "b * h w")[0], X)


def test_lists_shapes_and_conversion():
    compare(lambda *rows: einops.rearrange(list(rows), "n h w -> w (n h)"), X[0, 0], X[0, 1])
    assert einops.parse_shape(dl.tensor(X), "b _ h w") == {"b": 2, "h": 4, "w": 6}
    assert isinstance(einops.asnumpy(dl.tensor(X, requires_grad=True)), np.ndarray)


def test_parameters_and_errors():
    weight = nn.Linear(6, 4).weight
    assert tuple(einops.rearrange(weight, "(n o) i -> n i o", n=2).shape) == (2, 6, 2)
    with pytest.raises(einops.EinopsError, match="can't divide axis"):
        einops.rearrange(dl.tensor(X), "b (c c2) h w -> b c c2 h w", c2=2)


def run(code):
    return subprocess.check_output([sys.executable, "-c", code], text=True).strip()


@pytest.mark.parametrize("order", ["import einops, dlcore", "import dlcore, einops", "import dlcore; import einops"])
def test_whichever_is_imported_first(order):
    code = f"{order}\nprint(tuple(einops.rearrange(dlcore.ones(2, 3), 'a b -> b a').shape))"
    assert run(code) == "(3, 2)"


def test_einops_is_not_imported_and_need_not_be_there():
    code = """
import sys, dlcore
assert "einops" not in sys.modules
finders = [finder for finder in sys.meta_path if type(finder).__module__ == "dlcore._einops"]
sys.modules["einops"] = None
try:
    import einops
except ImportError:
    print(len(finders), dlcore.ones(1).item())
"""
    assert run(code) == "1 1.0"


def test_the_finder_leaves_when_it_is_done():
    code = """
import sys, dlcore, einops
print([finder for finder in sys.meta_path if type(finder).__module__ == "dlcore._einops"])
"""
    assert run(code) == "[]"
