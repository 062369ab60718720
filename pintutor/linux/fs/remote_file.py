"""Making files that are kept elsewhere: see remote.py."""

from pintutor.linux.fs.inode import new_inode
from pintutor.linux.fs.remote import answer_call
from pintutor.linux.fs.remote_types import RemoteFile
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.fs import Inode


def new_remote(name: str, i_sb: str, size: int) -> Inode:
    """A file of zeroes that is kept elsewhere."""
    inode = new_inode(name, i_sb, size)
    remote = RemoteFile(inode, size, answer_call)
    kernel = this_kernel()
    kernel.remote_files = (*kernel.remote_files, remote)
    return inode
