"""Plots the lateness of each system under a workload, or the latency of each kind of request, on a logarithmic scale.

The code draws the SVG itself: a plotting library would be the larger half of what every check installs.
"""

from collections.abc import Iterator, Mapping
from math import ceil, floor, log10
from typing import Final
from xml.etree import ElementTree as ET

from bench.result import Measured

_LEFT: Final = 150  #: where the scale begins; this and the following are in pixels
_WIDTH: Final = 560
_TOP: Final = 56
_ROW: Final = 28
_FOOT: Final = 44

#: Darker from the median entry to the last one.
_COLOURS: Final = {"p50": "#8fb8de", "p99": "#3d7ab5", "max": "#143a5f"}
_NAMES: Final = {"p50": "p50", "p99": "p99", "max": "last"}


class _Scale:
    """The logarithmic scale, from one power of ten to another, in milliseconds."""

    def __init__(self, figures: list[float]) -> None:
        self.first = floor(log10(min(figures, default=1)))
        self.last = max(ceil(log10(max(figures, default=1))), self.first + 1)

    def at(self, milliseconds: float) -> float:
        """Return the x coordinate of a lateness."""
        share = (log10(milliseconds) - self.first) / (self.last - self.first)
        return round(_LEFT + share * _WIDTH, 1)


def drawn(measured: Measured) -> str:
    """Draw the plot as SVG: a row for each system, with those of p50, p99 and last that it has."""
    rows = [(name, late) for name, late in _rows(measured) if late]
    scale = _Scale([figure for _, late in rows for figure in late.values()])
    height = _TOP + _ROW * len(rows) + _FOOT
    plot = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_LEFT + _WIDTH + 40} {height}",
            "font-family": "sans-serif",
            "font-size": "12",
        },
    )
    ET.SubElement(plot, "rect", width="100%", height="100%", fill="white")
    _text(plot, _LEFT, 18, title(measured), "start")
    _draw_legend(plot)
    _draw_scale(plot, scale, height - _FOOT)
    for row, (name, late) in enumerate(rows):
        _draw_row(plot, scale, _TOP + _ROW * (row + 0.5), name, late)
    ET.indent(plot)
    return ET.tostring(plot, encoding="unicode") + "\n"


def title(measured: Measured) -> str:
    """Return what the plot shows."""
    what = "latency" if any(result.requests for result in measured.results) else "lateness"
    return f"{measured.workload}: {what} in milliseconds"


def _rows(measured: Measured) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the name and the figures of each system, or of each kind of request."""
    for result in measured.results:
        if not result.requests:
            yield result.system.replace("_", "-"), _positive(result.lateness_ms.model_dump())
        for each in result.requests:
            yield each.name, _positive({"p50": each.p50_ms, "p99": each.p99_ms})


def _positive(figures: Mapping[str, float | None]) -> dict[str, float]:
    """Return the figures that are present and above zero, as a logarithm needs."""
    return {name: figure for name in _COLOURS if (figure := figures.get(name) or 0) > 0}


def _draw_legend(plot: ET.Element) -> None:
    for position, (name, colour) in enumerate(_COLOURS.items()):
        left = _LEFT + 60 * position
        ET.SubElement(plot, "circle", cx=f"{left + 4}", cy="36", r="5", fill=colour)
        _text(plot, left + 14, 40, _NAMES[name], "start")


def _draw_scale(plot: ET.Element, scale: _Scale, bottom: float) -> None:
    for power in range(scale.first, scale.last + 1):
        x = scale.at(10.0**power)
        ET.SubElement(plot, "line", x1=f"{x}", x2=f"{x}", y1=f"{_TOP}", y2=f"{bottom}", stroke="#ccc")
        _text(plot, x, bottom + 18, f"{10.0**power:,g}", "middle")


def _draw_row(plot: ET.Element, scale: _Scale, y: float, name: str, late: dict[str, float]) -> None:
    _text(plot, _LEFT - 10, y + 4, name, "end")
    ends = [f"{scale.at(figure)}" for figure in late.values()]
    ET.SubElement(plot, "line", x1=ends[0], x2=ends[-1], y1=f"{y}", y2=f"{y}", stroke="#999")
    for figure, x in zip(late, ends, strict=True):
        ET.SubElement(plot, "circle", cx=x, cy=f"{y}", r="5", fill=_COLOURS[figure])


def _text(plot: ET.Element, x: float, y: float, words: str, anchor: str) -> None:
    ET.SubElement(plot, "text", {"x": f"{x}", "y": f"{y}", "text-anchor": anchor}).text = words
