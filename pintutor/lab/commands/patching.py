"""Commands that choose the kernel and patch the one that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError, did_you_mean
from pintutor.lab.lookups import KERNEL, PATCH
from pintutor.lab.patch_list import about, data, listed, names
from pintutor.lab.registry import command
from pintutor.lab.releases import TOPS
from pintutor.lab.results import PatchDiff, Patched, Table, Told
from pintutor.lab.seeking import Sought, nothing_found
from pintutor.lab.words import Word
from pintutor.patches import livepatch, series
from pintutor.patches.diff import diff as diff_of
from pintutor.patches.livepatch import Refusal
from pintutor.patches.patch import Patch

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

SEARCH = Sought("SEARCH", "a patch, a series, a release, or words of patches", names)


@command(
    "kernel",
    examples=("kernel v6.5", "kernel v5.17+hubbard"),
    see=("kernels", "apply"),
)
def kernel(lab: Lab, kernel: Annotated[tuple[str, tuple[Patch, ...]], KERNEL]) -> Patched:
    """Run on as another release: all patches between the two are applied or reverted.

    Memory stays as it is, so pages that are held across the change show what a rule
    that changes mid-flight does to the books.
    """
    release, patches = kernel
    before = livepatch.applied(lab.machine)
    lab.chosen.release = release
    lab.chosen.patches = patches
    lab.machine.set_patches(patches)
    changed = [patch for patch in series.ALL if (patch in before) != (patch in patches)]
    functions = tuple(sorted({each.__name__ for one in changed for each in one.bodies}))
    subject = ", ".join(patch.name for patch in changed)
    return Patched("kernel", lab.kernel_name, subject, "", release, functions)


@command("kernel", mutates=False, see=("kernel",))
def kernels(lab: Lab) -> Table:
    """List the releases, and which patches each has over the one before it."""
    rows = []
    known: tuple[Patch, ...] = ()
    for release, patches in series.RELEASES.items():
        new = " ".join(patch.name for patch in patches if patch not in known)
        here = "*" if release == lab.chosen.release else ""
        rows.append((here, release, len(patches), new))
        known = patches
    return Table("kernels", ("", "release", "patches", "new in it"), tuple(rows))


@command(
    "kernel",
    mutates=False,
    examples=("patches", "patches zero-page-unpinned", "patches v6.5", "patches bio"),
    see=("apply", "revert", "diff", "lessons"),
)
def patches(lab: Lab, search: Annotated[Word | None, SEARCH] = None) -> Table | Told:
    """List the patches, in the order in which they go on top of each other.

    A star marks those that are applied. "posted" is a patch that no release has, or a
    bug of one that was posted. The name of a patch shows what it needs, what needs it,
    and what it changes; that of a series or a release, or any words, list fewer.
    """
    applied = livepatch.applied(lab.machine)
    wanted = search.text.strip() if search else ""
    held = listed(wanted)
    if search and not held:
        hint = "`patches` lists them and names the series"
        raise nothing_found(search, "patch", hint, meant=did_you_mean(wanted, TOPS))
    if wanted in series.BY_NAME:
        return _about(held[0], applied)
    rows = tuple(
        (
            "*" if patch in applied else "",
            patch.name,
            patch.release or "posted",
            patch.commit,
            patch.subject,
        )
        for patch in held
    )
    known = (f"{name} ({len(every)})" for name, every in series.SERIES.items())
    note = "series, each with its patches counted: " + ", ".join(known)
    return Table("patches", ("", "name", "release", "commit", "subject"), rows, note)


def _about(patch: Patch, applied: tuple[Patch, ...]) -> Told:
    """One patch: where it comes from, what it goes with, and what it changes."""
    said = (f"{word}: {text}" for word, text in about(patch, applied))
    more = f"`diff {patch.name}` shows the change, `lessons {patch.name}` who teaches it"
    facts = {**data(patch), "applied": patch in applied}
    return Told(patch.subject, (*said, more), facts)


@command("kernel", examples=("apply zero-page-unpinned",), see=("revert", "diff"))
def apply(lab: Lab, patch: Annotated[Patch, PATCH]) -> Patched:
    """Apply a patch to the kernel that runs.

    The functions that it changes have new bodies from now on. What was done before
    was done by the old ones.
    """
    _refuse(livepatch.apply(lab.machine, patch))
    return _patched("applied", patch)


@command(
    "kernel",
    examples=("revert zero-page-unpinned", "revert zero-page-unpinned with-dependents"),
    see=("apply",),
)
def revert(
    lab: Lab, patch: Annotated[Patch, PATCH], *, with_dependents: bool = False
) -> Patched:
    """Revert a patch from the kernel that runs.

    One that others need stays, unless those go `with-dependents`, as they must: their
    functions call what it brings, or contain it.
    """
    others = livepatch.dependents(lab.machine, patch) if with_dependents else ()
    _refuse(livepatch.revert(lab.machine, patch, *others))
    return _patched("reverted", patch, *others)


@command("kernel", mutates=False, examples=("diff zero-page-unpinned",), see=("source",))
def diff(lab: Lab, patch: Annotated[Patch, PATCH]) -> PatchDiff:
    """Show what a patch changes in the model, function by function, and why."""
    below = tuple(
        one
        for one in livepatch.applied(lab.machine)
        if series.ALL.index(one) < series.ALL.index(patch)
    )
    return PatchDiff(
        patch.name,
        patch.subject,
        patch.commit,
        patch.release,
        patch.reason,
        diff_of(patch, below),
    )


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise CommandError(
            refusal.message, None, code="patch-refused", hint=refusal.hint, of=("patch",)
        )


def _patched(action: str, patch: Patch, *others: Patch) -> Patched:
    functions = {each.__name__: None for one in (patch, *others) for each in one.bodies}
    names = ", ".join(each.name for each in (patch, *others))
    subject = names if others else patch.subject
    return Patched(
        action, patch.name, subject, patch.commit, patch.release, tuple(functions)
    )
