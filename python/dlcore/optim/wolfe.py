"""A line search that ends at a point fulfilling the strong Wolfe conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .._core import Tensor

Evaluate = Callable[[float], "Point"]


@dataclass(frozen=True)
class Point:
    """A place on the line: how far along, the loss there, its gradient, and its slope along the line."""

    t: float
    loss: float
    gradient: Tensor
    slope: float


def cubic_minimum(a: Point, b: Point, low: float, high: float) -> float:
    """Return where the cubic through two points with their slopes is least, in [low, high]; the middle without one."""
    if a.t == b.t:
        return (low + high) / 2
    if a.t > b.t:
        a, b = b, a
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if not square >= 0:
        return (low + high) / 2
    d2 = math.sqrt(square)
    width = b.slope - a.slope + 2 * d2
    at = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / width) if width != 0 else math.nan
    return (low + high) / 2 if math.isnan(at) else min(max(at, low), high)


def strong_wolfe(
    evaluate: Evaluate,
    start: Point,
    t: float,
    size: float,
    tolerance_change: float = 1e-9,
    evaluations: int = 25,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> tuple[Point, int]:
    """Find a step that lowers the loss enough (c1) and leaves little slope (c2).

    Source: Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6, with the safeguards of minFunc.

    Args:
        evaluate: gives the point at a step.
        start: the point at step 0, with a negative slope.
        t: the first step to try.
        size: the largest component of the direction.
        tolerance_change: a bracket in which no component moves more than that is left as it is.
        evaluations: how many further ones are allowed.
        c1: the part of the slope at the start that the loss has to fall by.
        c2: the part of it that may be left.

    Returns:
        The point, and how often `evaluate` was called.
    """

    def too_high(point: Point) -> bool:
        return point.loss > start.loss + c1 * point.t * start.slope

    def flat(point: Point) -> bool:
        return abs(point.slope) <= -c2 * start.slope

    before, point, count = start, evaluate(t), 0
    bracket = [start, point]
    while count < evaluations:
        if too_high(point) or (count > 1 and point.loss >= before.loss):
            bracket = [before, point]
            break
        if flat(point):
            return point, count + 1
        if point.slope >= 0:
            bracket = [before, point]
            break
        low, high = point.t + 0.01 * (point.t - before.t), point.t * 10
        before, point = point, evaluate(cubic_minimum(before, point, low, high))
        count += 1
    else:
        bracket = [start, point]

    low, high = sorted((0, 1), key=lambda i: bracket[i].loss)
    stuck = False
    while count < evaluations:
        left, right = sorted(p.t for p in bracket)
        if (right - left) * size < tolerance_change:
            break
        t = cubic_minimum(*bracket, left, right)
        margin = 0.1 * (right - left)
        near = min(right - t, t - left) < margin
        if near and (stuck or t >= right or t <= left):  # twice close to an end, or at it: a tenth away from it
            t = right - margin if abs(t - right) < abs(t - left) else left + margin
            near = False
        stuck = near

        point = evaluate(t)
        count += 1
        if too_high(point) or point.loss >= bracket[low].loss:
            bracket[high] = point
            low, high = sorted((0, 1), key=lambda i: bracket[i].loss)
            continue
        done = flat(point)
        if not done and point.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = point
        if done:
            break
    return bracket[low], count + 1
