"""Completion within expressions and within commands that take commands."""

import pytest

from pintutor.lab.registry import REGISTRY
from tests.labs import started


def offered(line: str) -> list[str]:
    """What the line may become at its end."""
    lab = started("mmap buf 2", "read buf[0]", "pin buf[0] as p", "fork child")
    with lab.machine:
        found = REGISTRY.complete(lab, line, len(line))
    return [line[: one.start] + one.text for one in found]


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
        ("until child.b", "until child.buf"),
        ("until child.buf[0].pte.pre", "until child.buf[0].pte.present"),
        ("back-until p[0].pi", "back-until p[0].pinned"),
        ("fails EF", "fails EFAULT:"),
        ("fails EFAULT: pi", "fails EFAULT: pin"),
        ("fails EFAULT: pin b", "fails EFAULT: pin buf"),
        ("warns FOLL: gup pin_user_pages_f", "warns FOLL: gup pin_user_pages_fast"),
    ],
)
def test_what_is_begun_is_offered_whole(line: str, one: str) -> None:
    assert one in offered(line)


@pytest.mark.parametrize(
    "line", ["expect nobody.x", "expect 1.", "expect zero..", "until ]"]
)
def test_nothing_is_offered_where_nothing_can_be_known(line: str) -> None:
    assert offered(line) == []
