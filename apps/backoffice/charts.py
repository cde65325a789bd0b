"""A bar chart as plain SVG values: no script, readable by screen readers through its table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

WIDTH, HEIGHT, GAP = 720, 180, 4


def bar_chart(points: Sequence[tuple[date, int, str]]) -> dict[str, Any]:
    """Bars for `(day, value, label)`, scaled to the highest; coordinates in a box of 720 x 180."""
    highest = max((value for _, value, _ in points), default=0)
    step = WIDTH / max(len(points), 1)
    bars = []
    for index, (day, value, label) in enumerate(points):
        height = round(value * HEIGHT / highest) if highest else 0
        bars.append(
            {
                "x": round(index * step + GAP / 2, 1),
                "y": HEIGHT - height,
                "width": round(step - GAP, 1),
                "height": height,
                "day": day,
                "label": label,
            }
        )
    top = next((label for _, value, label in points if value == highest), "")
    return {"bars": bars, "width": WIDTH, "height": HEIGHT, "top": top, "is_empty": highest == 0}
