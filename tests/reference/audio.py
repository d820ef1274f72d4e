"""Speech features, frame by frame and band by band."""

import numpy as np


def mel(hertz):
    """Return a frequency in mel."""
    return 2595 * np.log10(1 + hertz / 700)


def power_spectra(waveform, size, hop, window, n_fft):
    """Return |FFT|^2 of each windowed frame of a waveform (T,)."""
    starts = range(0, len(waveform) - size + 1, hop)
    return np.array([np.abs(np.fft.rfft(waveform[s : s + size] * window, n_fft)) ** 2 for s in starts])


def mel_filters(n_mels, n_fft, sample_rate, f_min, f_max):
    """Return triangles between neighbouring centres, which are evenly spaced in mel."""
    centres = [f_min]
    step = (mel(f_max) - mel(f_min)) / (n_mels + 1)
    for i in range(1, n_mels + 2):
        centres.append(700 * (10 ** ((mel(f_min) + i * step) / 2595) - 1))
    filters = np.zeros((n_mels, n_fft // 2 + 1))
    for i in range(n_mels):
        low, centre, high = centres[i : i + 3]
        for k in range(n_fft // 2 + 1):
            f = k * sample_rate / n_fft
            if low < f <= centre:
                filters[i, k] = (f - low) / (centre - low)
            elif centre < f < high:
                filters[i, k] = (high - f) / (high - centre)
    return filters
