"""Error numbers (include/uapi/asm-generic/errno-base.h and errno.h)."""

ENOENT = 2
EINTR = 4
EIO = 5
EAGAIN = 11
ENOMEM = 12
EACCES = 13
EFAULT = 14
ENOTBLK = 15
EBUSY = 16
EEXIST = 17
EINVAL = 22
EFBIG = 27
ENOSPC = 28
EMLINK = 31
EPIPE = 32
ENODATA = 61
EOVERFLOW = 75
EOPNOTSUPP = 95
EREMOTEIO = 121
EIOCBQUEUED = 529

_NAMES = {
    value: name
    for name, value in list(globals().items())
    if name.startswith("E")
}


def errname(err: int) -> str:
    """`-EFAULT` for -14, as the kernel writes errors (lib/errname.c)."""
    name = _NAMES.get(abs(err), str(abs(err)))
    return f"-{name}" if err < 0 else name
