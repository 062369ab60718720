"""What /dev/sg* holds besides its bios: a part of the ledger (ledger.py)."""

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.mm_types import Page


class SgHolder(NamedTuple):
    """A page that is kept to copy through."""

    page: Page
    name: str


def sg_holders(kernel: Kernel) -> Iterator[SgHolder]:
    """The memory of each command under way, piece by piece."""
    for number, srp in enumerate(kernel.sg_requests):
        for index, page in enumerate(srp.pages):
            yield SgHolder(page, f"buffer {index} of sg command {number}")
