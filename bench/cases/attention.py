"""Attention on (N, heads, T, 64): two products forward, five backward, of which one is the scores once more."""

from .case import Case, Input

D = 64


def _swapped(*arrays):
    """Arrange as JAX's own attention takes it: (N, T, heads, D)."""
    return tuple(array.swapaxes(1, 2).copy() for array in arrays)


def _attention(
    name: str,
    n: int,
    heads: int,
    t: int,
    causal: bool,
    window: tuple[int, int] | None = None,
    against: str | None = None,
    quick: bool = False,
) -> Case:
    def call(lib):
        attend = lib.nn.functional.scaled_dot_product_attention
        if window is not None:
            return lambda q, k, v: attend(q, k, v, window=window)
        return lambda q, k, v: attend(q, k, v, is_causal=causal)

    def jax(jax):
        return lambda q, k, v: jax.nn.dot_product_attention(q, k, v, is_causal=causal)

    if window is not None:
        scores = sum(min(t, i + window[1] + 1) - max(0, i - window[0]) for i in range(t))
    else:
        scores = t * (t + 1) // 2 if causal else t * t
    flops = 4.0 * n * heads * scores * D
    inputs = (Input((n, heads, t, D)),) * 3
    return Case(
        f"attention/{name}",
        inputs,
        call,
        None if against else jax,
        jax_inputs=_swapped,
        flops=flops,
        both_flops=3.5 * flops,
        against=against,
        quick=quick,
    )


# The longest have fewer heads, so that a call stays below a second or two.
_SIZES = ((8, 8, 128), (2, 8, 512), (1, 8, 1024), (1, 8, 2048), (1, 4, 4096), (1, 2, 8192))

CASES = [
    *(
        _attention(f"{'causal' if causal else 'full'}/{t}", n, heads, t, causal, quick=t == 512 and causal)
        for causal in (False, True)
        for n, heads, t in _SIZES
    ),
    # The window reaches 128 to either side.
    _attention("window/128_of_4096", 1, 4, 4096, False, window=(128, 128), against="attention/full/4096"),
]
