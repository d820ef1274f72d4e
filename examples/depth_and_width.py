"""Spend the same number of parameters on depth or on width.

    python examples/depth_and_width.py

Networks of one to seven hidden layers, each as wide as makes about the same number of parameters. First they draw a
photograph, the colour of a pixel from its place, for which there are too few parameters: there one sees what can be
said with them. Then they read digits, and tell from 11 frames of speech who says them; the lecture's figures are of
speech too, but here it is little: 270 utterances of nine men (JapaneseVowels). These are learnt without an error, and
what differs is the test. Each network gets the best of several learning rates, by its loss in training. The photograph
is learnt for as long as the deepest networks gain by it: after a quarter of that time seven layers are behind three.
"""

import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from dlcore.nn import functional as F
from experiments import (
    CLOSE,
    Finding,
    clearly,
    conclude,
    dense,
    draw_curve,
    judge,
    load_digits,
    parameters_of,
    parse,
    percent,
    repeat,
    train,
)
from real_data import DataUnavailableError, japanese_vowels
from sklearn.datasets import load_sample_image

DEPTHS = (1, 2, 3, 5, 7)  # hidden layers
RATES = (5e-4, 2e-3)
PHOTO_RATES = (1e-3, 2e-3, 5e-3)
FRAMES = 11
PARAMETERS = {"digits": 100_000, "speech": 30_000, "photograph": 3_000}
EPOCHS = {"digits": 20, "speech": 20, "photograph": 160}
SIDE = 60  # pixels of the photograph


