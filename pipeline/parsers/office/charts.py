"""Charts: their titles, and the tables behind them as they are kept in the chart (ECMA-376,
21.2; also the newer kinds of Office 2016)."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.drawing_text import drawn_text
from gristmill.pipeline.parsers.office.elements import outermost
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.numbers.formats import shown
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element


class Charts:
    """A document's charts, within a number of cells for all of them."""

    def __init__(self, most_cells: int) -> None:
        self._cells_left = most_cells

    def write(self, chart: "_Element", flow: Flow) -> None:
        """Titles, then the table. Raises DocumentError `too_large`."""
        flow.text(drawn_text(chart, "\n"))
        flow.table(self._newer_rows(chart) or self.rows(chart))

    def rows(self, chart: "_Element") -> list[list[str]]:
        """A row for each category, a column for each series, from the values kept in the chart."""
        columns: list[dict[int, str]] = []
        names: dict[int, str] = {}
        header = [""]
        for series in outermost(chart, "{*}ser"):
            values: dict[int, str] = {}
            label = ""
            for part in series:
                kind = local_name(part)
                if kind == "tx":
                    label = " ".join(text for _, text in sorted(_points(part).items()))
                elif kind in ("cat", "xVal"):
                    names = names or _points(part)
                elif kind in ("val", "yVal"):
                    values = _points(part)
            header.append(label)
            columns.append(values)
        places = sorted(set(names).union(*columns))
        self._take(len(header) * (1 + len(places)))
        return [
            header,
            *([names.get(at, ""), *[column.get(at, "") for column in columns]] for at in places),
        ]

    def _newer_rows(self, chart: "_Element") -> list[list[str]]:
        """Of a waterfall, a tree map and their like, whose data stand apart from their series."""
        columns: list[list[str]] = []
        for data in outermost(chart, "{*}data"):
            for dimension in data:
                if local_name(dimension) in ("strDim", "numDim"):
                    columns.extend(
                        [each.text or "" for each in outermost(level, "{*}pt")]
                        for level in outermost(dimension, "{*}lvl")
                    )
        height = max(map(len, columns), default=0)
        self._take(len(columns) * height)
        return [
            [column[at] if at < len(column) else "" for column in columns] for at in range(height)
        ]

    def _take(self, cells: int) -> None:
        self._cells_left -= cells
        if self._cells_left < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the document's charts are too large")


def _points(element: "_Element") -> dict[int, str]:
    """Texts by their places; of names on several levels the inner ones come last."""
    found: dict[int, str] = {}
    code = ""
    for point in outermost(element, "{*}pt", "{*}v", "{*}formatCode"):
        if local_name(point) == "formatCode":
            code = point.text or ""
            continue
        if local_name(point) == "v":
            found.setdefault(0, point.text or "")
            continue
        attributes = local_attributes(point)
        place = attributes.get("idx", "")
        if place.isdecimal():
            text = "".join(each.text or "" for each in point.iter("{*}v"))
            if code or "formatCode" in attributes:
                text = shown(text, attributes.get("formatCode", code))
            at = int(place[:9])
            found[at] = f"{text} {found[at]}" if at in found and text != found[at] else text
    return found
