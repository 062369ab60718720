"""A small registry for tests of the command language, on no lab at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from hypothesis import strategies as st

from pintutor.lab.command import Call, Registry
from pintutor.lab.kinds import INT, NEW_NAME, RAW, TEXT, OneOf
from pintutor.lab.words import Word, split, split_prefixes

if TYPE_CHECKING:
    from nowhere import Lab, Result  # type: ignore[import-not-found]

REGISTRY = Registry()
VIA = OneOf("unpin_page", "unpin_pages")


@REGISTRY.command("pins", kernel="mm/gup.c", examples=("pin 1",), see=("put",))
def pin(
    lab: Lab,
    where: Annotated[int, INT],
    *,
    write: bool = False,
    make_dirty: bool = False,
    path: Annotated[str, OneOf("fast", "slow")] = "fast",
    nr: Annotated[int, INT] = 0,
    as_: Annotated[str, NEW_NAME] = "",
) -> Result:
    """Take a pin.

    And keep it.
    """
    return (where, write, make_dirty, path, nr, as_)


@REGISTRY.command("pins", aliases=("drop",), mutates=False)
def put(
    lab: Lab, name: Annotated[str, NEW_NAME] = "", *, via: Annotated[str, VIA] = ""
) -> Result:
    """Give it back."""
    return (name, via)


@REGISTRY.command("iterators")
def make_iter(
    lab: Lab, name: Annotated[str, NEW_NAME], *segments: Annotated[int, INT]
) -> Result:
    """Make an iterator."""
    return (name, segments)


@REGISTRY.command("check")
def expect(lab: Lab, expression: Annotated[Word, RAW], *, quiet: bool = False) -> Result:
    """Check that something holds."""
    return (expression, quiet)


@REGISTRY.command("memory")
def goto_(lab: Lab, data: Annotated[bytes, TEXT], *, at: Annotated[int, INT]) -> Result:
    """Have a key that must be there."""
    return (data, at)


def parse(line: str) -> Call:
    return REGISTRY.parse(None, split_prefixes(split(line)).words, line)


def run(line: str) -> object:
    return parse(line).run(None)


def completions(line: str, *, cursor: int | None = None) -> list[str]:
    at = len(line) if cursor is None else cursor
    return [one.text for one in REGISTRY.complete(None, line, at)]


WORDS = """pin put expect make-iter goto as nr= at=1 write fast 7 ' " \\ # on child: a =
    é漢 \x1b"""
LINES = st.one_of(st.text(), st.lists(st.sampled_from(WORDS.split())).map(" ".join))
"""Lines that are almost commands."""
