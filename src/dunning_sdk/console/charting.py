"""Bars drawn on the server as SVG, in the colors of the page.

Decides how a bar chart looks; no style or script stands in it, since pages allow none. Each series
has its own pattern of edges, and the figures stand below the chart in a table, so that neither
color nor eyes are needed.

>>> chart = Bars(id="c", title="Owed", unit="EUR", series=("Owed",), groups=(("now", (5,)),))
>>> bars_svg(chart).count("<rect")
2
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

WIDTH: Final = 760
HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 12, 40, 34
_TICKS: Final = 4
_FILL: Final = Decimal("0.72")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Groups of bars side by side.

    Attributes:
        id: Unique on a page.
        title: What it shows.
        unit: Of the values.
        series: Names of the bars within each group; at most four can be told apart.
        groups: Label and one value for each series, not negative; ``None`` draws no bar.
    """

    id: str
    title: str
    unit: str
    series: tuple[str, ...]
    groups: tuple[tuple[str, tuple[int | None, ...]], ...]


def bars_svg(chart: Bars) -> str:
    """Return a chart as the text of an SVG element."""
    most = max((value or 0 for _, values in chart.groups for value in values), default=0)
    top = _nice(most) * _TICKS
    name = escape(chart.id, quote=True)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12">',
            f'<title id="{name}-title">{escape(chart.title)}</title>',
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
            *_axis(chart, top),
            *_legend(chart),
            *_bars(chart, top),
            "</svg>",
        )
    )


def _bars(chart: Bars, top: int) -> Iterator[str]:
    wide = Decimal(WIDTH - _LEFT - _RIGHT) / max(len(chart.groups), 1)
    each = wide * _FILL / max(len(chart.series), 1)
    for place, (label, values) in enumerate(chart.groups):
        left = _LEFT + place * wide
        middle = left + wide / 2
        yield (
            f'<text x="{middle:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(label)}</text>'
        )
        for number, value in enumerate(values):
            if value is None:
                continue
            high = Decimal(HEIGHT - _TOP - _BOTTOM) * value / top
            at = left + wide * (1 - _FILL) / 2 + number * each
            yield (
                f'<rect class="bar-{number % 4 + 1}" x="{at:.1f}" '
                f'y="{HEIGHT - _BOTTOM - high:.1f}" width="{each - 2:.1f}" height="{high:.1f}"/>'
            )


def _axis(chart: Bars, top: int) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = top * tick // _TICKS
        y = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * tick // _TICKS
        css = "tick" if tick == 0 else "grid"
        yield f'<line class="{css}" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        shown = f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
        yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{shown}</text>'
    yield f'<text x="{_LEFT - 6}" y="16" text-anchor="end">{escape(chart.unit)}</text>'


def _legend(chart: Bars) -> Iterator[str]:
    if len(chart.series) < 2:
        return
    for number, name in enumerate(chart.series):
        x = _LEFT + number * 190
        yield f'<rect class="bar-{number % 4 + 1}" x="{x}" y="8" width="12" height="12"/>'
        yield f'<text x="{x + 18}" y="18">{escape(name)}</text>'


def _nice(most: int) -> int:
    """Return a round step of which `_TICKS` reach the most."""
    step = 1
    while step * _TICKS < most:
        step = next((step * times for times in (2, 5) if step * times * _TICKS >= most), step * 10)
    return step
