"""Completion within expressions and within commands that take commands."""

import pytest

from pintutor.lab.kinds import Completion
from pintutor.lab.registry import REGISTRY
from tests.labs import started


def completions(line: str) -> list[Completion]:
    """What could stand at the end of the line."""
    lab = started("mmap buf 2", "read buf[0]", "pin buf[0] as p", "fork child")
    with lab.machine:
        return REGISTRY.complete(lab, line, len(line))


def offered(line: str) -> list[str]:
    """What the line may become at its end."""
    return [line[: one.start] + one.text for one in completions(line)]


@pytest.mark.parametrize(
    ("line", "one"),
    [
        ("expect ze", "expect zero"),
        ("expect zero._ref", "expect zero._refcount"),
        ("expect 1 == zero._ref", "expect 1 == zero._refcount"),
        ("expect not buf[0].pte.sp", "expect not buf[0].pte.special"),
        ("expect buf[1].ma", "expect buf[1].mapped"),
        ("expect vmstat.nr_foll_pin_a", "expect vmstat.nr_foll_pin_acquired"),
        ("expect audit.cl", "expect audit.clean"),
        ("expect 'a b' != ze", "expect 'a b' != zero"),
        ("expect buf", "expect buf[1]"),
        ("expect buf[1", "expect buf[1]"),
        ("expect child.buf[", "expect child.buf[0]"),
        ("until child.b", "until child.buf"),
        ("until child.buf[0].pte.pre", "until child.buf[0].pte.present"),
        ("back-until p[0].pi", "back-until p[0].pinned"),
        ("fails EF", "fails EFAULT:"),
        ("fails EFAULT: pi", "fails EFAULT: pin"),
        ("fails EFAULT: pin b", "fails EFAULT: pin buf"),
        ("child: fails EFAULT: pin b", "child: fails EFAULT: pin buf"),
        ("on v6.1: fails EFAULT: expect ze", "on v6.1: fails EFAULT: expect zero"),
        ("fails EN", "fails ENOMEM:"),
        ("fails SIGS", "fails SIGSEGV:"),
        ("warns FOLL: gup pin_user_pages_f", "warns FOLL: gup pin_user_pages_fast"),
    ],
)
def test_what_is_begun_is_offered_whole(line: str, one: str) -> None:
    assert one in offered(line)


@pytest.mark.parametrize(
    "line",
    [
        "expect nobody.x",
        "expect 1.",
        "expect zero..",
        "until ]",
        "expect zero._refcount ",
        "expect zero._refcount == 1 an",
        "expect (buf[0]).",
        "expect 'in a string ze",
        "expect nobody[",
        "expect zero[",
        "expect 0xb",
        "expect zero" + " or zero" * 80,
    ],
)
def test_nothing_is_offered_where_nothing_can_be_known(line: str) -> None:
    assert offered(line) == []


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("expect ze", "the zero page"),
        ("expect zero._refc", "1025"),
        ("expect buf[0].pte.sp", "True"),
        ("expect buf[1", "page 1"),
        ("expect audit.cl", ""),
    ],
)
def test_a_completion_says_what_it_is_now(line: str, note: str) -> None:
    assert [one.meta for one in completions(line)] == [note]
