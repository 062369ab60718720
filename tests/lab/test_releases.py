"""Kernels by name."""

import pytest

from pintutor.lab import releases
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.words import Word
from pintutor.patches import series

ZERO = series.BY_NAME["zero-page-unpinned"]


def error_of(kernel: str) -> CommandError:
    """How a name is refused."""
    with pytest.raises(CommandError) as caught:
        releases.find(kernel, 10)
    return caught.value


@pytest.mark.parametrize("release", series.RELEASES)
def test_a_release_is_the_set_of_its_patches(release: str) -> None:
    assert releases.find(release) == (release, series.RELEASES[release])


def test_a_patch_may_be_put_on_top_in_any_order() -> None:
    one = releases.find("v6.1+zero-page-unpinned+folio-add-pin")
    two = releases.find("v6.1+folio-add-pin+zero-page-unpinned")
    assert one == two
    assert one[1] == series.in_order(one[1])


def test_a_patch_that_the_release_has_changes_nothing() -> None:
    assert releases.find("v6.5+zero-page-unpinned") == releases.find("v6.5")


@pytest.mark.parametrize(
    ("kernel", "message", "at"),
    [
        ("v6.6", "no kernel is called `v6.6`", Span(10, 14)),
        ("", "no kernel is called ``", Span(10, 10)),
        ("v6.1+zero", "no patch is called `zero`", Span(15, 19)),
        ("v6.1+", "no patch is called ``", Span(15, 15)),
        ("v6.1+zero-page-unpinned+x", "no patch is called `x`", Span(34, 35)),
        ("v6.1+folio-add-pin", "folio-add-pin needs zero-page-unpinned", Span(10, 28)),
        (
            "v6.5+zero-page-unpinned-6.1.130",
            "zero-page-unpinned-6.1.130 conflicts with zero-page-unpinned",
            Span(10, 41),
        ),
        ("v6.1\x1b[2J", "no kernel is called `v6.1\\x1b[2J`", Span(10, 18)),
    ],
)
def test_a_wrong_name_is_refused_at_the_part_that_is_wrong(
    kernel: str, message: str, at: Span
) -> None:
    error = error_of(kernel)
    assert error.message.startswith(message)
    assert error.at == at


def test_a_patch_that_lacks_what_it_needs_is_answered_with_the_whole_name() -> None:
    assert error_of("v6.1+folio-add-pin").hint == "`v6.1+folio-add-pin+zero-page-unpinned`"


def test_the_name_of_a_kernel_counts_what_was_added_and_taken_away() -> None:
    patches = series.RELEASES["v6.1"]
    assert releases.name("v6.1", patches) == "v6.1"
    assert releases.name("v6.1", (*patches, ZERO)) == "v6.1+1"
    less = tuple(patch for patch in series.RELEASES["v6.5"] if patch is not ZERO)
    assert releases.name("v6.5", less) == "v6.5-1"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("v6.4", True),
        ("v6.5", False),
        ("<v6.5", True),
        ("<v6.4", False),
        ("<=v6.4", True),
        (">=v6.4", True),
        (">v6.1", True),
        (">v6.4", False),
    ],
)
def test_a_comparison_is_one_of_releases(text: str, means: bool) -> None:
    word = Word(text, 0, len(text))
    assert releases.matches(word, "v6.4", series.RELEASES["v6.4"]) == means


def test_a_plain_name_means_exactly_that_kernel() -> None:
    patched = (*series.RELEASES["v6.4"], ZERO)
    plain, full = Word("v6.4", 0, 4), Word("v6.4+zero-page-unpinned", 0, 23)
    assert not releases.matches(plain, "v6.4", patched)
    assert releases.matches(full, "v6.4", patched)


BASED_ON = {
    "hubbard": "v5.17",
    "extract-v8": "v6.2",
    "splice-read": "v6.4",
    "block-pin-v21": "v6.4",
    "old-dio-v4": "v6.4+block-pin-v21",
}
"""What each series goes on top of."""


@pytest.mark.parametrize("name", series.SERIES)
def test_a_series_on_top_of_what_it_was_made_for_brings_all_its_patches(
    name: str,
) -> None:
    below = releases.find(BASED_ON[name])
    release, patches = releases.find(f"{BASED_ON[name]}+{name}")
    assert release == below[0]
    assert set(patches) == {*below[1], *series.SERIES[name]}


@pytest.mark.parametrize("name", series.SERIES)
def test_a_kernel_that_has_whole_series_on_top_is_called_after_them(name: str) -> None:
    kernel = f"{BASED_ON[name]}+{name}"
    assert releases.name(*releases.find(kernel)) == kernel
    word = Word(kernel, 0, len(kernel))
    assert releases.matches(word, *releases.find(kernel))
    assert not releases.matches(word, *releases.find(BASED_ON[name]))


def test_a_series_and_a_patch_besides_are_counted() -> None:
    release, patches = releases.find("v5.17+hubbard+zero-page-unpinned")
    assert releases.name(release, patches) == f"v5.17+{len(patches)}"


def test_no_series_has_the_name_of_a_patch() -> None:
    assert not set(series.SERIES) & set(series.BY_NAME)


def test_a_series_has_no_bug_that_is_put_back_and_no_stable_backport() -> None:
    posted = {patch.name for patches in series.SERIES.values() for patch in patches}
    assert "zero-page-0-unpinned" not in posted
    assert "zero-page-unpinned-6.1.130" not in posted


def test_a_series_that_stands_on_another_says_which() -> None:
    assert error_of("v6.4+old-dio-v4").hint == "`v6.4+old-dio-v4+block-pin-v21`"


def test_a_series_may_stand_among_patches() -> None:
    one = releases.find("v5.17+hubbard+pin-user-page")
    assert one == releases.find("v5.17+pin-user-page+hubbard")


def test_a_misspelt_series_is_answered_with_its_name() -> None:
    error = error_of("v6.2+extract-v9")
    assert error.message.endswith("did you mean `extract-v8`?")
    assert error.at == Span(15, 25)
