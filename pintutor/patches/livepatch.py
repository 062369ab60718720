"""Applying patches to, and reverting them from, a machine that runs."""

from typing import NamedTuple, cast

from pintutor.linux.holders.bio import Rules
from pintutor.linux.include.linux.blk_types import bio_flags
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.patches import series
from pintutor.patches.patch import Patch
from pintutor.sim.machine import Machine


class Refusal(NamedTuple):
    """Why a patch cannot be applied or reverted now."""

    message: str
    hint: str
    """What to do first."""


def applied(machine: Machine) -> tuple[Patch, ...]:
    """The patches that are applied, in the order of the series."""
    return cast(tuple[Patch, ...], machine.patches)


def apply(machine: Machine, patch: Patch) -> Refusal | None:
    """Apply a patch (recorded), or say why that cannot be done."""
    names = {each.name for each in applied(machine)}
    if patch.name in names:
        return Refusal(
            f"{patch.name} is applied already", f"`revert {patch.name}`"
        )
    missing = [name for name in patch.needs if name not in names]
    if missing:
        return Refusal(
            f"{patch.name} needs {missing[0]}", f"`apply {missing[0]}` first"
        )
    clashing = [
        each.name
        for each in applied(machine)
        if each.name in patch.conflicts or patch.name in each.conflicts
    ]
    if clashing:
        return Refusal(
            f"{patch.name} conflicts with {clashing[0]}",
            f"`revert {clashing[0]}` first",
        )
    machine.set_patches(series.in_order((*applied(machine), patch)))
    return None


def revert(machine: Machine, *patches: Patch) -> Refusal | None:
    """Revert patches together (recorded), or say why that cannot be done."""
    now = applied(machine)
    for patch in patches:
        if patch not in now:
            hint = f"`apply {patch.name}`"
            return Refusal(f"{patch.name} is not applied", hint)
    left = tuple(each for each in now if each not in patches)
    for patch in patches:
        users = [each.name for each in left if patch.name in each.needs]
        if users:
            return Refusal(
                f"{users[0]} needs {patch.name}",
                f"`revert {users[0]}` first, "
                f"or `revert {patch.name} with-dependents`",
            )
    machine.set_patches(left)
    return None


def dependents(machine: Machine, patch: Patch) -> tuple[Patch, ...]:
    """The applied patches that need this one, or one that does."""
    names = {patch.name}
    found: tuple[Patch, ...] = ()
    for each in applied(machine):
        if names & set(each.needs):
            names.add(each.name)
            found += (each,)
    return found


def counts_zero_pins(machine: Machine) -> bool:
    """True when a pin of the zero page moves its count under these patches."""
    stated = [each.counts_zero_pins for each in applied(machine)]
    return next((each for each in reversed(stated) if each is not None), True)


def counts_coloured_zero_pins(machine: Machine) -> bool:
    """True when a patch leaves out the first of several zero pages alone."""
    return any(each.counts_coloured_zero_pins for each in applied(machine))


def _fuse_cleanup(names: set[str]) -> int:
    if "fuse-is-pinned" in names:
        return 0
    return FOLL_PIN if "fuse-pin-pages" in names else FOLL_GET


def rules(machine: Machine) -> Rules:
    """How the kernel under these patches gives back what is under way."""
    flags = bio_flags.body(machine.patches)
    assert flags is not None, "the base has it"
    return Rules(
        flags(),
        any(each.unpins_bios for each in applied(machine)),
        _fuse_cleanup({each.name for each in applied(machine)}),
        any(each.name == "dio-pinning" for each in applied(machine)),
        counts_zero_pins(machine),
        counts_zero_pins(machine) or counts_coloured_zero_pins(machine),
    )
