"""From a waveform to a sequence of vectors: frames, spectra, log-mel energies, cepstral coefficients.

All of it is written in ops, so that gradients reach the waveform.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Tensor, clamp, float32, tensor
from ._core import dtype as DType
from .nn.flop_counts import flops
from .nn.module import Module

__all__ = ["MFCC", "LogMel", "dct_matrix", "dft_matrix", "frames", "hamming_window", "hann_window", "mel_filters"]


def hann_window(window_length: int, periodic: bool = True, *, dtype: DType = float32) -> Tensor:
    """Return (1 - cos(2 pi n / N)) / 2 for n = 0 ... window_length - 1, N = window_length, or one less if not periodic.

    Example:
        >>> from dlcore import audio
        >>> audio.hann_window(4)
        tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return tensor(_window(window_length, periodic, 0.5), dtype=dtype)


def hamming_window(window_length: int, periodic: bool = True, *, dtype: DType = float32) -> Tensor:
    """Return 0.54 - 0.46 cos(2 pi n / N) for n = 0 ... window_length - 1, N as in `hann_window`.

    Example:
        >>> from dlcore import audio
        >>> audio.hamming_window(3, periodic=False)
        tensor([0.0800, 1.0000, 0.0800])
    """
    return tensor(_window(window_length, periodic, 0.54), dtype=dtype)


def _window(length: int, periodic: bool, level: float) -> NDArray[np.float64]:
    if length < 1:
        raise ValueError(f"window: window_length expected to be positive, got {length}")
    period = max(length if periodic else length - 1, 1)
    if length == 1:
        return np.ones(1)
    return level - (1 - level) * np.cos(2 * np.pi * np.arange(length) / period)


def frames(waveform: Tensor, size: int, hop: int) -> Tensor:
    """Return pieces of a waveform that begin every `hop` samples, as a view: what fits whole, without padding.

    Args:
        waveform: (..., T).
        size: samples in a piece.
        hop: samples from one piece to the next.

    Returns:
        A tensor (..., 1 + (T - size) // hop, size).

    Raises:
        ValueError: size or hop is not positive, or the waveform is shorter than a piece.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import audio
        >>> audio.frames(dl.arange(6), size=3, hop=2)
        tensor([[0, 1, 2],
                [2, 3, 4]])
    """
    if size < 1 or hop < 1:
        raise ValueError(f"frames: size and hop expected to be positive, got {size} and {hop}")
    length = waveform.shape[-1] if waveform.ndim else 0
    if length < size:
        raise ValueError(f"frames: waveform expected at least {size} samples, got {length}")
    return waveform.unfold(-1, size, hop)


