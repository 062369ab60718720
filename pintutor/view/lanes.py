"""A race as lanes: a column for each CPU, and one for each field that is raced for.

A field has a letter, and the list of letters stands above. Its lane shows how each turn
touches it, and where there is room the values too.
"""

from __future__ import annotations

from typing import NamedTuple

from pintutor.content.races.lanes import Cell, LaneRow, Lanes
from pintutor.linux.arch.x86.include.pgtable import pte_pfn, pte_present
from pintutor.view.notation import entry, entry_bits
from pintutor.view.results import plural, result_rows
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, cut, wrap

LANE = 26
"""A lane of a CPU is not made narrower for the values of fields [columns]."""
LEAST = 8
"""A lane of a CPU however many there are [columns]."""
FIELD = 16
"""A lane of a field with its values, at most [columns]."""
FEW = 10
"""Fields that are drawn at most."""
LETTERS = "abcdefghij"
GAP = " "
LEAD = 4
"""What stands around the number of a turn: where one is, marks, a blank [columns]."""
SIGNS = {
    "read": "r",
    "wait": "r",
    "idle": "r",
    "write": "w",
    "update": "w",
    "add": "+",
    "lock": "(",
    "rlock": "(",
    "unlock": ")",
    "runlock": ")",
}
LEGEND = "r reads  w writes  + adds  ( takes  ) drops  * decides  ! preempted"


class Line(NamedTuple):
    """One row of the lanes, and the turns that it stands for."""

    row: Row
    first: int
    last: int


class _Shape(NamedTuple):
    """How wide the lanes are."""

    number: int
    lane: int
    fields: tuple[int, ...]
    """Columns of each field that has a lane: 1 for its sign alone."""


@result_rows.register
def _(result: Lanes, width: int) -> tuple[Row, ...]:
    return (*lanes_head(result, width), *(each.row for each in lane_lines(result, width)))


def lanes_head(result: Lanes, width: int) -> tuple[Row, ...]:
    """What stands above the lanes: who carries out what, and the letters of fields."""
    shape = _shape(result, width)
    rows = list(_programs(result, width))
    for letter, field in zip(LETTERS, result.fields, strict=False):
        rows.append(row((f"  {letter}   ", "name"), field))
    rest = len(result.fields) - len(shape.fields)
    if rest > 0:
        rows.append(row((f"  and {plural(rest, 'field')} more are raced for", "dim")))
    rows += wrap(row((f"  {LEGEND}", "dim")), width, indent=2)
    return (*rows, lane_names(result, width))


def lane_names(result: Lanes, width: int, *, programs: bool = False) -> Row:
    """The row right above the lanes; with `programs` also what each CPU carries out."""
    shape = _shape(result, width)
    head: list[Segment] = [Segment(" " * (shape.number + LEAD))]
    for cpu, line in enumerate(result.cpus):
        name = f"P{cpu}"
        head.append(Segment(name, "title"))
        told = f"  {line}" if programs else ""
        head.append(Segment(_fit(told, shape.lane - len(name)) + GAP, "command"))
    for letter, size in zip(LETTERS, shape.fields, strict=False):
        head.append(Segment(letter.ljust(size) + GAP, "name"))
    return cut(tuple(head), width)


def _programs(result: Lanes, width: int) -> list[Row]:
    """What each CPU carries out."""
    return [
        part
        for cpu, line in enumerate(result.cpus)
        for part in wrap(row((f"  P{cpu}  ", "title"), (line, "command")), width, indent=6)
    ]


def lane_lines(result: Lanes, width: int) -> list[Line]:
    """The turns; runs of one CPU that touch nothing of others are one line."""
    shape = _shape(result, width)
    found: list[Line] = []
    run: list[LaneRow] = []
    for each in result.rows:
        if run and not _joins(run[-1], each, result):
            found.append(_counted(run, result, shape, width))
            run = []
        if each.told.alone and not each.decisive and not result.whole:
            run.append(each)
        else:
            found.append(_line(each, result, shape, width))
    if run:
        found.append(_counted(run, result, shape, width))
    return found


def _joins(before: LaneRow, each: LaneRow, result: Lanes) -> bool:
    """True when a turn goes into the same line: where one stands, a line begins anew."""
    same = each.told.cpu == before.told.cpu and not before.told.preempted
    return same and each.told.alone and not each.decisive and before.number != result.at