def windows(part):
    """Return the windows of all utterances, (N, 11 * 12), and who speaks."""
    utterances = japanese_vowels(part)
    inputs, speakers = [], []
    for vectors, length, speaker in zip(
        utterances.vectors.numpy(), utterances.lengths.tolist(), utterances.speakers.tolist(), strict=True
    ):
        padded = np.pad(vectors[:length], ((FRAMES // 2, FRAMES // 2), (0, 0)), "edge")
        inputs.append(np.lib.stride_tricks.sliding_window_view(padded, FRAMES, 0).reshape(length, -1))
        speakers += [speaker] * length
    return np.concatenate(inputs), dl.tensor(speakers)


def load_speech():
    """Return the windows to learn from and those to test, with mean 0 and variance 1 of each input."""
    (inputs, speakers), (test_inputs, test_speakers) = windows("TRAIN"), windows("TEST")
    mean, scale = inputs.mean(0), inputs.std(0)
    return [(dl.tensor((x - mean) / scale), labels) for x, labels in ((inputs, speakers), (test_inputs, test_speakers))]


def load_photograph():
    """Return the places of the pixels of a flower, from -1 to 1, and their colours, from 0 to 1."""
    pixels = load_sample_image("flower.jpg")[:420, 100:520] / 255
    colours = pixels.reshape(SIDE, 420 // SIDE, SIDE, 420 // SIDE, 3).mean((1, 3)).reshape(-1, 3)
    places = np.stack(np.meshgrid(*[np.linspace(-1, 1, SIDE)] * 2, indexing="ij"), -1).reshape(-1, 2)
    return dl.tensor(places, dtype=dl.float32), dl.tensor(colours, dtype=dl.float32)


def network_of(depth, inputs, outputs, parameters):
    """Return the network with so many hidden layers and about so many parameters."""
    # width * (inputs + depth + outputs) + width^2 * (depth - 1) + outputs = parameters, solved for the width.
    linear, square = inputs + depth + outputs, depth - 1
    rest = parameters - outputs
    width = rest / linear if depth == 1 else ((linear**2 + 4 * square * rest) ** 0.5 - linear) / (2 * square)
    return dense(inputs, *[round(width)] * depth, outputs)


def learnt(data, speech, depth, rate, epochs):
    """Return a function of the seed: loss and errors in training, and in the test."""

    def run(seed):
        training, test = load_digits(4000, seed) if data == "digits" else speech
        network = network_of(depth, training[0].shape[1], 10 if data == "digits" else 9, PARAMETERS[data])
        train(network, training, epochs, 50, dl.optim.Adam(network.parameters(), lr=rate))
        return *judge(network, training), *judge(network, test)

    return run


def drawn(photograph, depth, rate, epochs):
    """Return a function of the seed: the root mean square error of each colour of each pixel, from 0 to 1."""

    def run(seed):
        return (colours_of(photograph, depth, rate, epochs) - photograph[1]).square().mean().sqrt().item()

    return run


def colours_of(photograph, depth, rate, epochs):
    """Return the colours that a network draws."""
    network = network_of(depth, 2, 3, PARAMETERS["photograph"])
    optimizer = dl.optim.Adam(network.parameters(), lr=rate)
    train(network, photograph, epochs, 100, optimizer, F.mse_loss)
    with dl.no_grad():
        return network(photograph[0])


def draw(results, errors, photograph, pictures, path):
    """Draw errors over the depth, and the photograph as each network draws it."""
    mosaic = [["photograph"] * 2 + ["digits"] * 2 + ["speech"] * 2, ["original", *DEPTHS]]
    figure, axes_of = plt.subplot_mosaic(mosaic, figsize=(12, 6), height_ratios=[2, 1], layout="constrained")
    axes = axes_of["photograph"]
    draw_curve(axes, DEPTHS, 100 * errors, "training")
    axes.set(title=f"photograph: {PARAMETERS['photograph']:,} parameters", ylabel="error of colours, %")
    axes.set(xlabel="hidden layers", xticks=DEPTHS, ylim=(0, None))
    for name, colours in {"original": photograph[1], **pictures}.items():
        axes_of[name].imshow(colours.numpy().clip(0, 1).reshape(SIDE, SIDE, 3))
        axes_of[name].axis("off")
        axes_of[name].set_title(name if name == "original" else f"{name} layer" + "s" * (name > 1))
    for data, values in results.items():
        axes = axes_of[data]
        draw_curve(axes, DEPTHS, 100 * values[:, :, 1], "training")
        draw_curve(axes, DEPTHS, 100 * values[:, :, 3], "test", "s--")
        axes.set(title=f"{data}: {PARAMETERS[data]:,} parameters", xlabel="hidden layers", xticks=DEPTHS)
        axes.set(ylabel="errors, %", ylim=(0, None))
        axes.legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Train networks of all depths, draw; return 1 where data is missing or a statement comes out otherwise."""
    options = parse(__doc__, seeds=5)
    try:
        speech = load_speech()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    settings = {
        (data, depth, rate): learnt(data, speech, depth, rate, 1 if options.quick else EPOCHS[data])
        for data in ("digits", "speech")
        for depth in DEPTHS
        for rate in RATES
    }
    photograph, epochs = load_photograph(), 1 if options.quick else EPOCHS["photograph"]
    settings |= {
        ("photograph", depth, rate): drawn(photograph, depth, rate, epochs) for depth in DEPTHS for rate in PHOTO_RATES
    }
    found = repeat(settings, options.seeds)
    rates = {d: min(PHOTO_RATES, key=lambda rate, d=d: found["photograph", d, rate].mean()) for d in DEPTHS}
    colours = np.stack([found["photograph", depth, rates[depth]] for depth in DEPTHS], 1)
    pictures = {depth: colours_of(photograph, depth, rates[depth], epochs) for depth in DEPTHS}
    results = {}
    for data in ("digits", "speech"):
        best = [min((found[data, depth, rate] for rate in RATES), key=lambda r: r[:, 0].mean()) for depth in DEPTHS]
        results[data] = np.stack(best, 1)
    path = options.out / "depth_and_width.png"
    draw(results, colours, photograph, pictures, path)

    findings = [
        Finding(
            "photograph: deep networks say more than a wide one with as many parameters",
            "error of colours: " + ", ".join(f"{percent(colours[:, i])} with {d}" for i, d in enumerate(DEPTHS)),
            all(clearly(colours[:, 0] - colours[:, i]) for i in range(1, len(DEPTHS))),
        ),
        Finding(
            "photograph: three layers say more than two",
            f"{percent(colours[:, 1])} with {DEPTHS[1]}, {percent(colours[:, 2])} with {DEPTHS[2]}",
            clearly(colours[:, 1] - colours[:, 2]),
            loose=CLOSE,
        ),
        Finding(
            "photograph: seven layers say more than three",
            f"{percent(colours[:, 2])} with {DEPTHS[2]}, {percent(colours[:, -1])} with {DEPTHS[-1]}",
            clearly(colours[:, 2] - colours[:, -1]),
            expected=False,
        ),
    ]
    print("rates for the photograph: " + ", ".join(f"{rate:g} with {depth}" for depth, rate in rates.items()))
    for data, inputs in (("digits", 784), ("speech", 12 * FRAMES)):
        networks = [network_of(depth, inputs, 10, PARAMETERS[data]) for depth in DEPTHS]
        print(f"{data}: " + ", ".join(f"{parameters_of(network):,} parameters" for network in networks))
        errors = results[data][:, :, 3]
        measured = ", ".join(f"{percent(errors[:, i])} with {depth}" for i, depth in enumerate(DEPTHS))
        measured += f"; in training at most {100 * results[data][:, :, 1].mean(0).max():.1f} %"
        findings += [
            Finding(
                f"{data}: two hidden layers are better than one with as many parameters",
                f"errors in the test: {measured}",
                clearly(errors[:, 0] - errors[:, 1]),
                expected=data == "digits",  # of 270 utterances one layer makes as much
                loose=CLOSE if data == "digits" else "",
            ),
            Finding(
                f"{data}: the deeper, the better",
                f"errors in the test: {measured}",
                clearly(errors[:, 1] - errors[:, -1]),
                expected=False,  # deeper ones are harder to train, and this is little data
            ),
        ]
    return conclude(findings, path, options.quick)


if __name__ == "__main__":
    sys.exit(main())
