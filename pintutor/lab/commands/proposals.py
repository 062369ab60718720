"""Commands that call functions which were proposed and never merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.fields import PAGE
from pintutor.lab.gup_calls import require_function
from pintutor.lab.holding import free_name, hold, release
from pintutor.lab.kinds import OneOf
from pintutor.lab.lookups import HELD, UNUSED_NAME
from pintutor.lab.registry import command
from pintutor.lab.results import Gup, Released
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.mm_types import Page
from pintutor.patches.extract_v8.put_unpin import page_put_unpin
from pintutor.patches.hubbard_2022.pin_user_page import pin_user_page

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MODES = {"get": FOLL_GET, "pin": FOLL_PIN, "none": 0}


@command(
    "pins",
    kernel="mm/gup.c: pin_user_page(), proposed in 2022",
    examples=("pinpage buf[0] as p", "pinpage zero as z"),
    see=("addpin", "pin", "unpin"),
)
def pinpage(
    lab: Lab,
    page: Annotated[Page, PAGE],
    *,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Pin one page without a walk of the page tables and without asking whose it is.

    No release has pin_user_page(): `apply pin-user-page` first. `unpin` gives it back.
    """
    require_function(lab, pin_user_page)
    name = free_name(lab, as_, "p")
    pin_user_page(page)
    result = hold(lab, "pin_user_page", (page,), 1, name, FOLL_PIN)
    # It counts the zero page on every kernel, whatever pin_user_pages() does there.
    lab.kernel.held[-1].zero_counted = True
    return result._replace(ret=1)


@command(
    "pins",
    kernel="mm/gup.c: page_put_unpin(), proposed in 2023",
    examples=("putunpin p pin", "putunpin p none"),
    see=("unpin", "put"),
)
def putunpin(
    lab: Lab,
    name: Annotated[HeldPages, HELD],
    mode: Annotated[str, OneOf(*MODES), "how the caller thinks it had the pages"],
) -> Released:
    """Give pages back in the way that is named, and forget them.

    Nothing checks that they were had in that way. No release has page_put_unpin():
    `apply folio-put-unpin` first.
    """
    require_function(lab, page_put_unpin)
    for page in name.pages:
        page_put_unpin(page, MODES[mode])
    return release(lab, name, name.pages, "page_put_unpin")
