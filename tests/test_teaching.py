"""The plans for teaching fit the lessons that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pintutor.content.catalogue import lessons
from pintutor.content.front import Front

GUIDE = Path(__file__).parents[1] / "docs" / "teaching.md"
FRONTS = {one.front.id: one.front for one in lessons()}
SPARE = "Exercises"
"""The topic whose lessons need not stand in a plan."""

Row = tuple[list[str], int]


def plans() -> Iterator[list[Row]]:
    """The tables: of each row the lessons and the minutes; the last row has the sum."""
    for table in re.findall(r"(?:^\|.*\n)+", GUIDE.read_text(), re.MULTILINE):
        rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
        yield [(re.findall(r"`([^`]+)`", row[1]), int(row[2])) for row in rows]


PLANS = list(plans())


def fronts(rows: list[Row]) -> list[Front]:
    return [FRONTS[name] for names, _ in rows for name in names]


@pytest.mark.parametrize("rows", PLANS)
def test_the_minutes_of_a_plan_are_those_of_its_lessons(rows: list[Row]) -> None:
    for names, minutes in rows[:-1]:
        assert sum(FRONTS[name].minutes for name in names) == minutes, names
    assert rows[-1] == ([], sum(minutes for _, minutes in rows[:-1]))


def test_the_two_hours_leave_time_for_questions() -> None:
    assert PLANS[0][-1][1] <= 90


def test_the_four_weeks_have_every_lesson_once_and_what_it_needs_before_it() -> None:
    order = [front.id for rows in PLANS[1:] for front in fronts(rows)]
    assert len(PLANS) == 5
    assert len(set(order)) == len(order)
    wanted = {name for name, front in FRONTS.items() if front.topic != SPARE}
    assert wanted - set(order) == set()
    late = [
        (name, need)
        for at, name in enumerate(order)
        for need in FRONTS[name].needs
        if need not in order[:at]
    ]
    assert late == []


def test_the_commands_that_it_names_are_there() -> None:
    from pintutor.cli.arguments import SUBCOMMANDS

    named = set(re.findall(r"`pintutor ([a-z-]+)", GUIDE.read_text()))
    assert named <= SUBCOMMANDS.keys()
