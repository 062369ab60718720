"""Applying and reverting patches on a machine that runs."""

import pytest

from pintutor.patches import livepatch, series
from pintutor.patches.patch import Patch
from pintutor.sim.machine import Machine
from tests.dumps import dump
from tests.labs import Lab, run, started, value
from tests.patches.kernels import needed
from tests.profiles import ends

each_patch = pytest.mark.parametrize("patch", series.ALL, ids=lambda patch: patch.name)
any_patch = pytest.mark.parametrize("patch", ends(series.ALL), ids=lambda patch: patch.name)
"""For what is refused whatever the patch is about."""


def prepared(patch: Patch) -> Machine:
    """A machine that has what the patch needs."""
    machine = Machine()
    with machine:
        machine.set_patches(needed(patch))
    return machine


@each_patch
def test_a_patch_can_be_applied_and_reverted_again(patch: Patch) -> None:
    machine = prepared(patch)
    with machine:
        before = machine.bodies()
        assert livepatch.apply(machine, patch) is None
        assert patch in livepatch.applied(machine)
        assert all(each in machine.bodies() for each in patch.bodies_in(machine.patches))
        assert livepatch.revert(machine, patch) is None
        assert machine.bodies() == before


@any_patch
def test_a_patch_is_applied_once(patch: Patch) -> None:
    machine = prepared(patch)
    with machine:
        livepatch.apply(machine, patch)
        refusal = livepatch.apply(machine, patch)
    assert refusal is not None
    assert (refusal.message, refusal.hint) == (
        f"{patch.name} is applied already",
        f"`revert {patch.name}`",
    )


@any_patch
def test_a_patch_that_is_not_applied_cannot_be_reverted(patch: Patch) -> None:
    refusal = livepatch.revert(Machine(), patch)
    assert refusal is not None
    assert refusal.message == f"{patch.name} is not applied"


@pytest.mark.parametrize(
    ("patch", "need"), [(patch.name, need) for patch in series.ALL for need in patch.needs]
)
def test_a_patch_waits_for_what_it_needs_and_holds_it_in_place(
    patch: str, need: str
) -> None:
    one, other = series.BY_NAME[patch], series.BY_NAME[need]
    machine = prepared(one)
    with machine:
        machine.set_patches(tuple(each for each in machine.patches if each is not other))
        refusal = livepatch.apply(machine, one)
        assert refusal is not None
        assert refusal.message.startswith(f"{patch} needs ")
        machine.set_patches(series.in_order((*needed(one), one)))
        refusal = livepatch.revert(machine, other)
        assert refusal is not None
        assert f"needs {need}" in refusal.message


@pytest.mark.parametrize(
    ("patch", "other"), [(one.name, name) for one in series.ALL for name in one.conflicts]
)
def test_a_patch_is_kept_from_what_it_conflicts_with(patch: str, other: str) -> None:
    machine = Machine()
    with machine:
        there = (*needed(series.BY_NAME[other]), series.BY_NAME[other])
        wanted = needed(series.BY_NAME[patch])
        machine.set_patches(series.in_order((*there, *wanted)))
        refusal = livepatch.apply(machine, series.BY_NAME[patch])
    assert refusal is not None
    assert refusal.message == f"{patch} conflicts with {other}"
    assert refusal.hint == f"`revert {other}` first"


@pytest.mark.parametrize(
    ("patch", "other"), [(one.name, name) for one in series.ALL for name in one.conflicts]
)
def test_a_conflict_holds_in_both_directions(patch: str, other: str) -> None:
    """The one that names the conflict is there first."""
    machine = Machine()
    with machine:
        machine.set_patches((*needed(series.BY_NAME[other]), series.BY_NAME[patch]))
        refusal = livepatch.apply(machine, series.BY_NAME[other])
    assert refusal is not None
    assert refusal.message == f"{other} conflicts with {patch}"


@each_patch
def test_undo_crosses_the_application_and_redo_brings_it_back(patch: Patch) -> None:
    names = "".join(f"+{one.name}" for one in needed(patch))
    lab = started(kernel=f"v5.17{names}")
    before = dump(lab)
    run(lab, f"apply {patch.name}")
    after = dump(lab)
    run(lab, "undo")
    assert (dump(lab), patch in lab.machine.patches) == (before, False)
    run(lab, "redo")
    assert (dump(lab), patch in lab.machine.patches) == (after, True)


def test_what_is_pinned_when_the_rule_changes_unbalances_the_books() -> None:
    lab = started("mmap a 1", "read a", "pin a as p", kernel="v6.1")
    run(lab, "apply zero-page-unpinned", "unpin p")
    assert value(lab, "audit.unaccounted == 1024 and zero._refcount == 1025")


def test_undoing_over_the_change_of_the_rule_balances_them_again() -> None:
    lab = started("mmap a 1", "read a", "pin a as p", kernel="v6.1")
    run(lab, "apply zero-page-unpinned", "unpin p", "undo 2", "unpin p")
    assert value(lab, "audit.clean and zero._refcount == 1")


def test_the_order_of_application_does_not_change_what_runs() -> None:
    one = started("apply zero-page-unpinned", "apply unshare-cow-mappings", kernel="v5.17")
    two = started("apply unshare-cow-mappings", "apply zero-page-unpinned", kernel="v5.17")
    assert one.machine.bodies() == two.machine.bodies()


@pytest.mark.parametrize("release", series.RELEASES)
def test_choosing_a_release_applies_exactly_its_patches(release: str) -> None:
    lab = started(f"kernel {release}")
    assert lab.machine.patches == series.RELEASES[release]
    assert lab.kernel_name == release
    assert dump(lab) == dump(Lab(release))
