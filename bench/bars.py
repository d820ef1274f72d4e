"""What dlcore has to reach: limits on the ratio of its time to the best peer's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Any

from .cases import CASES

Measurement = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """A limit for the cases that a pattern finds: for each of them, or for the geometric mean of all."""

    title: str
    pattern: str
    limits: dict[str, float]  # by direction
    mean: bool = False
    triad: float | None = None  # the share of the triad's bandwidth that will do instead, forward

    def names(self) -> list[str]:
        """Return the cases it is about."""
        return [name for name in (*CASES, "busy/matmul_1024") if re.search(self.pattern, name)]


@dataclass(frozen=True)
class Verdict:
    """A bar in one direction, at one number of threads."""

    title: str
    direction: str
    threads: int
    reached: str
    limit: str
    state: str  # met, MISSED, or incomplete: met by the cases that were measured


def _both(forward: float, both: float) -> dict[str, float]:
    return {"forward": forward, "both": both}


BARS = [
    Bar("matmul: square, skinny, batched", r"^matmul/(square|skinny|batched)/", _both(0.85, 0.85), mean=True),
    Bar("conv 3x3, stride 1, C >= 32", r"^conv/3x3/", _both(0.65, 0.65), mean=True),
    Bar("conv 1x1", r"^conv/1x1/", _both(0.75, 0.5)),
    Bar("conv on 3 channels, first layers", r"^conv/first/", _both(0.75, 0.5)),
    Bar("conv 5x5 on one channel", r"^conv/one_channel/", _both(0.75, 0.5)),
    Bar("conv 3x3, depthwise", r"^conv/depthwise/", _both(0.75, 0.5)),
    Bar("attention", r"^attention/(full|causal)/", _both(0.75, 0.72), mean=True),
    Bar("attention", r"^attention/(full|causal)/", _both(0.85, 0.85)),
    Bar("attention, window of 128, over full", r"^attention/window/", _both(0.15, 0.15)),
    Bar("grid_sample bilinear, bicubic", r"^grid_sample/(bilinear|bicubic)/", _both(0.6, 0.45)),
    Bar("grid_sample nearest", r"^grid_sample/nearest/", _both(0.9, 0.7)),
    Bar(
        "softmax, layer_norm, gelu, tanh, exp on 16 MB",
        r"^(reduction/softmax|norm/layer_norm|elementwise/(exp|tanh|gelu|gelu_tanh))$",
        _both(0.8, 0.8),
        triad=0.85,
    ),
    Bar("matmul 1024, a core held by another process", r"^busy/", {"forward": 0.8}),
    Bar("add two numbers", r"^small/add$", {"step": 0.35}),
    Bar("three ops on four elements", r"^small/three_ops$", {"step": 0.2}),
    Bar("training step of a small network", r"^small/training_step$", {"step": 0.15}),
    Bar("a transformer's encoder layer", r"^model/encoder_layer$", {"step": 0.65}),
    Bar("64 tokens of a decoder of 6 layers", r"^model/generate_64$", {"step": 0.3}),
    Bar("an epoch of the CNN, of the spatial transformer", r"^epoch/", {"step": 0.6}),
    Bar("Adam's step over 10 million parameters", r"^optim/adam$", {"step": 0.8}),
    Bar("an LSTM of 64 to 128 features, 32 sequences of 50", r"^recurrence/lstm$", {"step": 0.5}),
]

# Shares of the peak, by case, direction and threads. Adam: at most 1.15 of the time that its bytes take in the triad.
SHARE = {
    ("matmul/square/1024", "forward", 1): 0.9,
    ("optim/adam", "step", 1): 1 / 1.15,
    ("optim/adam", "step", 2): 1 / 1.15,
}


def best_peer(measurement: Measurement) -> str | None:
    """Return the peer with the smallest median."""
    peers = measurement["ratios"]
    return min(peers, key=lambda peer: measurement["seconds"][peer]) if peers else None


def ratio(measurement: Measurement) -> tuple[float, float, float] | None:
    """Return the ratio to the best peer: lower quartile, median, upper quartile."""
    peer = best_peer(measurement)
    return None if peer is None else tuple(measurement["ratios"][peer])


def limit_of(name: str, direction: str) -> float | None:
    """Return the limit for a case by itself, or, where only its family's mean has one, that."""
    bars = [bar for bar in BARS if direction in bar.limits and re.search(bar.pattern, name)]
    return min(bars, key=lambda bar: bar.mean).limits[direction] if bars else None


def verdicts(measurements: list[Measurement], shares: dict[tuple[str, str, int], float]) -> Iterator[Verdict]:
    """Hold the measurements to the bars; `shares` of the peak, by case, direction and threads."""
    found = {(m["case"], m["direction"], m["threads"]): m for m in measurements}
    counts = sorted({m["threads"] for m in measurements})
    for bar in BARS:
        names = bar.names()
        for direction, limit in bar.limits.items():
            for threads in counts:
                keys = [(name, direction, threads) for name in names]
                ratios = {key: r[1] for key in keys if key in found and (r := ratio(found[key])) is not None}
                if ratios:
                    yield _verdict(bar, direction, threads, limit, ratios, len(names), shares)
    for (name, direction, threads), limit in SHARE.items():
        if (share := shares.get((name, direction, threads))) is not None:
            what, state = f"{name}, share of the peak", "met" if share >= limit else "MISSED"
            yield Verdict(what, direction, threads, f"{share:.1%}", f">= {limit:.0%}", state)


def _verdict(
    bar: Bar,
    direction: str,
    threads: int,
    limit: float,
    ratios: dict[tuple[str, str, int], float],
    wanted: int,
    shares: dict[tuple[str, str, int], float],
) -> Verdict:
    part = "" if len(ratios) == wanted else f" ({len(ratios)} of {wanted} cases)"

    def verdict(title: str, reached: str, shown: str, holds: bool) -> Verdict:
        state = "MISSED" if not holds else "incomplete" if part else "met"
        return Verdict(title, direction, threads, reached + part, shown, state)

    if bar.mean:
        value = geometric_mean(ratios.values())
        return verdict(f"{bar.title}: geometric mean", f"{value:.3f}", f"<= {limit}", value <= limit)
    missed = {
        key: value
        for key, value in ratios.items()
        if value > limit and not (bar.triad and direction == "forward" and shares.get(key, 0) >= bar.triad)
    }
    reached = ", ".join(f"{key[0].partition('/')[2]} {value:.3f}" for key, value in missed.items())
    shown = f"<= {limit}" + (f", or {bar.triad:.0%} of the triad" if bar.triad and direction == "forward" else "")
    title = bar.title + (": each" if wanted > 1 else "")
    return verdict(title, reached or f"{max(ratios.values()):.3f}", shown, not missed)