def dft_matrix(size: int, n_fft: int, *, dtype: DType = float32) -> Tensor:
    """Return the matrix (size, 2 bins) whose product with a frame gives real and imaginary part of its spectrum.

    Column k is cos(2 pi k n / n_fft), column bins + k is -sin(2 pi k n / n_fft), k = 0 ... bins - 1, and
    bins = n_fft / 2 + 1: the other half of a real signal's spectrum is its mirror image.
    """
    if not 1 <= size <= n_fft:
        raise ValueError(f"dft_matrix: size expected from 1 to n_fft {n_fft}, got {size}")
    turns = np.outer(np.arange(size), np.arange(n_fft // 2 + 1)) % n_fft  # exact, where large angles would lose digits
    angle = 2 * np.pi / n_fft * turns
    return tensor(np.concatenate([np.cos(angle), -np.sin(angle)], 1), dtype=dtype)


def mel_filters(
    n_mels: int,
    n_fft: int,
    sample_rate: float,
    f_min: float = 0.0,
    f_max: float | None = None,
    *,
    dtype: DType = float32,
) -> Tensor:
    """Return triangular filters (n_mels, n_fft / 2 + 1), evenly spaced in mel = 2595 log10(1 + f / 700).

    Each rises from the centre of the one below to one at its own, and falls to the centre of the one above.

    Args:
        n_mels: how many filters there are.
        n_fft: length of the Fourier transform.
        sample_rate: samples in a second.
        f_min: where the first begins, in Hz.
        f_max: where the last ends; by default half of sample_rate.
        dtype: float32 or float64.

    Raises:
        ValueError: frequencies do not rise from zero to half of sample_rate, or a filter lies between two bins.

    Source:
        Davis and Mermelstein, Comparison of parametric representations for monosyllabic word recognition (1980).
    """
    top = sample_rate / 2 if f_max is None else f_max
    if not 0 <= f_min < top <= sample_rate / 2:
        raise ValueError(
            f"mel_filters: expected 0 <= f_min < f_max <= {sample_rate / 2}, got f_min {f_min}, f_max {top}"
        )
    if n_mels < 1:
        raise ValueError(f"mel_filters: n_mels expected to be positive, got {n_mels}")
    low, high = (2595 * math.log10(1 + f / 700) for f in (f_min, top))
    corners = 700 * (10 ** (np.linspace(low, high, n_mels + 2) / 2595) - 1)
    bins = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    below, centre, above = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    filters = np.maximum(0, np.minimum((bins - below) / (centre - below), (above - bins) / (above - centre)))
    empty = np.flatnonzero(filters.sum(1) == 0)
    if empty.size:
        raise ValueError(
            f"mel_filters: n_mels {n_mels} expected to leave every filter a bin of n_fft {n_fft}, "
            f"got filter {empty[0]} without one"
        )
    return tensor(filters, dtype=dtype)


def dct_matrix(n_mfcc: int, n_mels: int, *, dtype: DType = float32) -> Tensor:
    """Return the first rows (n_mfcc, n_mels) of the orthonormal cosine transform of the second kind."""
    if not 1 <= n_mfcc <= n_mels:
        raise ValueError(f"dct_matrix: n_mfcc expected from 1 to n_mels {n_mels}, got {n_mfcc}")
    k, n = np.arange(n_mfcc)[:, None], np.arange(n_mels)
    rows = np.sqrt(2 / n_mels) * np.cos(np.pi * k * (n + 0.5) / n_mels)
    rows[0] /= np.sqrt(2)
    return tensor(rows, dtype=dtype)


class LogMel(Module):
    """Compute the logarithms of the energies in mel bands, every 10 ms, of windows of 25 ms.

    Args:
        sample_rate: samples in a second.
        n_mels: how many bands there are.
        window_length, hop_length: in seconds.
        window: "hamming" or "hann".
        n_fft: length of the Fourier transform; by default the power of two that a window fits into.
        f_min, f_max: where the bands begin and end, in Hz; by default 0 and half of sample_rate.
        floor: a smaller energy counts as this.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import audio
        >>> audio.LogMel(16000)(dl.randn(2, 16000)).shape == (2, 98, 40)
        True
    """

    def __init__(
        self,
        sample_rate: float = 16000,
        n_mels: int = 40,
        window_length: float = 0.025,
        hop_length: float = 0.010,
        window: str = "hamming",
        n_fft: int | None = None,
        f_min: float = 0.0,
        f_max: float | None = None,
        floor: float = 1e-10,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if window not in ("hamming", "hann"):
            raise ValueError(f"{name}: window expected 'hamming' or 'hann', got {window!r}")
        self.sample_rate = sample_rate
        self.n_mels = n_mels
        self.size, self.hop = round(window_length * sample_rate), round(hop_length * sample_rate)
        if self.size < 1 or self.hop < 1:
            raise ValueError(
                f"{name}: window_length and hop_length expected at least a sample, got {self.size}, {self.hop}"
            )
        self.n_fft = 1 << (self.size - 1).bit_length() if n_fft is None else n_fft
        self.floor = floor
        shape = (hamming_window if window == "hamming" else hann_window)(self.size, dtype=dtype)
        self.register_buffer("transform", shape.unsqueeze(1) * dft_matrix(self.size, self.n_fft, dtype=dtype), False)
        self.register_buffer("filters", mel_filters(n_mels, self.n_fft, sample_rate, f_min, f_max, dtype=dtype), False)

    def power(self, waveform: Tensor) -> Tensor:
        """Return the power spectra (..., frames, n_fft / 2 + 1) of the windowed frames of a waveform (..., T)."""
        spectrum = frames(waveform, self.size, self.hop) @ self.transform
        real, imaginary = spectrum.chunk(2, -1)
        return real * real + imaginary * imaginary

    def forward(self, waveform: Tensor) -> Tensor:
        """Return (..., frames, n_mels) for a waveform (..., T)."""
        return clamp(self.power(waveform) @ self.filters.T, self.floor).log()

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.sample_rate}, n_mels={self.n_mels}, size={self.size}, hop={self.hop}, n_fft={self.n_fft}"


class MFCC(Module):
    """Compute mel-frequency cepstral coefficients: the cosine transform of `LogMel`, of which the first ones are kept.

    They say what the vocal tract does, and leave out most of the pitch. Source: Davis and Mermelstein (1980).

    Args:
        sample_rate: samples in a second.
        n_mfcc: how many coefficients are kept.
        log_mel: what they are computed from; by default `LogMel(sample_rate)`.
        dtype: float32 or float64, for the default of log_mel too.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import audio
        >>> audio.MFCC(16000)(dl.randn(16000)).shape == (98, 13)
        True
    """

    def __init__(
        self,
        sample_rate: float = 16000,
        n_mfcc: int = 13,
        log_mel: LogMel | None = None,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.log_mel = LogMel(sample_rate, dtype=dtype) if log_mel is None else log_mel
        self.n_mfcc = n_mfcc
        self.register_buffer("transform", dct_matrix(n_mfcc, self.log_mel.n_mels, dtype=dtype), False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return (..., frames, n_mfcc) for a waveform (..., T)."""
        return self.log_mel(waveform) @ self.transform.T

    def extra_repr(self) -> str:
        """Return the number of coefficients."""
        return f"n_mfcc={self.n_mfcc}"


@flops.register
def _log_mel_flops(module: LogMel, inputs: tuple[Any, ...], output: Tensor) -> int:
    rows, bins = output.numel() // module.n_mels, module.n_fft // 2 + 1
    # The transform, squares and their sum, the filters; the floor and the logarithm.
    return rows * (2 * module.size * 2 * bins + 3 * bins + 2 * bins * module.n_mels) + 2 * output.numel()


@flops.register
def _mfcc_flops(module: MFCC, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel() * module.log_mel.n_mels
