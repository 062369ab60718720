"""Error numbers (include/uapi/asm-generic/errno-base.h and errno.h)."""

EINTR = 4
EAGAIN = 11
ENOMEM = 12
EFAULT = 14
EBUSY = 16
EEXIST = 17
EINVAL = 22
EMLINK = 31
EOVERFLOW = 75
EOPNOTSUPP = 95
EREMOTEIO = 121

_NAMES = {
    value: name
    for name, value in list(globals().items())
    if name.startswith("E")
}


def errname(err: int) -> str:
    """`-EFAULT` for -14, as the kernel writes errors (lib/errname.c)."""
    name = _NAMES.get(abs(err), str(abs(err)))
    return f"-{name}" if err < 0 else name
