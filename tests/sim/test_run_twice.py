"""The same commands give the same journal, write by write, and the same outcomes."""

import json
from typing import Any

import pytest

from pintutor.lab.errors import CommandError
from tests.dumps import Record, dump, journal_form
from tests.labs import Lab

PINS = """\
mmap buf 4
read buf
pin buf as p
write buf[1] "B"
get buf[1..2] write as g
why zero._refcount
unpin p dirty
put g
munmap buf
audit
"""

PATCHES = """\
mmap a 2
read a[0]
pin a as p
apply zero-page-unpinned
pin a as q
unpin p
unpin q
kernel v6.5
undo 3
back 5
step 2
branch b1
mmap c 1 none
read c
timeline
"""

ERRORS = """\
gup pin_user_pages 0x1000 1
gup get_user_pages_fast 0xffff888000000000 3 FOLL_WRITE
gup pin_user_pages_fast 0x1000 1 FOLL_GET
nonsense
mmap a 1
poke zero._refcount 0x7ffffc00
read a
pin a as p
pin a as q
get a
show dmesg
undo
show trace
"""


def run(script: str) -> tuple[list[Any], list[Record], list[Record]]:
    """Outcomes as JSON would have them, the journal, and all state at the end."""
    lab = Lab()
    outcomes: list[Any] = []
    for line in script.splitlines():
        try:
            outcomes.append(lab.execute(line).to_json())
        except CommandError as error:
            outcomes.append([str(error), error.at, error.code, error.hint])
    journal = journal_form(lab.machine)
    lab.execute("goto end")
    return outcomes, journal, dump(lab)


@pytest.mark.parametrize("script", [PINS, PATCHES, ERRORS])
def test_a_script_run_twice_gives_the_same_journal_and_outcomes(script: str) -> None:
    first, second = run(script), run(script)
    assert first[1] == second[1]
    assert json.dumps(first[0]) == json.dumps(second[0])
    assert first[2] == second[2]


def test_two_labs_that_take_turns_do_not_see_each_other() -> None:
    """Each gives what it gives alone."""
    alone = run(PINS)
    one, two = Lab(), Lab()
    outcomes: list[Any] = []
    for line, other in zip(PINS.splitlines(), PATCHES.splitlines(), strict=False):
        outcomes.append(one.execute(line).to_json())
        two.execute(other)
    assert json.dumps(outcomes) == json.dumps(alone[0])
    assert journal_form(one.machine) == alone[1]


def test_the_scripts_write_something() -> None:
    """Else the tests above say nothing."""
    assert all(len(run(script)[1]) > 20 for script in (PINS, PATCHES, ERRORS))