def _counted(run: list[LaneRow], result: Lanes, shape: _Shape, width: int) -> Line:
    """Turns of one CPU that nobody else sees."""
    if len(run) == 1:
        return _line(run[0], result, shape, width)
    first, last = run[0], run[-1]
    mark = " !" if last.told.preempted else "  "
    text = f"·· {plural(len(run), 'turn')} of its own"
    lane = Segment(_fit(text, shape.lane), "dim")
    return Line(_row(last, mark, lane, result, shape, width), first.number, last.number)


def _line(each: LaneRow, result: Lanes, shape: _Shape, width: int) -> Line:
    mark = ("*" if each.decisive else " ") + ("!" if each.told.preempted else " ")
    role = "number" if each.decisive else "dim" if each.told.alone else "plain"
    lane = Segment(_fit(lettered(each.told.wants, result.fields), shape.lane), role)
    return Line(_row(each, mark, lane, result, shape, width), each.number, each.number)


def lettered(text: str, fields: tuple[str, ...]) -> str:
    """The text with the letters of fields in place of their names."""
    for letter, field in zip(LETTERS, fields, strict=False):
        text = text.replace(f" {field} ", f" {letter} ")
    return text


def _row(
    each: LaneRow, mark: str, lane: Segment, result: Lanes, shape: _Shape, width: int
) -> Row:
    """The number, the lane of the CPU, and what the fields see of it."""
    here = each.number == result.at
    ahead = each.number > result.at
    number = f"{each.number:>{shape.number}}"
    parts = [
        Segment(">" if here else " ", "current"),
        Segment(number, "dim" if ahead else "number"),
        Segment(f"{mark} ", "current"),
    ]
    for cpu in range(len(result.cpus)):
        mine = cpu == each.told.cpu
        parts.append(lane if mine else Segment(_fit("", shape.lane)))
        parts.append(Segment(GAP))
    for cell, size in zip(each.cells, shape.fields, strict=False):
        parts.append(Segment(_fit(_cell(cell) if size > 1 else _sign(cell), size), "new"))
        parts.append(Segment(GAP))
    return cut(_stripped(parts), width)


def _stripped(parts: list[Segment]) -> Row:
    """A row without the blanks at its end."""
    while parts and not parts[-1].text.strip():
        parts.pop()
    last = parts[-1]
    return (*parts[:-1], Segment(last.text.rstrip(), last.role))


def _sign(cell: Cell | None) -> str:
    """How a turn touches a field."""
    return "" if cell is None else SIGNS[cell.access]


def _cell(cell: Cell | None) -> str:
    """The same with the values."""
    if cell is None:
        return ""
    old, new = _values(cell)
    return f"{_sign(cell)} {new}" if old == new else f"{_sign(cell)} {old} → {new}"


def _values(cell: Cell) -> tuple[str, str]:
    """The values as they are written: of an entry that keeps its page, the bits."""
    old, new = cell.old, cell.new
    if cell.kind != "pte" or isinstance(old, str) or isinstance(new, str):
        return str(old), str(new)
    if pte_present(old) and pte_present(new) and pte_pfn(old) == pte_pfn(new):
        return entry_bits(old), entry_bits(new)
    return entry(old), entry(new)


def _fit(text: str, width: int) -> str:
    """The text in exactly that many columns."""
    short = plain(cut(row(text), width))
    return short + " " * (width - columns(short))


def _shape(result: Lanes, width: int) -> _Shape:
    """The lanes that fit: a sign for each field, and values while there is room."""
    number = len(str(len(result.rows)))
    cpus = len(result.cpus)
    sizes = [1] * min(FEW, len(result.fields))
    room = width - number - LEAD - sum(sizes) - len(sizes) - cpus * (LANE + 1)
    for field in range(len(sizes)):
        wanted = max((columns(_cell(each.cells[field])) for each in result.rows), default=1)
        more = min(FIELD, wanted) - 1
        if more <= room:
            sizes[field] += more
            room -= more
    lane = LANE + room // cpus
    return _Shape(number, max(LEAST, lane), tuple(sizes))
