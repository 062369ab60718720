"""Direct I/O goes as worked out by hand, row by row; the rows are in walks/*.toml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from tests.labs import run, started, value
from tests.linux.walk_rows import FOLDER, followed, for_kernel, tables

FILES = sorted(path.name for path in FOLDER.glob("*.toml"))
ALL = tables("rows.toml")
ROOT = Path(__file__).parents[2]


class Case(NamedTuple):
    """A walk on a kernel."""

    file: str
    kernel: str
    """The kernel that it runs on."""
    column: str
    """The kernel whose column of the table it goes by."""
    walk: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.kernel} {self.walk['name']}"


def cases() -> list[Case]:
    """Every walk on every kernel that its table is about."""
    return [
        Case(name, kernel, column, walk)
        for name in FILES
        for table in (tables(name),)
        for walk in table.get("walk", ())
        for kernel, column in walk.get("kernels", table["kernels"]).items()
    ]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_walk_goes_row_by_row_as_worked_out(case: Case) -> None:
    walk = for_kernel(case.walk, case.kernel, case.column)
    setup = tables(case.file)["setups"][walk["setup"]]
    lab = started(*setup, kernel=case.kernel)
    with followed(lab, walk["pages"], walk["row"]) as follower:
        results = [run(lab, line) for line in walk["lines"]]
    assert follower.differences() == []
    for key, wanted in walk.get("result", {}).items():
        assert getattr(results[-1], key) == wanted, key
    after = walk["after"]
    assert [page._refcount for page in follower.pages] == after["rc"]
    dirty = [folio_test_dirty(Folio(page)) for page in follower.pages]
    assert dirty == after["dirty"]
    assert follower.zero._refcount - follower.zeroes == after.get("zero", 0)
    for expression in after.get("holds", ()):
        assert value(lab, expression), expression
    lost = sum(abs(one.unaccounted) for one in run(lab, "audit").imbalances)
    assert lost == after.get("lost", 0)


def test_each_row_stands_in_a_table() -> None:
    named = [
        f"{section}.{row}".rstrip(".")
        for section, rows in ALL["rows"].items()
        for row in rows
    ]
    texts = [(FOLDER / name).read_text() for name in FILES]
    found = {each for text in texts for each in re.findall(r'\bid = "([^"]+)"', text)}
    assert found.isdisjoint(ALL["left_out"])
    assert sorted(found | {*ALL["elsewhere"], *ALL["left_out"]}) == sorted(named)


@pytest.mark.parametrize("place", ALL["elsewhere"].values())
def test_each_row_that_stands_elsewhere_has_its_test(place: str) -> None:
    file, _, name = place.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text()
