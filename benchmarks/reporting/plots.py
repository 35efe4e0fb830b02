"""Plots as SVG, written by hand: small files that a diff can show."""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from benchmarks.reporting.report import rounded

_WIDTH, _NAMES, _NUMBERS, _ROW = 720, 290, 80, 26
_HEIGHT, _LEFT, _BOTTOM, _TOP = 320, 60, 40, 40
_COLOURS = ("#2a6f97", "#c1666b", "#8a8d91", "#6a994e")
_STYLE = "font:13px sans-serif;fill:#333"
_Place = Callable[[float, float], tuple[float, float]]
"""From a point of a plot to one of the picture."""


class Bar(NamedTuple):
    """`low` to `high` is the range over the rounds. `colour` counts from 0."""

    name: str
    value: float
    low: float
    high: float
    colour: int = 0


def bars(title: str, unit: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from 0, each with its number and the range of its rounds."""
    most = max((row.high for row in rows), default=0) or 1
    scale = (_WIDTH - _NAMES - _NUMBERS) / most
    parts = [_text(0, 16, f"{title} ({unit})", "font-weight:bold")]
    for number, row in enumerate(rows):
        parts += _bar(row, 30 + number * _ROW, scale)
    return _svg(40 + len(rows) * _ROW, parts)


def _bar(row: Bar, y: int, scale: float) -> list[str]:
    low, high = _NAMES + row.low * scale, _NAMES + row.high * scale
    return [
        _text(_NAMES - 8, y + 14, row.name, "text-anchor:end"),
        f'<rect x="{_NAMES}" y="{y}" width="{row.value * scale:.1f}" height="18" '
        f'fill="{_COLOURS[row.colour]}"/>',
        f'<path d="M{low:.1f} {y + 9}H{high:.1f}" stroke="#222"/>',
        _text(high + 6, y + 14, rounded(row.value)),
    ]


class Series(NamedTuple):
    """Points of a line (`dots` False), or measured ones by themselves."""

    name: str
    points: Sequence[tuple[float, float]]
    dots: bool = False


def lines(title: str, axes: tuple[str, str], series: Sequence[Series]) -> str:
    """Lines and points over a linear x and y, both from 0."""
    most_x = max(x for each in series for x, _ in each.points)
    most_y = max(y for each in series for _, y in each.points) * 1.05

    def place(x: float, y: float) -> tuple[float, float]:
        wide, high = _WIDTH - _LEFT - 20, _HEIGHT - _BOTTOM - _TOP
        return _LEFT + x / most_x * wide, _HEIGHT - _BOTTOM - y / most_y * high

    parts = [_text(0, 16, title, "font-weight:bold"), *_axes(axes, most_x, most_y, place)]
    for number, each in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(_text(_LEFT + 10 + number * 210, 34, each.name, f"fill:{colour}"))
        places = [place(x, y) for x, y in each.points]
        parts += _dots(places, colour) if each.dots else [_line(places, colour)]
    return _svg(_HEIGHT, parts)


def _axes(axes: tuple[str, str], most_x: float, most_y: float, place: _Place) -> list[str]:
    left, bottom = place(0, 0)
    right, top = place(most_x, most_y)
    parts = [f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#888"/>']
    for share in (0.25, 0.5, 0.75, 1):
        x, _ = place(most_x * share, 0)
        _, y = place(0, most_y * share)
        parts.append(_text(x, bottom + 16, rounded(most_x * share), "text-anchor:middle"))
        parts.append(_text(left - 6, y + 4, rounded(most_y * share), "text-anchor:end"))
    parts.append(_text((left + right) / 2, bottom + 32, axes[0], "text-anchor:middle"))
    parts.append(_text(right, 16, axes[1], "text-anchor:end"))
    return parts


def _line(places: Sequence[tuple[float, float]], colour: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _dots(places: Sequence[tuple[float, float]], colour: str) -> list[str]:
    return [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>' for x, y in places]


def _text(x: float, y: float, content: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" style="{_STYLE};{style}">{escape(content)}</text>'


def _svg(height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}">'
    )
    ground = f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([head, ground, *parts, "</svg>", ""])
