"""Releases and series as named sets of patches over the base.

The base is Linux v5.17. A release has every patch that went into it or into one
before it. Any set may be extended in place, as in `v6.1+zero-page-unpinned`.
"""

from pintutor.patches.order import ALL as ALL
from pintutor.patches.patch import Patch

BASE = "v5.17"

BY_NAME = {patch.name: patch for patch in ALL}


def version(release: str) -> tuple[int, ...]:
    """A release as numbers that can be compared: `v6.12` is (6, 12)."""
    return tuple(int(part) for part in release.removeprefix("v").split("."))


def _until(release: str) -> tuple[Patch, ...]:
    """Mainline at a release: no proposal, no bug, no stable backport."""
    return tuple(
        patch
        for patch in ALL
        if not patch.mutation
        and patch.release.count(".") == 1
        and version(patch.release) <= version(release)
    )


RELEASES: dict[str, tuple[Patch, ...]] = {
    release: _until(release)
    for release in (BASE, "v6.1", "v6.2", "v6.4", "v6.5", "v6.12")
}
"""The patches that each release has, releases in order of time."""

DEFAULT = "v6.4"
"""The release that a lab starts with: the last that pins the zero page."""


FOLDERS = {
    "hubbard": "hubbard_2022",
    "extract-v8": "extract_v8",
    "splice-read": "splice_read",
    "block-pin-v21": "block_pin_v21",
    "old-dio-v4": "old_dio_v4",
}
"""The series that kernels are named after, and the folder of each."""


POSTED_BEFORE = {
    "extract_v8": ("iomap-zero-unreferenced", "bio-flagged", "page-reffed"),
}
"""Patches of a series that a later one, or the release that has them, lists."""


def _of(folder: str) -> tuple[Patch, ...]:
    """The patches of a folder: no bug that is put back, no stable backport."""
    return tuple(
        patch
        for patch in ALL
        if (
            patch.folder == folder
            or patch.name in POSTED_BEFORE.get(folder, ())
        )
        and not patch.mutation
        and patch.release.count(".") < 2
    )


SERIES: dict[str, tuple[Patch, ...]] = {
    name: _of(folder) for name, folder in FOLDERS.items() if _of(folder)
}
"""The patches of each series as it was posted: `v6.2+extract-v8` has them."""


def in_order(patches: tuple[Patch, ...]) -> tuple[Patch, ...]:
    """The patches without doubles, in the order of the series."""
    return tuple(patch for patch in ALL if patch in patches)
