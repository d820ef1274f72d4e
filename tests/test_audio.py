"""Speech features against NumPy's Fourier transform and SciPy's windows and cosine transform."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import audio, testing
from scipy import fft
from scipy.signal import windows


def signal(n):
    rng = np.random.default_rng(0)
    t = np.arange(n) / 8000
    return np.sin(2 * np.pi * 440 * t) + 0.3 * np.sin(2 * np.pi * 1234 * t) + 0.1 * rng.standard_normal(n)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("length", [1, 2, 25, 400])
def test_windows(length, periodic):
    for name in ("hann", "hamming"):
        ours = getattr(audio, f"{name}_window")(length, periodic, dtype=dl.float64).numpy()
        np.testing.assert_allclose(ours, getattr(windows, name)(length, sym=not periodic), atol=1e-15)


def test_frames_are_a_view():
    x = signal(103)
    y = audio.frames(dl.from_numpy(x), 20, 7).numpy()
    np.testing.assert_array_equal(y, [x[s : s + 20] for s in range(0, 84, 7)])
    assert np.shares_memory(y, x)
    assert tuple(audio.frames(dl.zeros(2, 3, 20), 20, 7).shape) == (2, 3, 1, 20)


@pytest.mark.parametrize(("size", "n_fft"), [(8, 8), (7, 7), (25, 32), (200, 256), (5, 9)])
def test_transform(size, n_fft):
    x = signal(size)
    real, imaginary = np.split(x @ audio.dft_matrix(size, n_fft, dtype=dl.float64).numpy(), 2)
    np.testing.assert_allclose(real + 1j * imaginary, np.fft.rfft(x, n_fft), atol=1e-12 * size)


@pytest.mark.parametrize(
    ("n_mels", "n_fft", "rate", "low", "high"), [(40, 512, 16000, 0, 8000), (13, 256, 8000, 99, 3700)]
)
def test_filters(n_mels, n_fft, rate, low, high):
    filters = audio.mel_filters(n_mels, n_fft, rate, low, high, dtype=dl.float64).numpy()
    np.testing.assert_allclose(filters, reference.mel_filters(n_mels, n_fft, rate, low, high), atol=1e-11)
    assert filters.max() <= 1


@pytest.mark.parametrize("window", ["hamming", "hann"])
@pytest.mark.parametrize("dtype", [dl.float32, dl.float64])
def test_log_mel(window, dtype):
    layer = audio.LogMel(8000, n_mels=26, window=window, dtype=dtype)
    assert (layer.size, layer.hop, layer.n_fft) == (200, 80, 256)
    waves = np.stack([signal(1000), 0.1 * signal(1000)[::-1]])
    spectra = [
        reference.power_spectra(w, 200, 80, getattr(audio, f"{window}_window")(200, dtype=dl.float64).numpy(), 256)
        for w in waves
    ]
    tolerance = 1e-10 if dtype == dl.float64 else 2e-3
    x = dl.tensor(waves, dtype=dtype)
    np.testing.assert_allclose(layer.power(x).numpy(), spectra, rtol=tolerance, atol=tolerance)
    expected = np.log(np.maximum(np.array(spectra) @ reference.mel_filters(26, 256, 8000, 0, 4000).T, 1e-10))
    np.testing.assert_allclose(layer(x).numpy(), expected, rtol=tolerance, atol=tolerance)
    assert list(layer.state_dict()) == []


def test_silence_is_the_floor():
    layer = audio.LogMel(8000, n_mels=10, floor=1e-6)
    np.testing.assert_allclose(layer(dl.zeros(400)).numpy(), np.log(1e-6), rtol=1e-6)


def test_mfcc():
    layer = audio.MFCC(8000, 12, dtype=dl.float64)
    x = dl.tensor(signal(900))
    expected = fft.dct(layer.log_mel(x).numpy(), type=2, norm="ortho")[:, :12]
    np.testing.assert_allclose(layer(x).numpy(), expected, atol=1e-12 * 40)
    own = audio.MFCC(8000, 5, audio.LogMel(8000, n_mels=9, dtype=dl.float64), dtype=dl.float64)
    assert own(x).shape == (9, 5)


def test_gradients_reach_the_waveform():
    layer = audio.MFCC(400, 3, audio.LogMel(400, n_mels=4, dtype=dl.float64), dtype=dl.float64)
    x = dl.tensor(signal(26)).requires_grad_()
    assert testing.gradcheck(layer, [x])
    assert testing.gradgradcheck(layer, [x])


def test_errors():
    def error(text):
        return pytest.raises(ValueError, match=f"^{text}$")

    with error("frames: waveform expected at least 5 samples, got 4"):
        audio.frames(dl.zeros(4), 5, 2)
    with error("frames: size and hop expected to be positive, got 5 and 0"):
        audio.frames(dl.zeros(9), 5, 0)
    with error("window: window_length expected to be positive, got 0"):
        audio.hann_window(0)
    with error("dft_matrix: size expected from 1 to n_fft 8, got 9"):
        audio.dft_matrix(9, 8)
    with error("mel_filters: expected 0 <= f_min < f_max <= 4000.0, got f_min 0, f_max 5000"):
        audio.mel_filters(10, 256, 8000, 0, 5000)
    with error("mel_filters: n_mels 80 expected .* of n_fft 64, got filter 0 without one"):
        audio.mel_filters(80, 64, 8000)
    with error("dct_matrix: n_mfcc expected from 1 to n_mels 4, got 5"):
        audio.dct_matrix(5, 4)
    with error("LogMel: window expected 'hamming' or 'hann', got 'flat'"):
        audio.LogMel(8000, window="flat")
    with error("LogMel: window_length and hop_length expected at least a sample, got 2, 0"):
        audio.LogMel(80, hop_length=0.001)
