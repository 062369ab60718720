"""What holds of every patch and of every release."""

import re
from itertools import pairwise

import pytest

from pintutor.patches import series
from pintutor.patches.patch import Patch
from pintutor.sim.function import CODES, FUNCTIONS
from tests.patches.kernels import needed

each_patch = pytest.mark.parametrize("patch", series.ALL, ids=lambda patch: patch.name)


@each_patch
def test_commit_and_release_have_their_form(patch: Patch) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}|", patch.commit)
    assert re.fullmatch(r"v\d+\.\d+(\.\d+)?|", patch.release)
    assert patch.author and not patch.author.startswith(" ")


@each_patch
def test_a_patch_that_was_merged_is_in_its_release_and_in_none_before(patch: Patch) -> None:
    order = list(series.RELEASES)
    having = [name for name in order if patch in series.RELEASES[name]]
    if patch.release in order:
        assert having == order[order.index(patch.release) :]
    elif having:
        earlier, first = order[order.index(having[0]) - 1], having[0]
        assert number(earlier) < number(patch.release) < number(first)


def number(release: str) -> tuple[int, ...]:
    """A release as numbers: v6.1.130 as 6, 1, 130."""
    return tuple(map(int, release.removeprefix("v").split(".")))


@each_patch
def test_a_body_says_what_it_does(patch: Patch) -> None:
    for variant in patch.variants:
        assert variant.body.__doc__


@each_patch
def test_every_body_is_known_to_the_recorder(patch: Patch) -> None:
    for function, body, _ in patch.variants:
        assert CODES[body.__code__] is function
        assert FUNCTIONS[function.__name__] is function


@each_patch
def test_what_a_patch_needs_or_conflicts_with_is_another_patch(patch: Patch) -> None:
    others = set(series.BY_NAME) - {patch.name}
    assert set(patch.needs) | set(patch.conflicts) <= others
    assert not set(patch.needs) & set(patch.conflicts)


@each_patch
def test_what_a_patch_needs_goes_below_it(patch: Patch) -> None:
    names = list(series.BY_NAME)
    assert all(names.index(one) < names.index(patch.name) for one in patch.needs)


@each_patch
def test_two_patches_of_one_function_need_exclude_or_know_each_other(patch: Patch) -> None:
    """Else the one on top would undo the other silently.

    What a patch needs in turn, and what that excludes, counts too.
    """
    own = {variant.function for variant in patch.variants}
    below = {patch.name, *(one.name for one in needed(patch))}
    for other in series.ALL[: series.ALL.index(patch)]:
        shared = own & {variant.function for variant in other.variants}
        if shared and other.name not in (*below, *patch.conflicts):
            known = {variant.over for variant in patch.variants}
            assert other in known or below & set(other.conflicts), (other, shared)


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
