"""What each patch changes in the model is what was looked at and accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pintutor.patches import series
from pintutor.patches.diff import as_text
from pintutor.patches.patch import Patch

GOLDEN = Path(__file__).parent / "golden"
NAMES = [patch.name for patch in series.ALL]
OUT_OF_ORDER = (
    "bio-pinned-late",
    "bio-pinned-bit-1",
    "bug-counted-late",
    "bug-has-pinned-late",
    "bug-exclusive-asked-early",
    "bug-size-read-early",
)
"""Bugs that consist in the order of lines."""


def below(patch: Patch) -> tuple[Patch, ...]:
    """The patches that a patch goes on top of in the release that has it."""
    release = series.RELEASES.get(patch.release, ())
    wanted = [one for one in release if series.ALL.index(one) < series.ALL.index(patch)]
    needed = [series.BY_NAME[name] for name in patch.needs]
    return series.in_order((*wanted, *needed))


def texts(patch: Patch) -> str:
    """The patch over the base with what it needs, and over its release if that differs."""
    needed = series.in_order(tuple(series.BY_NAME[name] for name in patch.needs))
    parts = [as_text(patch, needed)]
    if as_text(patch, below(patch)) != parts[0]:
        parts.append(as_text(patch, below(patch)))
    return "\n".join(parts)


@pytest.mark.parametrize("name", NAMES)
def test_a_patch_changes_what_its_golden_diff_says(
    name: str, request: pytest.FixtureRequest
) -> None:
    path = GOLDEN / f"{name}.diff"
    text = texts(series.BY_NAME[name])
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "--update-golden, and look at it"


def test_every_golden_diff_belongs_to_a_patch() -> None:
    assert {path.stem for path in GOLDEN.glob("*.diff")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_patch_says_why_and_cites_its_commit(name: str) -> None:
    patch = series.BY_NAME[name]
    reason = " ".join(patch.reason.split())
    assert re.sub(r"\W+", "", patch.subject) in re.sub(r"\W+", "", reason)
    if patch.commit:
        assert f"Linux kernel commit {patch.commit}" in reason
        assert f"(in {patch.release}" in reason


@pytest.mark.parametrize("name", NAMES)
def test_a_body_keeps_the_order_of_the_lines_that_it_does_not_change(name: str) -> None:
    patch = series.BY_NAME[name]
    for block in texts(patch).split("--- a/")[1:]:
        added = {line[1:] for line in block.splitlines() if line[:1] == "+"}
        removed = {line[1:] for line in block.splitlines() if line[:1] == "-"}
        moved = {line for line in added & removed if len(line) > 20}
        assert not moved or name in OUT_OF_ORDER, f"{name} moves {moved}"
