"""Predict tomorrow: from today, from many days, and with curves that bend.

    python examples/lags.py

The series are real and come with statsmodels: carbon dioxide in the air over Mauna Loa, week by week from 1958 to 2001,
and sunspots, year by year from 1700 to 2008. Models learn from the first four fifths and are tested on the last. First
"the same as last time"; then how much it changes, by a linear model of the last 1, 2, ... changes; then sums of
sigmoids, hard sigmoids and pairs of ReLU. A second picture takes apart such sums in one variable, fitted to carbon
dioxide's seasons.
"""

import argparse
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore.models import LagModel, PiecewiseCurve, lagged
from dlcore.nn import functional as F
from statsmodels.datasets import co2, sunspots
from tqdm import tqdm

LAGS = {"CO2": [1, 2, 4, 8, 16, 32, 53, 106], "sunspots": [1, 2, 3, 6, 9, 11, 18, 24]}
UNITS = {"CO2": "ppm", "sunspots": "sunspots"}
KINDS = ("sigmoid", "hard_sigmoid", "relu")
RIDGE = 1e-3  # of the variance: hundreds of neighbouring weeks say nearly the same


def load_series():
    """Return both series as float64, the weeks without a measurement filled in on a straight line."""
    weeks = co2.load_pandas().data["co2"].interpolate()
    spots = sunspots.load_pandas().data["SUNACTIVITY"]
    return {"CO2": dl.tensor(weeks.to_numpy(copy=True)), "sunspots": dl.tensor(spots.to_numpy(copy=True))}, weeks.index


def split_at(series):
    """Return where the test begins."""
    return int(0.8 * len(series))


def root_mean_square(errors):
    """Return the typical size of errors."""
    return errors.detach().square().mean().sqrt().item()


def linear_errors(series, lags_of_each):
    """Return the test errors of "the same as last time", and of the linear model of each number of lags."""
    start = split_at(series)
    test = series[start:]
    same = root_mean_square(series[start - 1 : -1] - test)
    errors = []
    for lags in lags_of_each:
        steps = series[1:] - series[:-1]  # what is predicted is the change, from the changes before
        model = LagModel(lags, dtype=dl.float64).fit(steps[: start - 1], RIDGE * steps.var().item())
        predicted = series[start - 1 : -1] + model(steps[start - 1 - lags :])[:-1]
        errors.append(root_mean_square(predicted - test))
    return same, errors


def curve_errors(series, lags, kind, steps, progress):
    """Train a sum of pieces on the last numbers, as they differ from the last one, and return its test error."""
    start = split_at(series)
    rows, last = lagged(series, lags), series[lags - 1 : -1]
    scale = (series[1:start] - series[: start - 1]).std()
    inputs = ((rows - last.unsqueeze(1)) / (scale * lags**0.5)).float()
    targets = ((series[lags:] - last) / scale).float()
    training = slice(0, start - lags)
    model = PiecewiseCurve(12, lags, kind)
    train(model, inputs[training], targets[training], steps, progress, decay=3e-3)
    with dl.no_grad():
        return root_mean_square(model(inputs[start - lags :]) - targets[start - lags :]) * scale.item()


def train(curve, x, y, steps, progress, decay=0.0):
    """Fit a curve to all points at once."""
    optimizer = dl.optim.Adam(curve.parameters(), lr=0.02, weight_decay=decay)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 0.02 * (1 - step / steps)
        loss = F.mse_loss(curve(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        progress.update()
    return loss.item()


def seasons(series, dates):
    """Return the time of the year, from -1 to 1, and how far carbon dioxide is above the average of that year."""
    values = series.numpy()
    window = np.ones(53) / 53
    above = values[26:-26] - np.convolve(values, window, "valid")
    year = np.asarray(dates.day_of_year, float)[26:-26]
    return dl.tensor(year / 183 - 1, dtype=dl.float32).unsqueeze(1), dl.tensor(above, dtype=dl.float32)


def draw_errors(results, path):
    """Draw the error over the number of lags."""
    figure, all_axes = plt.subplots(1, 2, figsize=(12, 4.5), layout="constrained")
    for axes, (name, (same, errors, curves, lags)) in zip(all_axes, results.items(), strict=True):
        axes.plot(LAGS[name], errors, "o-", label="linear")
        axes.axhline(same, color="gray", linestyle=":", label="the same as last time")
        for kind, error in curves.items():
            axes.plot(lags, error, "x", markersize=10, label=f"12 pieces: {kind}")
        axes.set(title=name, xlabel="lags", ylabel=f"test error in {UNITS[name]}", xscale="log", ylim=(0, None))
        axes.legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def draw_pieces(fits, x, y, path):
    """Draw the seasons, and each curve with the pieces that it is the sum of."""
    figure, all_axes = plt.subplots(1, len(fits), figsize=(15, 4.5), layout="constrained", sharey=True)
    at = dl.linspace(-1, 1, 400)
    for axes, (title, curve) in zip(all_axes, fits.items(), strict=True):
        axes.plot(x[:, 0].numpy(), y.numpy(), ".", color="lightgray", markersize=2)
        curve.draw(at, axes)
        axes.set(title=title, xlabel="January to December", ylim=(-6, 6), xticks=[])
    all_axes[0].set_ylabel("ppm above the year's average")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Fit all models, draw; return 1 where more lags are no better than fewer, or than none."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--steps", type=int, default=1500, help="of training, for each sum of pieces")
    arguments.add_argument("--quick", action="store_true", help="20 steps, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the pictures")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed
    steps = 20 if options.quick else options.steps

    dl.manual_seed(options.seed)
    all_series, dates = load_series()
    results, fits = {}, {}
    x, y = seasons(all_series["CO2"], dates)
    with tqdm(total=(len(all_series) + 1) * len(KINDS) * steps, unit="step") as progress:
        for name, series in all_series.items():
            same, errors = linear_errors(series, LAGS[name])
            # Chosen where the test has no say: in the last fifth of what is learnt from.
            lags = LAGS[name][int(np.argmin(linear_errors(series[: split_at(series)], LAGS[name])[1]))]
            curves = {kind: curve_errors(series, lags, kind, steps, progress) for kind in KINDS}
            results[name] = same, errors, curves, lags
        for kind in KINDS:
            curve = PiecewiseCurve(5, pieces=kind)
            error = train(curve, x, y, steps, progress)
            fits[f"{kind}: mean squared error {error:.2f}"] = curve
        by_month = np.linspace(-1, 1, 13)
        levels = [y.numpy()[abs(x.numpy()[:, 0] - month) < 1 / 12].mean() for month in by_month]
        knots = PiecewiseCurve.through(by_month.tolist(), levels)
        fits[f"through the months' averages: {F.mse_loss(knots(x), y).item():.2f}"] = knots

    draw_errors(results, options.out / "lags.png")
    draw_pieces(fits, x, y, options.out / "pieces.png")
    failed = False
    for name, (same, errors, curves, lags) in results.items():
        print(f"{name}, test error in {UNITS[name]}: the same as last time {same:.3f}")
        print("  linear: " + ", ".join(f"{n} lags {e:.3f}" for n, e in zip(LAGS[name], errors, strict=True)))
        print(f"  of {lags} lags: " + ", ".join(f"{kind} {error:.3f}" for kind, error in curves.items()))
        failed |= not min(errors) < 0.9 * errors[0] or not errors[0] < 1.01 * same or not min(errors) < same
    print(f"see {options.out / 'lags.png'} and {options.out / 'pieces.png'}")
    if failed:
        print("more lags are expected to predict better", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
