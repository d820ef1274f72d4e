"""Results too large for the caches are written past them: the same bits as in two halves, which are not."""

import dlcore
import numpy as np
import pytest
from dlcore.nn import functional as F

ROWS, COLUMNS = 2304, 1024  # 9 MB of float32, of which 8 go past the caches

WEIGHT = dlcore.from_numpy(np.random.default_rng(1).standard_normal((64, 3, 3, 3)).astype(np.float32))


def _rows(function):
    return function, (ROWS, COLUMNS)


CASES = {
    "exp": _rows(dlcore.exp),
    "tanh": _rows(dlcore.tanh),
    "gelu": _rows(F.gelu),
    "softmax": _rows(lambda x: F.softmax(x, -1)),
    "log_softmax": _rows(lambda x: F.log_softmax(x, -1)),
    "layer_norm": _rows(lambda x: F.layer_norm(x, (COLUMNS,))),
    "rms_norm": _rows(lambda x: F.rms_norm(x, (COLUMNS,))),
    "odd rows": (lambda x: F.softmax(x, -1), (ROWS, COLUMNS + 3)),
    "conv2d": (lambda x: F.conv2d(x, WEIGHT, padding=1), (36, 3, 32, 32)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_large_result_is_its_halves(name):
    function, shape = CASES[name]
    rng = np.random.default_rng(0)
    whole = dlcore.from_numpy(rng.standard_normal(shape).astype(np.float32)).requires_grad_()
    y = function(whole)
    assert y.numel() * 4 >= 8 << 20
    dy = rng.standard_normal(tuple(y.shape)).astype(np.float32)
    y.backward(dlcore.from_numpy(dy))
    half = shape[0] // 2
    for part in (slice(None, half), slice(half, None)):
        x = whole.detach()[part].contiguous().requires_grad_()
        z = function(x)
        z.backward(dlcore.from_numpy(dy[part]))
        np.testing.assert_array_equal(y.detach().numpy()[part], z.detach().numpy(), err_msg=name)
        np.testing.assert_array_equal(whole.grad.numpy()[part], x.grad.numpy(), err_msg=name)
