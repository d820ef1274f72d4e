"""Spend the same number of parameters on depth or on width.

    python examples/depth_and_width.py

Networks of one to seven hidden layers, each as wide as makes about the same number of parameters: on digits, and on
speech, as in the lecture's figures, though little of it: 270 utterances of nine men, and who says what one hears
for 11 frames (JapaneseVowels). Each gets the better of two learning rates, by its loss in training.
"""

import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from experiments import (
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

DEPTHS = (1, 2, 3, 5, 7)  # hidden layers
RATES = (5e-4, 2e-3)
FRAMES = 11
PARAMETERS = {"digits": 100_000, "speech": 30_000}
EPOCHS = {"digits": 20, "speech": 20}


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


def draw(results, path):
    """Draw errors over the depth."""
    figure, all_axes = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    for axes, (data, values) in zip(all_axes, results.items(), strict=True):
        draw_curve(axes, DEPTHS, 100 * values[:, :, 1], "training")
        draw_curve(axes, DEPTHS, 100 * values[:, :, 3], "test", "s--")
        axes.set(title=f"{data}: networks of {PARAMETERS[data]:,} parameters", xlabel="hidden layers", xticks=DEPTHS)
        axes.set(ylabel="errors, %", ylim=(0, None))
        axes.legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Train networks of all depths, draw; return 1 where data is missing or a statement does not hold that should."""
    options = parse(__doc__, seeds=5)
    try:
        speech = load_speech()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    settings = {
        (data, depth, rate): learnt(data, speech, depth, rate, 1 if options.quick else EPOCHS[data])
        for data in PARAMETERS
        for depth in DEPTHS
        for rate in RATES
    }
    found = repeat(settings, options.seeds)
    results = {}
    for data in PARAMETERS:
        best = [min((found[data, depth, rate] for rate in RATES), key=lambda r: r[:, 0].mean()) for depth in DEPTHS]
        results[data] = np.stack(best, 1)
    path = options.out / "depth_and_width.png"
    draw(results, path)

    findings = []
    for data, inputs in (("digits", 784), ("speech", 12 * FRAMES)):
        networks = [network_of(depth, inputs, 10, PARAMETERS[data]) for depth in DEPTHS]
        print(f"{data}: " + ", ".join(f"{parameters_of(network):,} parameters" for network in networks))
        errors = results[data][:, :, 3]
        measured = ", ".join(f"{percent(errors[:, i])} with {depth}" for i, depth in enumerate(DEPTHS))
        findings += [
            Finding(
                f"{data}: two hidden layers are better than one with as many parameters",
                f"errors in the test: {measured}",
                clearly(errors[:, 0] - errors[:, 1]),
                expected=data == "digits",  # of 270 utterances one layer makes as much
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
