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
    round numbers up to the first one that is not below any bar."""
    highest = max((value for _, value, _ in points), default=0)
    step = step_for(highest)
    top = step * -(-highest // step)
    width = WIDTH / max(len(points), 1)
    bars = []
    for index, (day, value, label) in enumerate(points):
        height = round(value * HEIGHT / top) if top else 0
        bars.append(
            {
                "x": round(index * width + GAP / 2, 1),
                "y": HEIGHT - height,
                "width": round(width - GAP, 1),
                "height": height,
                "day": day,
                "label": label,
            }
        )
    lines = [
        {
            "label": say(value),
            "y": round(HEIGHT - value * HEIGHT / top, 1),
            "at": 100 - 100 * value / top,
        }
        for value in range(0, top + 1, step)
        if top
    ]
    return {
        "bars": bars,
        "lines": lines,
        "middle": points[len(points) // 2][0] if points else None,
        "width": WIDTH,
        "height": HEIGHT,
        "is_empty": highest == 0,
    }


def step_for(highest: int) -> int:
    """1, 2 or 5 with zeros behind it, so that at most four steps reach the highest value."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * MOST_LINES >= highest:
                return digit * power
        power *= 10
