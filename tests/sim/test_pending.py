"""Where a frame keeps a value that has no name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pintutor.sim.pending import keeps

seen: list[bool] = []


def stop(*_: object) -> int:
    """Note whether the caller keeps something now."""
    frame = sys._getframe(1)
    seen.append(frame.f_lasti in keeps(frame.f_code))
    return 1


@contextmanager
def context() -> Iterator[None]:
    yield


def plain(n: int) -> None:
    total = stop(n, n + 1)
    while total < 2:
        total += 1
        stop(total)
    if stop() and stop(stop()):
        stop()


def in_a_sum(n: int) -> None:
    total = abs(n) + stop()
    del total


def in_a_loop(n: int) -> None:
    for each in range(n):
        stop(each)


def as_an_argument(n: int) -> None:
    max(abs(n), stop())


def in_a_context(n: int) -> None:
    with context():
        stop()


def after_an_exception(n: int) -> None:
    try:
        raise ValueError
    except ValueError:
        stop()


@pytest.mark.parametrize(
    ("function", "kept"),
    [
        (plain, {False}),
        (in_a_sum, {True}),
        (in_a_loop, {True}),
        (as_an_argument, {True}),
        (in_a_context, {True}),
        (after_an_exception, {True}),
    ],
)
def test_a_call_during_which_something_is_kept_is_known(
    function: Callable[[int], None], kept: set[bool]
) -> None:
    seen.clear()
    function(1)
    assert set(seen) == kept
