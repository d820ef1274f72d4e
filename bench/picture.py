"""Draws the ratios, bench/RESULTS.png."""

from pathlib import Path

from .bars import Measurement, limit_of, ratio
from .cases import CASES

_WIDEST = 1.6  # bars end here; what is longer has its number beside it
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#777777", "#994f00")


def draw(measurements: list[Measurement], path: Path) -> bool:
    """Draw one panel per direction and number of threads; return whether there was something to draw, and a way."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    found = {(m["case"], m["direction"], m["threads"]): r for m in measurements if (r := ratio(m)) is not None}
    names = [name for name in (*CASES, "busy/matmul_1024") if any(key[0] == name for key in found)]
    if not names:
        return False
    panels = [
        (direction, threads) for direction in ("forward", "both") for threads in sorted({key[2] for key in found})
    ]
    families = list(dict.fromkeys(name.split("/")[0] for name in names))
    colours = {family: _COLOURS[i % len(_COLOURS)] for i, family in enumerate(families)}
    # A gap of one row between families.
    place = {name: i + families.index(name.split("/")[0]) for i, name in enumerate(names)}

    height = 1.5 + 0.19 * (len(names) + len(families))
    figure, axes = plt.subplots(1, len(panels), sharey=True, squeeze=False, figsize=(3 + 3 * len(panels), height))
    for axis, (direction, threads) in zip(axes[0], panels, strict=True):
        for name in names:
            # A step is neither forward nor both, and stands with forward + backward, which it contains.
            is_step = name in CASES and CASES[name].directions() == ("step",)
            key = (name, "step" if is_step and direction == "both" else direction, threads)
            limit = limit_of(name, key[1])
            if limit is not None:
                axis.plot([limit] * 2, [place[name] - 0.5, place[name] + 0.5], color="black", linewidth=1.3)
            if key in found:
                _bar(axis, place[name], found[key], colours[name.split("/")[0]])
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set_xlim(0, _WIDEST)
        axis.set_ylim(max(place.values()) + 0.8, -0.8)
        title = "forward" if direction == "forward" else "forward + backward"
        axis.set_title(f"{title}, {threads} thread{'s' if threads > 1 else ''}", fontsize=10)
        axis.set_xlabel("time / best peer's", fontsize=9)
        axis.tick_params(labelsize=8)
        axis.grid(axis="x", alpha=0.3)
    axes[0][0].set_yticks([place[name] for name in names], names, fontsize=8)
    title = "dlcore's time over the best peer's: a tick is the limit (of the family's mean, where a case has none)"
    figure.suptitle(title, fontsize=11, y=1 - 0.15 / height)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.3 / height))
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
    return True


def _bar(axis, y: int, quartiles: tuple[float, float, float], colour: str) -> None:
    low, middle, high = quartiles
    axis.barh(y, min(middle, _WIDEST), height=0.75, color=colour, alpha=0.9 if middle <= 1 else 0.45)
    axis.plot([min(low, _WIDEST), min(high, _WIDEST)], [y, y], color="black", linewidth=0.8)
    if middle > _WIDEST:
        axis.text(_WIDEST - 0.03, y, f"{middle:.2f}", ha="right", va="center", fontsize=7)
