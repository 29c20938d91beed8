"""Draw lines over days as SVG: plain text, no font, script or style from elsewhere.

Decides how a chart looks. It can be read without color, since every line has its own dashes and
a name in the legend, and without eyes, since it has a title and says its figures in words. A page
with a sheet of styles may color its parts anew by their classes, in the dark for instance.

>>> chart = Chart(id="c", title="Acts", unit="acts", series=(Series("a", ((0, 1), (7, 3))),))
>>> chart_svg(chart).startswith('<svg xmlns="http://www.w3.org/2000/svg" role="img"')
True
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Final

WIDTH: Final = 760
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 16, 44, 44
_LINES: Final = (("#0b5394", ""), ("#b45f06", "7 4"), ("#38761d", "2 3"), ("#741b47", "9 3 2 3"))
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One line.

    Attributes:
        name: For the legend.
        points: Place and value, not negative; places ascending.
    """

    name: str
    points: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over one axis.

    Attributes:
        id: Unique on a page; also the name of its file.
        title: What it shows.
        unit: Of the values.
        series: The lines; at most four can be told apart.
        places: Place to its label below the axis; empty labels places by their number.
        is_stepped: Whether a value holds until the next one, as an amount does.
    """

    id: str
    title: str
    unit: str
    series: tuple[Series, ...]
    places: Mapping[int, str] = field(default_factory=dict)
    is_stepped: bool = False


def chart_svg(chart: Chart) -> str:
    """Return a chart as the text of an SVG element that stands by itself."""
    scale = _Scale.of(chart)
    name = escape(chart.id, quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title '
        f'{name}-words" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<title id="{name}-title">{escape(chart.title)}</title>',
        f'<desc id="{name}-words">{escape(chart_words(chart))}</desc>',
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(chart, scale),
        *_legend(chart),
    ]
    for number, series in enumerate(chart.series):
        color, dashes = _LINES[number % len(_LINES)]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        path = _path(series, scale, is_stepped=chart.is_stepped)
        css = f"line-{number % len(_LINES) + 1}"
        parts.append(
            f'<path class="{css}" d="{path}" fill="none" stroke="{color}" '
            f'stroke-width="2"{dashed}/>'
        )
    return "\n".join([*parts, "</svg>\n"])


def chart_words(chart: Chart) -> str:
    """Return what a chart shows, in words: the least, the most and the last of each line."""
    said = [
        f"{one.name}: from {min(values)} to {max(values)} {chart.unit}, {values[-1]} at the end."
        for one in chart.series
        if (values := [value for _, value in one.points])
    ]
    return " ".join(said) or "There is nothing to show."


def chart_png(svg: str) -> bytes:
    """Return the picture of a chart as PNG, drawn by the typesetter of the letters (an extra)."""
    import typst

    page = '#set page(width: auto, height: auto, margin: 0pt)\n#image("chart.svg")\n'
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "chart.svg").write_text(svg, encoding="utf-8")
        source = Path(folder, "chart.typ")
        source.write_text(page, encoding="utf-8")
        return bytes(typst.compile(str(source), format="png", ppi=144))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From places and values to points of the drawing."""

    first: int
    last: int
    step: int

    @classmethod
    def of(cls, chart: Chart) -> "_Scale":
        places = [place for one in chart.series for place, _ in one.points] or [0]
        values = [value for one in chart.series for _, value in one.points] or [0]
        return cls(first=min(places), last=max(places), step=_nice(max(*values, 1)))

    def x(self, place: int) -> str:
        wide = WIDTH - _LEFT - _RIGHT
        span = max(self.last - self.first, 1)
        return _tenths(Decimal(wide * (place - self.first)) / span + _LEFT)

    def y(self, value: int) -> str:
        high = HEIGHT - _TOP - _BOTTOM
        return _tenths(HEIGHT - _BOTTOM - Decimal(high) * value / (self.step * _TICKS))


def _nice(most: int) -> int:
    """Return a round step so that `_TICKS` of them reach the most."""
    step = 1
    while step * _TICKS < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step


def _tenths(number: Decimal) -> str:
    return str(number.quantize(Decimal("0.1")))


def _axes(chart: Chart, scale: _Scale) -> Iterator[str]:
    right = WIDTH - _RIGHT
    yield f'<text x="8" y="18" font-weight="bold">{escape(chart.title)}</text>'
    for tick in range(_TICKS + 1):
        value = tick * scale.step
        y = scale.y(value)
        at = f'x1="{_LEFT}" x2="{right}" y1="{y}" y2="{y}"'
        yield f'<line class="grid" {at} stroke="#dddddd"/>'
        label = f"{value:,} {chart.unit}" if tick == _TICKS else f"{value:,}"
        yield f'<text x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end">{escape(label)}</text>'
    labels = chart.places or _numbers(scale)
    for place, label in labels.items():
        x = scale.x(place)
        base = HEIGHT - _BOTTOM
        at = f'x1="{x}" x2="{x}" y1="{base}" y2="{base + 5}"'
        yield f'<line class="tick" {at} stroke="#555555"/>'
        yield f'<text x="{x}" y="{base + 20}" text-anchor="middle">{escape(label)}</text>'


def _numbers(scale: _Scale) -> dict[int, str]:
    step = _nice(scale.last - scale.first + 1)
    return {place: str(place) for place in range(scale.first, scale.last + 1, step)}


def _legend(chart: Chart) -> Iterator[str]:
    x = _LEFT
    for number, one in enumerate(chart.series):
        color, dashes = _LINES[number % len(_LINES)]
        yield (
            f'<line class="line-{number % len(_LINES) + 1}" x1="{x}" x2="{x + 28}" y1="32" y2="32"'
            f' stroke="{color}" stroke-width="2"'
            f' stroke-dasharray="{dashes or "none"}"/>'
        )
        yield f'<text x="{x + 34}" y="36">{escape(one.name)}</text>'
        x += 60 + 7 * len(one.name)


def _path(series: Series, scale: _Scale, *, is_stepped: bool) -> str:
    parts: list[str] = []
    for place, value in series.points:
        x, y = scale.x(place), scale.y(value)
        parts.append(f"H{x}V{y}" if is_stepped and parts else f"{'L' if parts else 'M'}{x},{y}")
    return "".join(parts)
