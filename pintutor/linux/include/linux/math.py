"""Arithmetic of the kernel (include/linux/math.h)."""


def DIV_ROUND_UP(n: int, d: int) -> int:
    """n / d, rounded up."""
    return (n + d - 1) // d
