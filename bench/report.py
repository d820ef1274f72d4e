"""Writes what was measured as a document, bench/RESULTS.md."""

from typing import Any

from .bars import Measurement, best_peer, ratio, verdicts
from .cases import CASES
from .sides import TITLES

Run = dict[str, Any]
Runs = dict[str, Run]

DIRECTIONS = {"forward": "forward", "both": "forward + backward", "step": "step"}

INTRODUCTION = """\
# Results

Written by `python -m bench.compare`. In each round every side does the same work once, in a process of its own, while
the others sleep; who begins changes from round to round. Times are medians of the rounds. **Ratio** is dlcore's time
over the best peer's (the one with the smallest median) in the same round: median (quartiles); below 1, dlcore is
faster. All sides compute the same: norms of results and gradients are compared. PyTorch is in eager mode,
`torch.compile` and `jax.jit` have compiled before anything is timed. Everything is float32.

**Peak** is the share that dlcore reaches of the peak measured in the same run: of fused multiply-adds in registers,
where the operations of the textbook's formula are counted (an algorithm that needs fewer may pass 100 %), or, where a
time has a *, of the bandwidth of a triad over arrays that no cache holds, where each tensor is counted once (data that
is still in a cache may pass 100 %).
"""


def share(measurement: Measurement, runs: Runs) -> float | None:
    """Return the share of the peak that dlcore reaches."""
    case, seconds = CASES.get(measurement["case"]), measurement["seconds"].get("dlcore")
    peaks = runs[measurement["run"]]["peak"]
    if case is None or seconds is None or not peaks:
        return None
    amount, unit = case.amount(measurement["direction"])
    return amount / seconds / peaks[str(measurement["threads"])][unit] if amount else None


def shares(measurements: list[Measurement], runs: Runs) -> dict[tuple[str, str, int], float]:
    """Return all shares, by case, direction and threads."""
    every = {(m["case"], m["direction"], m["threads"]): share(m, runs) for m in measurements}
    return {key: value for key, value in every.items() if value is not None}


def duration(seconds: float | None) -> str:
    """Write a time in the unit that suits it."""
    if seconds is None:
        return "-"
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Lay out a table; numbers to the right, the first column to the left."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def _bars(measurements: list[Measurement], runs: Runs) -> str:
    rows = [
        [
            v.title,
            DIRECTIONS[v.direction],
            str(v.threads),
            v.reached,
            v.limit,
            "**MISSED**" if v.state == "MISSED" else v.state,
        ]
        for v in verdicts(measurements, shares(measurements, runs))
    ]
    if not rows:
        return ""
    note = "Of each-bars, the largest ratio is shown, or every one that misses.\n\n"
    return "## Bars\n\n" + note + _table(["bar", "direction", "threads", "reached", "limit", ""], rows)


def _runs(runs: Runs) -> str:
    lines = ["## Machine\n"]
    for run in runs.values():
        versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        lines.append(f"- {run['date']}: {run['machine']}; level {run['level']}; commit {run['commit']}; {versions}.")
        for threads, peak in (run["peak"] or {}).items():
            lines.append(
                f"  Peak, {threads} thread{'s' if threads != '1' else ''}: "
                f"{peak['flops'] / 1e9:.0f} GFLOP/s, {peak['bytes'] / 1e9:.1f} GB/s."
            )
    return "\n".join(lines) + "\n"


def _row(m: Measurement, sides: list[str], runs: Runs) -> list[str]:
    case, middle, best = CASES.get(m["case"]), ratio(m), best_peer(m)
    part, name = share(m, runs), m["case"].partition("/")[2]
    star = "*" if part is not None and case is not None and case.amount(m["direction"])[1] == "bytes" else ""
    times = [duration(m["seconds"].get(side)) + (star if side == "dlcore" else "") for side in sides]
    return [
        name,
        DIRECTIONS[m["direction"]],
        str(m["threads"]),
        *times,
        "-" if middle is None else f"{middle[1]:.3f} ({middle[0]:.3f}, {middle[2]:.3f})",
        TITLES.get(best or "", best or "-"),
        "-" if part is None else f"{part:.0%}",
    ]


def _family(family: str, measurements: list[Measurement], runs: Runs) -> str:
    sides = [side for side in TITLES if any(side in m["seconds"] for m in measurements)]
    head = ["case", "direction", "threads", *(TITLES[side] for side in sides), "ratio", "best peer", "peak"]
    return f"## {family}\n\n" + _table(head, [_row(m, sides, runs) for m in measurements])


def _failures(measurements: list[Measurement]) -> str:
    """List what a side could not do; that JAX has no such function is no failure, and said in short."""
    said: dict[str, list[str]] = {}
    for m in measurements:
        for side, why in m["failed"].items():
            what = f"{TITLES.get(side, side)}: {why}"
            said.setdefault(what, []).append(f"{m['case']} ({DIRECTIONS[m['direction']]}, {m['threads']})")
    if not said:
        return ""
    lines = [f"- {what.replace('|', '/')}: {', '.join(dict.fromkeys(cases))}" for what, cases in said.items()]
    return "## Not measured\n\nIn brackets: direction and threads.\n\n" + "\n".join(lines) + "\n"


def document(measurements: list[Measurement], runs: Runs, picture: bool) -> str:
    """Return the whole document."""
    order = {name: i for i, name in enumerate(CASES)}
    ranks = {direction: i for i, direction in enumerate(DIRECTIONS)}
    measurements = sorted(
        measurements, key=lambda m: (order.get(m["case"], len(order)), ranks[m["direction"]], m["threads"])
    )
    used = {m["run"] for m in measurements}
    parts = [INTRODUCTION, _runs({key: run for key, run in runs.items() if key in used}), _bars(measurements, runs)]
    if picture:
        parts.append("![Ratios](RESULTS.png)\n")
    families = dict.fromkeys(m["case"].split("/")[0] for m in measurements)
    for family in families:
        parts.append(_family(family, [m for m in measurements if m["case"].split("/")[0] == family], runs))
    parts.append(_slowdowns(measurements))
    parts.append(_failures(measurements))
    return "\n".join(part for part in parts if part)


def _slowdowns(measurements: list[Measurement]) -> str:
    lines = [
        f"In `{m['case']}` the ratio is one of slowdowns: "
        + ", ".join(f"{TITLES[side]} takes {value:.2f} times as long" for side, value in m["slowdowns"].items())
        + " while a core is held; the times are those.\n"
        for m in measurements
        if "slowdowns" in m
    ]
    return "\n".join(lines)
