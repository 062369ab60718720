"""Tables in columns; text that does not fit is wrapped within its column.

Columns for which there is no room at all stand below their row, behind their names.
"""

from collections.abc import Iterator, Sequence

from pintutor.lab.results import Table
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, cut, wrap

GAP = "  "


def table_rows(table: Table, width: int) -> list[Row]:
    """The heads of the columns and the rows below them; numbers stand right.

    What is not as it was before is shown as old → new.
    """
    cells = _cells_of(table)
    numeric = [
        all(isinstance(line[n], int) for line in table.rows)
        for n in range(len(table.columns))
    ]
    sizes = [
        max(columns(name), *(columns(line[n]) for line in cells))
        for n, name in enumerate(table.columns)
    ]
    least = [
        sizes[n] if numeric[n] else _longest_word(name, *(line[n] for line in cells))
        for n, name in enumerate(table.columns)
    ]
    fit = _fitting(least, width)
    del sizes[fit:], numeric[fit:]
    _shrink(sizes, least, width)
    found = _line(table.columns[:fit], sizes, numeric, "dim")
    for line in cells:
        found += _line(line[:fit], sizes, numeric, "plain")
        found += _below(table.columns[fit:], line[fit:], width)
    return [cut(one, width) for one in found]


def _below(names: Sequence[str], texts: Sequence[str], width: int) -> Iterator[Row]:
    """What stands below a row: a line for each column that says something."""
    for name, text in zip(names, texts, strict=True):
        if text:
            yield from wrap(row("  ", (f"{name}  ", "dim"), text), width, indent=4)


def _longest_word(*texts: str) -> int:
    return max(columns(word) for text in texts for word in text.split() or ["-"])


def _fitting(least: list[int], width: int) -> int:
    """How many columns there is room for, from the left; at least one."""
    used = [sum(least[:n]) + len(GAP) * (n - 1) for n in range(1, len(least) + 1)]
    return max(1, sum(each <= width for each in used))


def _cells_of(table: Table) -> list[list[str]]:
    """The text of each cell."""
    before = [
        was or now for was, now in zip(table.before or table.rows, table.rows, strict=True)
    ]
    return [
        [
            str(new) if new == old else f"{_named(old)} → {_named(new)}"
            for old, new in zip(was, now, strict=True)
        ]
        for was, now in zip(before, table.rows, strict=True)
    ]


def _named(value: str | int) -> str:
    return "none" if value == "" else str(value)


def _shrink(sizes: list[int], least: list[int], width: int) -> None:
    """Narrow columns of text, the widest first, until the table fits, if it can."""
    while sum(sizes) + len(GAP) * (len(sizes) - 1) > width:
        able = [n for n, size in enumerate(sizes) if size > least[n]]
        if not able:
            return
        widest = max(able, key=lambda n: sizes[n])
        sizes[widest] -= 1


def _line(
    line: Sequence[str], sizes: list[int], numeric: list[bool], role: str
) -> list[Row]:
    """One row of a table, as many lines as its longest cell takes."""
    wrapped = [
        [plain(part) for part in wrap(row(text), size)]
        for text, size in zip(line, sizes, strict=True)
    ]
    height = max(len(parts) for parts in wrapped)
    found: list[Row] = []
    for n in range(height):
        texts = [parts[n] if n < len(parts) else "" for parts in wrapped]
        found.append(_cells(texts, sizes, numeric, role))
    return found


def _cells(line: list[str], sizes: list[int], numeric: list[bool], role: str) -> Row:
    parts = []
    for text, size, right in zip(line, sizes, numeric, strict=True):
        blank = " " * (size - columns(text))
        shown = blank + text if right else text + blank
        parts.append(Segment(shown, "number" if right and role != "dim" else role))
        parts.append(Segment(GAP))
    last, role = parts[-2]
    return (*parts[:-2], Segment(last.rstrip(), role))
