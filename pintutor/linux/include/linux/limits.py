"""The largest numbers of C's types (include/vdso/limits.h)."""

UINT_MAX = (1 << 32) - 1
