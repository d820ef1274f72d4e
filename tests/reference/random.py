"""Random numbers: Philox4x32-10 (Salmon et al. 2011, section 3.3) and what distributions make of its words.

Written independently of the library, and equal to it bit for bit: floating steps are those of the dtype, one after
another. A draw is described by its seed, the number of its first block, and how many numbers it takes.
"""

import numpy as np

_M0, _M1 = 0xD2511F53, 0xCD9E8D57  # multipliers
_W0, _W1 = 0x9E3779B9, 0xBB67AE85  # the Weyl sequence of the key
_MASK = 0xFFFFFFFF

_LOG_32 = (
    *(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1),
    *(-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1),
)
_LOG_64_P = (
    *(1.01875663804580931796e-4, 4.97494994976747001425e-1, 4.70579119878881725854),
    *(1.44989225341610930846e1, 1.79368678507819816313e1, 7.70838733755885391666),
)
_LOG_64_Q = (
    *(1.0, 1.12873587189167450590e1, 4.52279145837532221105e1),
    *(8.29875266912776603211e1, 7.11544750618563894466e1, 2.31251620126765340583e1),
)
_SIN_32 = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS_32 = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_SIN_64 = (
    *(1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6),
    *(-1.98412698295895385996e-4, 8.33333333332211858878e-3, -1.66666666666666307295e-1),
)
_COS_64 = (
    *(-1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7),
    *(2.48015872888517045348e-5, -1.38888888888730564116e-3, 4.16666666666665929218e-2),
)


