"""What holds of every patch and of every release."""

import re
from collections.abc import Iterable
from itertools import pairwise

import pytest

from pintutor.patches import series
from pintutor.patches.patch import Patch
from pintutor.sim.function import CODES, FUNCTIONS
from tests.patches.kernels import needed


def named(wrong: Iterable[Patch]) -> list[str]:
    """The patches that are not as they should be."""
    return [patch.name for patch in wrong]


def test_commit_and_release_have_their_form() -> None:
    commit, release = re.compile(r"[0-9a-f]{12}|"), re.compile(r"v\d+\.\d+(\.\d+)?|")
    each = series.ALL
    assert named(one for one in each if not commit.fullmatch(one.commit)) == []
    assert named(one for one in each if not release.fullmatch(one.release)) == []
    assert named(one for one in each if not one.author.strip() == one.author != "") == []


def test_a_patch_that_was_merged_is_in_its_release_and_in_none_before() -> None:
    order = list(series.RELEASES)
    for patch in series.ALL:
        having = [name for name in order if patch in series.RELEASES[name]]
        if patch.release in order:
            assert having == order[order.index(patch.release) :], patch.name
        elif having:
            earlier, first = order[order.index(having[0]) - 1], having[0]
            merged = number(patch.release)
            assert number(earlier) < merged < number(first), patch.name


def number(release: str) -> tuple[int, ...]:
    """A release as numbers: v6.1.130 as 6, 1, 130."""
    return tuple(map(int, release.removeprefix("v").split(".")))


def test_a_body_says_what_it_does() -> None:
    for patch in series.ALL:
        assert all(variant.body.__doc__ for variant in patch.variants), patch.name


def test_every_body_is_known_to_the_recorder() -> None:
    for patch in series.ALL:
        for function, body, _ in patch.variants:
            assert CODES[body.__code__] is function, patch.name
            assert FUNCTIONS[function.__name__] is function, patch.name


def test_what_a_patch_needs_or_conflicts_with_is_another_patch() -> None:
    for patch in series.ALL:
        needs, conflicts = set(patch.needs), set(patch.conflicts)
        assert needs | conflicts <= set(series.BY_NAME) - {patch.name}, patch.name
        assert not needs & conflicts, patch.name


def test_what_a_patch_needs_goes_below_it() -> None:
    at = {name: place for place, name in enumerate(series.BY_NAME)}
    for patch in series.ALL:
        assert all(at[one] < at[patch.name] for one in patch.needs), patch.name


def test_two_patches_of_one_function_need_exclude_or_know_each_other() -> None:
    """Else the one on top would undo the other silently.

    What a patch needs in turn, and what that excludes, counts too.
    """
    functions = {one: {each.function for each in one.variants} for one in series.ALL}
    for place, patch in enumerate(series.ALL):
        below = {patch.name, *(one.name for one in needed(patch))}
        known = {variant.over for variant in patch.variants}
        for other in series.ALL[:place]:
            shared = functions[patch] & functions[other]
            if shared and other.name not in (*below, *patch.conflicts):
                excluded = below & set(other.conflicts)
                assert other in known or excluded, (patch.name, other.name, shared)


@pytest.mark.parametrize("release", series.RELEASES)
def test_a_release_has_what_its_patches_need_and_no_conflict(release: str) -> None:
    patches = series.RELEASES[release]
    names = {patch.name for patch in patches}
    assert series.in_order(patches) == patches
    for patch in patches:
        assert set(patch.needs) <= names
        assert not set(patch.conflicts) & names


def test_the_base_has_no_patches_and_releases_only_grow() -> None:
    sets = list(series.RELEASES.values())
    assert sets[0] == ()
    assert all(set(old) <= set(new) for old, new in pairwise(sets))


def test_a_body_must_bear_the_name_of_what_it_replaces() -> None:
    patch = Patch("x", "x", commit="", release="", author="x")

    def another() -> None:
        """A function of another name."""

    with pytest.raises(TypeError, match="another replaces"):
        patch.replaces(next(iter(FUNCTIONS.values())))(another)
