"""Random lines about I/O: the kernel's own errors, and never one of Python's."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pintutor.lab.errors import CommandError
from tests import invariants
from tests.io_lines import ANYTHING, SENSIBLE, START
from tests.io_rules import KERNELS
from tests.labs import Lab, started
from tests.profiles import SAME, ends, examples

programs = settings(
    deadline=None,
    max_examples=examples(4),
    derandomize=SAME,
    suppress_health_check=list(HealthCheck),
)


def typed(lab: Lab, line: str) -> bool:
    """Whether the kernel survives a line; that it is refused has to be explained."""
    try:
        outcome = lab.execute(line)
    except CommandError as error:
        assert error.message
        return True
    return outcome.oops is None


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_no_call_stops_the_kernel_or_loses_a_page(kernel: str) -> None:
    @programs
    @given(lines=st.lists(SENSIBLE, min_size=20, max_size=60))
    def program(lines: list[str]) -> None:
        lab = started(*START, kernel=kernel)
        for line in lines:
            assert typed(lab, line), line
        invariants.the_books_balance(lab)
        invariants.a_frame_is_free_exactly_when_nobody_refers_to_it(lab)

    program()


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_a_kernel_that_stops_goes_on_after_undo(kernel: str) -> None:
    @programs
    @given(lines=st.lists(ANYTHING, min_size=20, max_size=60))
    def program(lines: list[str]) -> None:
        lab = started(*START, kernel=kernel)
        for line in lines:
            if not typed(lab, line):
                lab.execute("undo")

    program()
