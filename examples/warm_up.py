"""Train Transformers with and without a learning rate that rises at first.

    python examples/warm_up.py

From the letters of English words to their phonemes (see phonemes.py), with six layers on each side, by Adam, for 300
steps. The normalization stands after each residual sum, as in the first Transformer: with several rates, that rise over
the first quarter of the steps or are the same from the first one on. Beside it, with one of these rates, stands the
normalization before each block. Each word is learnt from once, so the last training losses tell which rate is the best;
what is compared is the loss of words held out.
"""

import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from dlcore.models import Seq2SeqTransformer
from experiments import Finding, clearly, conclude, draw_curve, parse, repeat, standard_error
from phonemes import Alphabet, load_words, loader_of, split
from real_data import DataUnavailableError
from sequences import PADDING, token_loss

BATCH = 32
RATES = (5e-4, 1e-3, 2e-3, 4e-3)
SHOWN_RATE = 4e-3  # of the curves, and with the normalization before each block
NORMS = {"after": False, "before": True}
WARM_UP = {"no warm-up": 0.0, "warm-up": 0.25}  # of the steps


def trained(data, norm_first, rate, warm_up, steps):
    """Return a function of the seed: the training loss of each step, and last the loss of words held out."""
    words, letters, phonemes, training, held_out = data

    def run(seed):
        chosen = np.random.default_rng(seed).permutation(training)[: BATCH * steps]
        model = Seq2SeqTransformer(
            len(letters), len(phonemes), 32, 4, 6, 6, 64, dropout=0.0, norm_first=norm_first, max_len=96,
            padding_idx=PADDING,
        )  # fmt: skip
        optimizer = dl.optim.Adam(model.parameters(), lr=rate, betas=(0.9, 0.98))
        losses = []
        batches = loader_of(words, chosen.tolist(), letters, phonemes, BATCH)
        for step, (source, target, wanted) in zip(range(steps), batches, strict=False):
            optimizer.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / max(1.0, warm_up * steps))
            loss = token_loss(model(source, target), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        model.eval()
        with dl.no_grad():
            source, target, wanted = held_out
            return [*losses, token_loss(model(source, target), wanted).item()]

    return run


def draw(results, steps, path):
    """Draw the training loss over the steps for each place of the normalization, and what each rate comes to."""
    figure, (*curves, ends) = plt.subplots(1, 3, figsize=(14, 4.5), layout="constrained")
    window = max(1, steps // 20)
    for axes, norm in zip(curves, NORMS, strict=True):
        for name in WARM_UP:
            losses = results[norm, SHOWN_RATE, name][:, :-1]
            means = np.stack([np.convolve(row, np.ones(window) / window, "valid") for row in losses])
            draw_curve(axes, np.arange(means.shape[1]) + window, means, name, "-")
        axes.set(title=f"Normalization {norm} each block, rate {SHOWN_RATE:g}", xlabel="step", ylabel="training loss")
        axes.set(ylim=(1, 4))
        axes.legend()
    for name, style in zip(WARM_UP, ("o-", "s-"), strict=True):
        losses = np.stack([results["after", rate, name][:, -1] for rate in RATES], 1)
        draw_curve(ends, RATES, losses, name, style)
    ends.set(title="Normalization after each block", xlabel="learning rate", ylabel="loss of words held out")
    ends.set(xscale="log", xticks=RATES, xticklabels=[f"{rate:g}" for rate in RATES])
    ends.minorticks_off()
    ends.legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def best_rate(results, norm, name):
    """Return the rate of the lowest loss in the last tenth of the steps of training."""

    def last(rate):
        losses = results[norm, rate, name][:, :-1]
        return losses[:, -max(1, losses.shape[1] // 10) :].mean()

    return min(RATES, key=last)


def main():
    """Train all, draw; return 1 where data is missing or a statement comes out otherwise than in the table."""
    options = parse(__doc__, seeds=5)
    steps = 10 if options.quick else 300
    try:
        words = load_words()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    training, _, test = split(words, 0, False)
    letters, phonemes = Alphabet(words), Alphabet(spoken for several in words.values() for spoken in several)
    (held_out,) = loader_of({word: words[word][:1] for word in test[:500]}, test[:500], letters, phonemes, 500, False)
    data = words, letters, phonemes, training, held_out
    tried = [("after", rate) for rate in RATES] + [("before", SHOWN_RATE)]
    settings = {
        (norm, rate, name): trained(data, NORMS[norm], rate, WARM_UP[name], steps)
        for norm, rate in tried
        for name in WARM_UP
    }
    results = repeat(settings, options.seeds)
    path = options.out / "warm_up.png"
    draw(results, steps, path)

    ends = {how: losses[:, -1] for how, losses in results.items()}
    gained = {how: ends[*how, "no warm-up"] - ends[*how, "warm-up"] for how in tried}
    best = {name: best_rate(results, "after", name) for name in WARM_UP}
    chosen = [ends["after", rate, name] for name, rate in best.items()]
    findings = [
        Finding(
            f"with the normalization after each block, warm-up allows a rate of {SHOWN_RATE:g}",
            "; ".join(f"rate {rate:g}: {_two(ends, 'after', rate)}" for rate in RATES),
            clearly(gained["after", SHOWN_RATE]),
        ),
        Finding(
            f"and a rate of {RATES[1]:g} too is better with it",
            _two(ends, "after", RATES[1]),
            clearly(gained["after", RATES[1]]),
            expected=False,
        ),
        Finding(
            "each with its best rate, warm-up ends better",
            "{}, rate {:g}, without; {}, rate {:g}, with warm-up".format(
                *(part for values, rate in zip(chosen, best.values(), strict=True) for part in (_text(values), rate))
            ),
            clearly(chosen[0] - chosen[1]),
        ),
        Finding(
            f"with the normalization before each block it gains less from warm-up at a rate of {SHOWN_RATE:g}",
            _two(ends, "before", SHOWN_RATE),
            clearly(gained["after", SHOWN_RATE] - gained["before", SHOWN_RATE]),
        ),
    ]
    return conclude(findings, path, options.quick)


def _two(ends, norm, rate):
    without, with_it = (ends[norm, rate, name] for name in WARM_UP)
    return f"{_text(without)} without, {_text(with_it)} with warm-up"


def _text(values):
    return f"{values.mean():.2f} ± {standard_error(values):.2f}"


if __name__ == "__main__":
    sys.exit(main())
