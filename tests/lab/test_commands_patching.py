"""kernel, kernels, patches, apply, revert, diff."""

import pytest

from pintutor.lab.errors import Span
from pintutor.patches import series
from tests.labs import Lab, refused, run, started, value


def test_kernel_applies_what_the_release_has_and_says_what_changed() -> None:
    lab = Lab("v6.4")
    result = run(lab, "kernel v6.5")
    assert (result.action, result.name) == ("kernel", "v6.5")
    assert "zero-page-unpinned" in result.subject
    assert "gup_put_folio" in result.functions
    assert lab.kernel_name == "v6.5"


def test_kernel_leaves_memory_as_it_is() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "kernel v6.12")
    assert value(lab, "a[0]._refcount == 1025 and p.count == 1 and a[0].byte == 0x41")


def test_kernel_of_the_same_release_changes_no_function() -> None:
    result = run(Lab("v6.4"), "kernel v6.4")
    assert (result.functions, result.subject) == ((), "")


def test_undo_returns_to_the_kernel_before() -> None:
    lab = started("kernel v6.12", "undo", kernel="v6.1")
    assert lab.kernel_name == "v6.1"


def test_kernels_lists_the_releases_and_marks_the_one_that_runs() -> None:
    rows = run(Lab("v6.5"), "kernels").rows
    assert [row[1] for row in rows] == list(series.RELEASES)
    assert [row[1] for row in rows if row[0]] == ["v6.5"]


def test_patches_lists_every_patch_and_marks_those_that_are_applied() -> None:
    rows = run(Lab("v6.5"), "patches").rows
    assert [row[1] for row in rows] == list(series.BY_NAME)
    applied = {row[1] for row in rows if row[0]}
    assert applied == {patch.name for patch in series.RELEASES["v6.5"]}


def test_apply_changes_what_runs_from_now_on() -> None:
    lab = started("mmap a 1", "read a", "pin a as p", kernel="v6.4")
    result = run(lab, "apply zero-page-unpinned")
    assert (result.action, result.commit, result.release) == (
        "applied",
        "c8070b787519",
        "v6.5",
    )
    run(lab, "pin a as q")
    assert value(lab, "zero._refcount == 1025 and kernel.patches") == len(
        lab.machine.patches
    )
    assert lab.kernel_name == "v6.4+1"


def test_an_expression_can_ask_whether_a_patch_is_applied() -> None:
    lab = started("apply zero-page-unpinned", kernel="v6.4")
    assert value(lab, '"zero-page-unpinned" in kernel.applied')
    run(lab, "revert zero-page-unpinned")
    assert value(lab, '"zero-page-unpinned" not in kernel.applied')


def test_revert_brings_the_old_bodies_back() -> None:
    lab = started("mmap a 1", "read a", "apply zero-page-unpinned", kernel="v6.4")
    run(lab, "revert zero-page-unpinned", "pin a as p")
    assert value(lab, "zero._refcount") == 1025
    assert lab.kernel_name == "v6.4"


def test_revert_takes_what_needs_a_patch_with_it() -> None:
    lab = started("mmap a 1", "read a", kernel="v6.5")
    result = run(lab, "revert zero-page-unpinned with-dependents")
    first, *others = result.subject.split(", ")
    assert first == "zero-page-unpinned"
    assert "dio-pinning" in others, "it needs folio-add-pin, which needs the patch"
    assert "folio_add_pin" in result.functions
    run(lab, "pin a as p")
    assert value(lab, "zero._refcount") == 1025
    assert lab.kernel_name == f"v6.5-{1 + len(others)}"


def test_undo_applies_all_again_that_went_with_a_patch() -> None:
    lab = started("revert zero-page-unpinned with-dependents", "undo", kernel="v6.5")
    assert lab.kernel_name == "v6.5"


def test_a_patch_that_none_needs_goes_alone() -> None:
    lab = started("apply zero-page-unpinned", kernel="v6.4")
    result = run(lab, "revert zero-page-unpinned with-dependents")
    assert (result.name, lab.kernel_name) == ("zero-page-unpinned", "v6.4")


def test_a_refusal_names_the_word_that_takes_the_others_with_it() -> None:
    error = refused(Lab("v6.5"), "revert zero-page-unpinned")
    assert error.hint.endswith("or `revert zero-page-unpinned with-dependents`")


def test_another_word_after_the_patch_is_refused_at_that_word() -> None:
    error = refused(Lab("v6.5"), "revert zero-page-unpinned with-all")
    assert error.at == Span(26, 34)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("apply folio-add-pin", "folio-add-pin needs zero-page-unpinned", "`apply zero-"),
        ("revert zero-page-unpinned", "zero-page-unpinned is not applied", "`apply zero-"),
        ("apply gup-args-checked", "gup-args-checked is applied already", "`revert gup-"),
        ("revert unshare-cow-mappings", "needs unshare-cow-mappings", "`revert "),
    ],
)
def test_a_refusal_says_why_and_what_to_do_first(
    line: str, message: str, hint: str
) -> None:
    error = refused(Lab("v6.4"), line)
    assert error.code == "patch-refused"
    assert message in error.message
    assert error.hint.startswith(hint)


@pytest.mark.parametrize("verb", ["apply", "revert", "diff"])
def test_an_unknown_patch_is_refused_at_its_name(verb: str) -> None:
    error = refused(Lab(), f"{verb} zero-page-unpined")
    assert error.at == Span(len(verb) + 1, len(verb) + 18)
    assert "did you mean `zero-page-unpinned`" in error.message


@pytest.mark.parametrize("patch", series.BY_NAME)
def test_diff_shows_every_function_that_a_patch_changes(patch: str) -> None:
    result = run(Lab("v6.1"), f"diff {patch}")
    functions = {function.__name__ for function in series.BY_NAME[patch].bodies}
    assert {each.function for each in result.functions} <= functions
    assert result.functions
    assert result.reason == series.BY_NAME[patch].reason
    assert all(any(line[0] in "+-" for line in each.lines) for each in result.functions)
