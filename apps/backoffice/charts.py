"""A bar chart as plain SVG values: no script, readable by screen readers through its table."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

WIDTH, HEIGHT, GAP = 720, 180, 4
MOST_LINES: Final = 4


def bar_chart(
    points: Sequence[tuple[date, int, str]], say: Callable[[int], str] = str
) -> dict[str, Any]:
    """Bars for `(day, value, label)`; coordinates in a box of 720 x 180. `say` writes the values of the axis, which are
    round numbers from zero up to the first one that is not below any bar, and down where a bar is below zero."""
    highest = max((value for _, value, _ in points if value > 0), default=0)
    lowest = min((value for _, value, _ in points if value < 0), default=0)
    step = step_for(highest - lowest)
    top, bottom = step * -(-highest // step), step * (lowest // step)
    scale = HEIGHT / (top - bottom) if top - bottom else 0
    width = WIDTH / max(len(points), 1)
    bars = [
        {
            "x": round(index * width + GAP / 2, 1),
            "y": round((top - max(value, 0)) * scale),
            "width": round(width - GAP, 1),
            "height": round(abs(value) * scale),
            "is_below": value < 0,
            "day": day,
            "label": label,
        }
        for index, (day, value, label) in enumerate(points)
    ]
    lines = [
        {
            "label": say(value),
            "y": round((top - value) * scale, 1),
            "at": 100 * (top - value) / (top - bottom),
        }
        for value in range(bottom, top + 1, step)
        if scale
    ]
    return {
        "bars": bars,
        "lines": lines,
        "middle": points[len(points) // 2][0] if points else None,
        "width": WIDTH,
        "height": HEIGHT,
        "is_empty": not (highest or lowest),
    }


def category_bars(points: Sequence[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """A lying bar for each `(name, value, label)`; `share` is its length in percent of the longest one."""
    highest = max((abs(value) for _, value, _ in points), default=0)
    return [
        {
            "name": name,
            "label": label,
            "share": round(100 * abs(value) / highest, 1) if highest else 0,
            "is_below": value < 0,
        }
        for name, value, label in points
    ]


def step_for(highest: int) -> int:
    """1, 2 or 5 with zeros behind it, so that at most four steps reach the highest value."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * MOST_LINES >= highest:
                return digit * power
        power *= 10
