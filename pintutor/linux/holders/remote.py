"""What calls to servers hold: a part of the ledger (ledger.py).

Over NFS each part of a page has one reference. Over FUSE a request holds its
pages in the way in which the kernel of the moment will give them back.
"""

from collections.abc import Iterator

from pintutor.linux.fs.fuse.fuse_types import FuseIoArgs
from pintutor.linux.fs.nfs.nfs_types import NfsPgioHeader
from pintutor.linux.fs.remote_types import RemoteCall
from pintutor.linux.globals import Kernel
from pintutor.linux.holders.bio import Holding, Rules, held
from pintutor.linux.include.linux.mm import FOLL_PIN


def remote_holders(kernel: Kernel, rules: Rules) -> Iterator[Holding]:
    """The pages of each call that was not answered yet."""
    for remote in kernel.remote_files:
        for number, call in enumerate(remote.calls):
            name = f"call {number} to {remote.inode.name}"
            yield from _held(call, name, kernel, rules)


def _held(
    call: RemoteCall, name: str, kernel: Kernel, rules: Rules
) -> Iterator[Holding]:
    if isinstance(call.data, NfsPgioHeader):
        for req in call.data.pages:
            yield Holding(req.wb_page, f"nfs_page of {name}", 1, 0)
    elif isinstance(call.data, FuseIoArgs):
        how = FOLL_PIN if call.data.ap.is_pinned else rules.fuse_cleanup
        for index, part in enumerate(call.parts if how else ()):
            page = part.bv_page
            yield held(page, f"{name}[{index}]", how, kernel, rules)
