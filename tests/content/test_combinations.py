"""Each kernel with each combination of some patches."""

from __future__ import annotations

import pytest

from pintutor.content.races.combinations import Combination, all_kernels, with_patches
from pintutor.lab.errors import CommandError
from pintutor.patches import series

UNPINNED = series.BY_NAME["zero-page-unpinned"]
FLUSH = series.BY_NAME["bug-flush-not-awaited"]
WALK = series.BY_NAME["bug-walk-unchecked"]


def labels(*combinations: Combination) -> list[str]:
    return [each.label for each in combinations]


def test_two_patches_make_four_kernels_of_one() -> None:
    assert labels(*with_patches(["v6.1"], [FLUSH, WALK])) == [
        "v6.1",
        "v6.1+bug-flush-not-awaited",
        "v6.1+bug-walk-unchecked",
        "v6.1+bug-flush-not-awaited+bug-walk-unchecked",
    ]


def test_a_patch_that_the_kernel_has_is_taken_off_with_what_needs_it() -> None:
    without, plain = with_patches(["v6.5"], [UNPINNED])
    assert (without.label, plain.label) == ("v6.5-zero-page-unpinned", "v6.5")
    assert without.patches is not None and plain.patches is None
    assert "zero-page-unpinned" not in without.patches
    assert not without.refused
    needing = {each.name for each in series.ALL if UNPINNED.name in each.needs}
    assert needing and not needing & set(without.patches)


def test_what_does_not_go_together_is_refused_by_name() -> None:
    needy = next(each for each in series.ALL if each.needs and not each.release)
    lacking = [
        each
        for each in with_patches(["v5.17"], [needy])
        if each.patches is not None and each.refused
    ]
    assert [each.refused for each in lacking] == [f"{needy.name} needs {needy.needs[0]}"]


def test_without_patches_a_kernel_is_itself() -> None:
    assert with_patches(["v6.4"], []) == (Combination("v6.4", "v6.4"),)


def test_all_kernels_are_the_releases_and_what_is_named_besides() -> None:
    assert all_kernels(["v6.1", "v6.1+bug-walk-unchecked"]) == (
        *series.RELEASES,
        "v6.1+bug-walk-unchecked",
    )


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(CommandError, match=r"no kernel is called `v6\.3`"):
        with_patches(["v6.3"], [])
