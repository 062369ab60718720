"""The number of each FOLL_* flag (include/linux/mm.h, Linux v6.1).

In C these are #defines, and later an enum. The constants of mm.py stand for
the names; what number a program has to pass for a name is said here, as
patches change it from release to release.
"""

from pintutor.linux.include.linux import mm
from pintutor.sim.function import kernel_function

FOLL_NAMES: dict[str, int] = {
    name: value for name, value in vars(mm).items() if name[:5] == "FOLL_"
}
"""Name to the bit that it has within the model, later releases' names too."""


@kernel_function("include/linux/mm.h")
def foll_bits() -> dict[str, int]:
    """The number of each flag that this kernel has."""
    return {
        "FOLL_WRITE": 0x01,
        "FOLL_TOUCH": 0x02,
        "FOLL_GET": 0x04,
        "FOLL_DUMP": 0x08,
        "FOLL_FORCE": 0x10,
        "FOLL_NOWAIT": 0x20,
        "FOLL_NOFAULT": 0x80,
        "FOLL_HWPOISON": 0x100,
        "FOLL_MIGRATION": 0x400,
        "FOLL_TRIED": 0x800,
        "FOLL_REMOTE": 0x2000,
        "FOLL_ANON": 0x8000,
        "FOLL_LONGTERM": 0x10000,
        "FOLL_SPLIT_PMD": 0x20000,
        "FOLL_PIN": 0x40000,
        "FOLL_FAST_ONLY": 0x80000,
    }
