"""Kernels with each combination of some patches: what a matrix has for columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from pintutor.lab import releases
from pintutor.patches import series
from pintutor.patches.patch import Patch


@dataclass(frozen=True, slots=True)
class Combination:
    """A kernel, as it is or with some patches put on and others taken off."""

    kernel: str
    """Its name before that."""
    label: str
    """The kernel with what changed: `v6.4+zero-page-unpinned`, `v6.5-splice-eof`."""
    patches: tuple[str, ...] | None = None
    """All that it has then, by name; None: its own."""
    refused: str = ""
    """Why there is no such kernel."""


def all_kernels(named: Iterable[str]) -> tuple[str, ...]:
    """Every release, and what is named besides."""
    return tuple(dict.fromkeys((*series.RELEASES, *named)))


def with_patches(
    kernels: Iterable[str], toggled: Sequence[Patch]
) -> tuple[Combination, ...]:
    """Each kernel with each subset of the patches, and without the others.

    Patches that need one that is taken off go with it, unless they are of the subset.
    Errors: CommandError for an unknown kernel.
    """
    return tuple(
        _combination(kernel, chosen, toggled)
        for kernel in kernels
        for chosen in _subsets(toggled)
    )


def _subsets(patches: Sequence[Patch]) -> Iterator[tuple[Patch, ...]]:
    """All subsets, the smallest first."""
    sizes = range(len(patches) + 1)
    return chain.from_iterable(combinations(patches, size) for size in sizes)


def _combination(
    kernel: str, chosen: tuple[Patch, ...], toggled: Sequence[Patch]
) -> Combination:
    before = releases.find(kernel)[1]
    off = [each for each in toggled if each in before and each not in chosen]
    on = [each for each in chosen if each not in before]
    label = "".join(
        [kernel, *(f"+{each.name}" for each in on), *(f"-{each.name}" for each in off)]
    )
    if not on and not off:
        return Combination(kernel, kernel)
    patches = series.in_order((*_without(before, off, chosen), *on))
    names = tuple(each.name for each in patches)
    return Combination(kernel, label, names, str(releases.misfit(patches) or ""))


def _without(
    patches: tuple[Patch, ...], off: Iterable[Patch], kept: tuple[Patch, ...]
) -> tuple[Patch, ...]:
    """The patches without some, and without those that need one of these."""
    gone = {each.name for each in off}
    left: list[Patch] = []
    # What a patch needs comes before it in the order of the series.
    for each in patches:
        if each.name in gone or (gone & set(each.needs) and each not in kept):
            gone.add(each.name)
        else:
            left.append(each)
    return tuple(left)
