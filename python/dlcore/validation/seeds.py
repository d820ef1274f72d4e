"""Seeds of their own for whatever is trained."""

from __future__ import annotations

import zlib

import numpy as np


def seed_of(seed: int, name: str, number: int) -> int:
    """Return the seed of the number-th training of something; it does not depend on what else is trained."""
    words = np.random.SeedSequence([seed, zlib.crc32(name.encode()), number]).generate_state(1)
    return int(words[0]) >> 1  # scikit-learn takes 31 bits
