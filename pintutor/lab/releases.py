"""Kernels by name: a release, or a release with patches added or taken away.

`v6.4` is a release, `v6.4+zero-page-unpinned` that release with a patch on top, and
`v6.2+extract-v8` with all patches of a series, as it was posted.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.words import Word
from pintutor.patches import series
from pintutor.patches.patch import Patch
from pintutor.sim.function import Layer

COMPARISONS = ("<=", ">=", "<", ">")

TOPS: dict[str, tuple[Patch, ...]] = {
    **{each: (patch,) for each, patch in series.BY_NAME.items()},
    **series.SERIES,
}
"""What may stand after a plus: a patch, or a series of them."""


def find(kernel: str, at: int = 0) -> tuple[str, tuple[Patch, ...]]:
    """The release and all patches of a kernel (CommandError with the unknown part)."""
    release, *extras = kernel.split("+")
    if release not in series.RELEASES:
        raise CommandError(
            f"no kernel is called `{printable(release[:40])}`"
            + did_you_mean(release, series.RELEASES),
            Span(at, at + len(release)),
            code="unknown-kernel",
            hint="known: " + " ".join(series.RELEASES),
        )
    patches = list(series.RELEASES[release])
    at += len(release) + 1
    for extra in extras:
        if extra not in TOPS:
            raise CommandError(
                f"no patch is called `{printable(extra[:40])}`" + did_you_mean(extra, TOPS),
                Span(at, at + len(extra)),
                code="unknown-patch",
                hint="`patches` lists them, and the series",
            )
        patches += TOPS[extra]
        at += len(extra) + 1
    _require_together(kernel, patches, at)
    return release, series.in_order(tuple(patches))


def _require_together(kernel: str, patches: list[Patch], end: int) -> None:
    """Refuse patches that lack what they need, or conflict (CommandError)."""
    found = misfit(patches)
    if found is not None:
        raise CommandError(
            str(found),
            Span(end - len(kernel) - 1, end - 1),
            code="patch-refused",
            hint=f"`{kernel}+{_brings(found.patch, found.lacks)}`" if found.lacks else "",
        )


class Misfit(NamedTuple):
    """Why patches cannot be applied together."""

    patch: Patch
    lacks: str
    """Name of a patch that it needs, or empty."""
    clash: str
    """Name of a patch that it conflicts with, if it lacks none."""

    def __str__(self) -> str:
        if self.lacks:
            return f"{self.patch.name} needs {self.lacks}"
        return f"{self.patch.name} conflicts with {self.clash}"


def misfit(patches: Iterable[Patch]) -> Misfit | None:
    """The first of the patches that does not go with the others, if there is one."""
    held = tuple(patches)
    names = {patch.name for patch in held}
    for patch in held:
        lacking = [name for name in patch.needs if name not in names]
        clashing = [name for name in patch.conflicts if name in names]
        if lacking or clashing:
            return Misfit(patch, "".join(lacking[:1]), "".join(clashing[:1]))
    return None


def _brings(patch: Patch, lacking: str) -> str:
    """What to put on top: a patch, or the series that it belongs to and `patch` not."""
    needed = series.BY_NAME[lacking]
    others = (each for each, held in series.SERIES.items() if needed in held)
    found = next(others, lacking)
    posted = any(patch in held for held in series.SERIES.values())
    same = patch in series.SERIES.get(found, ())
    return found if posted and not same else lacking


@lru_cache(maxsize=256)
def name(release: str, layers: tuple[Layer, ...]) -> str:
    """`v6.4`, or `v6.4+1-1` with the numbers of patches added and taken away.

    Whole series, and nothing else, are named: `v6.2+extract-v8`.
    """
    base = series.RELEASES[release]
    added = set(layers) - set(base)
    gone = sum(layer not in layers for layer in base)
    top = _posted(base, added) or str(len(added))
    return release + (f"+{top}" if added else "") + (f"-{gone}" if gone else "")


def _posted(base: tuple[Patch, ...], added: set[Layer]) -> str:
    """The series that these patches are all of, joined by a plus; empty for others."""
    found = [
        (one, new)
        for one, patches in series.SERIES.items()
        if (new := set(patches) - set(base)) and new <= added
    ]
    whole: set[Layer] = set().union(*(new for _, new in found))
    return "+".join(one for one, _ in found) if whole == added else ""


def matches(word: Word, release: str, patches: tuple[Layer, ...]) -> bool:
    """True when `word` means the kernel of that release with these patches.

    A name means exactly that kernel, `v6.4` or `v6.4+zero-page-unpinned`; `<v6.5`,
    `>=v6.1` and the like compare releases.
    """
    sign = next((sign for sign in COMPARISONS if word.text.startswith(sign)), "")
    wanted = find(word.text[len(sign) :], word.start + len(sign))
    if not sign:
        return wanted == (release, patches)
    order = list(series.RELEASES)
    here, there = order.index(release), order.index(wanted[0])
    results = {
        "<": here < there,
        ">": here > there,
        "<=": here <= there,
        ">=": here >= there,
    }
    return results[sign]
