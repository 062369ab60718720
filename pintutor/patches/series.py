"""The order of the patches, and releases as named sets of them over the base.

The base is Linux v5.17. A release that adds nothing to the model yet is the
set of the release before it. Any set may be extended in place, as in
`v6.1+zero-page-unpinned`.
"""

from pintutor.patches.between import (
    fast_overflow,
    gup_args_checked,
    longterm_breaks_cow,
    longterm_file_write_fast,
    longterm_file_write_slow,
    try_grab_page_int,
    unshare_cow_mappings,
)
from pintutor.patches.extract_v8 import put_unpin
from pintutor.patches.hubbard_2022 import pin_user_page
from pintutor.patches.old_dio_v4 import (
    folio_add_pin,
    zero_page_unpinned,
    zero_page_unpinned_6_1_130,
)
from pintutor.patches.patch import Patch
from pintutor.patches.vfio import revert_unpin_zero_pages, unpin_zero_pages

BASE = "v5.17"

ALL: tuple[Patch, ...] = (
    pin_user_page.PATCH,
    unpin_zero_pages.PATCH,
    unshare_cow_mappings.PATCH,
    longterm_breaks_cow.PATCH,
    try_grab_page_int.PATCH,
    put_unpin.PATCH,
    gup_args_checked.PATCH,
    zero_page_unpinned.PATCH,
    zero_page_unpinned_6_1_130.PATCH,
    folio_add_pin.PATCH,
    longterm_file_write_slow.PATCH,
    longterm_file_write_fast.PATCH,
    fast_overflow.PATCH,
    revert_unpin_zero_pages.PATCH,
)
"""Every patch, in the order in which they go on top of each other."""

BY_NAME = {patch.name: patch for patch in ALL}

_V6_1 = (unpin_zero_pages.PATCH,)
_V6_2 = (
    *_V6_1,
    unshare_cow_mappings.PATCH,
    longterm_breaks_cow.PATCH,
    try_grab_page_int.PATCH,
)
_V6_4 = (*_V6_2, gup_args_checked.PATCH)
_V6_5 = (
    *_V6_4,
    zero_page_unpinned.PATCH,
    folio_add_pin.PATCH,
    longterm_file_write_slow.PATCH,
    longterm_file_write_fast.PATCH,
    fast_overflow.PATCH,
)

RELEASES: dict[str, tuple[Patch, ...]] = {
    BASE: (),
    "v6.1": _V6_1,
    "v6.2": _V6_2,
    "v6.4": _V6_4,
    "v6.5": _V6_5,
    "v6.12": (*_V6_5, revert_unpin_zero_pages.PATCH),
}
"""The patches that each release has, releases in order of time."""

DEFAULT = "v6.4"
"""The release that a lab starts with: the last that pins the zero page."""


def in_order(patches: tuple[Patch, ...]) -> tuple[Patch, ...]:
    """The patches without doubles, in the order of the series."""
    return tuple(patch for patch in ALL if patch in patches)