def philox(counter, key):
    """Return the four words of a counter (four words) under a key (two words)."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def words(seed, block, n):
    """Return the first n words from a block on."""
    out = []
    for i in range(-(-n // 4)):
        number = (block + i) % 2**64
        out += philox((number & _MASK, number >> 32, 0, 0), (seed & _MASK, seed >> 32))
    return np.array(out[:n], np.uint32)


def _pairs(seed, block, n):
    """Return n pairs of words, as columns."""
    return words(seed, block, 2 * n).reshape(n, 2).T


def rand(seed, block, n, dtype=np.float32):
    """Return n numbers in [0, 1)."""
    if dtype == np.float32:
        return (words(seed, block, n) >> 8).astype(np.float32) * np.float32(2**-24)
    a, b = _pairs(seed, block, n)
    return ((a >> 5).astype(np.float64) * 2.0**26 + (b >> 6)) * 2.0**-53


def uniform(seed, block, n, low, high, dtype=np.float32):
    """Return n numbers in [low, high)."""
    low, high = dtype(low), dtype(high)
    return np.minimum(rand(seed, block, n, dtype) * (high - low) + low, np.nextafter(high, low))


def _open_unit(seed, block, n, dtype):
    if dtype == np.float32:
        half = (words(seed, block, n) >> 1).astype(np.float32) * np.float32(2**-31) + np.float32(2**-32)
        return np.minimum(half, np.float32(1 - 2**-24))
    return np.minimum(rand(seed, block, n, dtype) + 2.0**-54, 1 - 2.0**-53)


def _polynomial(x, coefficients):
    y = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y = y * x + x.dtype.type(c)
    return y


def log(x):
    """Return ln x by a polynomial about 1, of x = m 2^e with m in [sqrt(1/2), sqrt(2))."""
    wide = x.dtype == np.float64
    integer, mantissa = (np.int64, 52) if wide else (np.int32, 23)
    sqrt_half = integer(0x3FE6A09E667F3BCD if wide else 0x3F3504F3)
    bits = x.view(integer) - sqrt_half
    e = (bits >> integer(mantissa)).astype(x.dtype)
    f = ((bits & integer((1 << mantissa) - 1)) + sqrt_half).view(x.dtype) - x.dtype.type(1)
    ff, half = f * f, x.dtype.type(0.5)
    if wide:
        y = f * ff * _polynomial(f, _LOG_64_P) / _polynomial(f, _LOG_64_Q) - e * 2.121944400546905827679e-4 - half * ff
    else:
        y = _polynomial(f, _LOG_32) * f * ff + e * x.dtype.type(-2.12194440e-4) - half * ff
    return f + y + e * x.dtype.type(0.693359375)


def _cos_sin(x):
    xx, one = x * x, x.dtype.type(1)
    cos, sin = (_COS_64, _SIN_64) if x.dtype == np.float64 else (_COS_32, _SIN_32)
    return _polynomial(xx, cos) * xx * xx - x.dtype.type(0.5) * xx + one, _polynomial(xx, sin) * xx * x + x


def randn(seed, block, n, dtype=np.float32):
    """Return n normal numbers: each two are the coordinates of a point, by radius and angle."""
    even = n + n % 2
    radius = np.sqrt(dtype(-2) * log(_open_unit(seed, block, even, dtype)[::2].copy()))
    if dtype == np.float32:
        first = words(seed, block, even)[1::2]
        angle = (first << 2).view(np.int32).astype(np.float32) * (np.float32(np.pi / 2) * np.float32(2**-32))
    else:
        first, second = (w[1::2] for w in _pairs(seed, block, even))
        angle = ((first << 2).view(np.int32) * 2.0**-32 + (second >> 1) * 2.0**-61) * (np.pi / 2)
    cos, sin = _cos_sin(angle)
    mirrored, sign = (first & 2**30) != 0, np.where(first & 2**31, dtype(-1), dtype(1))
    x, y = np.where(mirrored, sin, cos), np.where(mirrored, cos, sin)
    return np.stack([radius * (sign * x), radius * (sign * y)], 1).reshape(-1)[:n]


def normal(seed, block, n, mean, std, dtype=np.float32):
    """Return n normal numbers of a mean and a standard deviation."""
    return randn(seed, block, n, dtype) * dtype(std) + dtype(mean)


def exponential(seed, block, n, rate, dtype=np.float32):
    """Return n numbers of density rate e^(-rate x)."""
    return -log(_open_unit(seed, block, n, dtype)) / dtype(rate)


def randint(seed, block, n, low, high):
    """Return n integers: low + floor(u (high - low)), u having 64 bits, or 128 where the range has more than 32."""
    each = 2 if high - low < 2**32 else 4
    out = []
    for number in words(seed, block, each * n).reshape(n, each).tolist():
        u = 0
        for word in number:
            u = u << 32 | word
        out.append(low + (u * (high - low) >> 32 * each))
    return np.array(out, np.int64)


def randperm(seed, block, n):
    """Return 0 ... n - 1, element i exchanged with one of i ... n - 1, for each i in turn."""
    out = list(range(n))
    for i, (a, b) in enumerate(words(seed, block, 2 * n).reshape(n, 2).tolist()):
        j = i + ((a << 32 | b) * (n - i) >> 64)
        out[i], out[j] = out[j], out[i]
    return np.array(out, np.int64)


def bernoulli(seed, block, n, p):
    """Return whether each of n words is below p 2^32, p being a number or n numbers."""
    return words(seed, block, n) < np.floor(np.asarray(p, np.float64) * 2.0**32)


def multinomial(seed, block, weights, samples, replacement):
    """Return indices (rows, samples) of weights (rows, categories)."""
    weights = weights.astype(np.float64)
    rows, categories = weights.shape
    if replacement:
        u = rand(seed, block, rows * samples, np.float64).reshape(rows, samples)
        sums = np.cumsum(weights, 1)
        points = np.minimum(u * sums[:, -1:], np.nextafter(sums[:, -1:], 0))
        return np.stack([np.searchsorted(s, p, "right") for s, p in zip(sums, points, strict=True)])
    with np.errstate(divide="ignore"):
        keys = -log(_open_unit(seed, block, rows * categories, np.float64)).reshape(weights.shape) / weights
    return np.argsort(keys, 1, kind="stable")[:, :samples]
