"""What commands return: data that views draw and scripts read as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from pintutor.linux.include.uapi.errno import errname
from pintutor.patches.diff import FunctionDiff


class Change(NamedTuple):
    """One field of the machine that is not what it was."""

    subject: str
    """What has the field, as a learner names it: `zero`, `buf[0]`, `vmstat`."""
    field: str
    old: int | str
    new: int | str
    kind: str = "count"
    """How to read the values: count, flags, pte, table, text, vm."""

    @property
    def delta(self) -> int | None:
        """new - old for counts, else None."""
        if self.kind != "count" or isinstance(self.old, str) or isinstance(self.new, str):
            return None
        return self.new - self.old


class Mapped(NamedTuple):
    """A range was mapped."""

    name: str
    start: int
    """First address [bytes]."""
    pages: int
    flags: tuple[str, ...]


class Accessed(NamedTuple):
    """User space touched memory."""

    where: str
    write: bool
    value: str
    """The bytes, in hexadecimal."""
    signal: str | None
    """What killed the access, or None."""
    faults: int
    """Page faults that it took."""


class Gup(NamedTuple):
    """A call of the get_user_pages family returned."""

    function: str
    name: str
    """Name that the pages are held under; empty when there are none."""
    asked: int
    """Pages asked for."""
    ret: int
    """Pages had, or a negative error number."""
    error: str
    """The error by name, `-EFAULT`, or empty."""
    pages: tuple[str, ...]
    """The pages by name; at most the first 64."""
    flags: tuple[str, ...]
    times: int = 1
    """Calls that had the page, where the same call was made many times."""
    locked: int | None = None
    """`*locked` after the call: 0 when mmap_lock was dropped; None: it was NULL."""


class Released(NamedTuple):
    """Pages were given back."""

    name: str
    function: str
    pages: int
    left: int
    """Pages still held under the name."""


class Vfio(NamedTuple):
    """Memory was mapped for a device or taken away from it."""

    action: str
    """mapped or unmapped."""
    name: str
    iova: int
    """First address as the device sees it [bytes]."""
    pages: int
    """Pages that were mapped or unmapped; 0 after an error."""
    charged: int
    """Pages that RLIMIT_MEMLOCK has more of; negative for fewer."""
    error: str
    """`-ENOMEM`, or empty."""


class Forked(NamedTuple):
    """A task was made."""

    name: str
    pid: int
    error: str
    """`-ENOMEM`, or empty."""


class TaskChosen(NamedTuple):
    """A task was chosen to run, killed, or ended."""

    action: str
    """chosen, killed or ended."""
    name: str
    pid: int


class Poked(NamedTuple):
    """A field was set by hand, as a debugger would."""

    field: str
    old: int
    new: int


class Patched(NamedTuple):
    """A patch was applied or reverted, or another release chosen."""

    action: str
    name: str
    subject: str
    commit: str
    release: str
    functions: tuple[str, ...]
    """Functions whose bodies changed."""


class Moved(NamedTuple):
    """The cursor moved in time."""

    step: int
    of: int
    command: str
    """The command that the step belongs to; empty at the start."""
    function: str
    file: str
    """File of the kernel tree; empty at the end of a command."""
    line: int
    """Line within the function, from 1; 0 at the end of a command."""
    text: str
    """The line of source that ran."""
    note: str = ""
    frames: tuple[int, ...] = ()
    """The steps on the way, for who shows them one by one; empty for a jump."""
    pace: str = ""
    """How fast to show them: slow, normal or fast."""


class Table(NamedTuple):
    """Rows under columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    note: str = ""
    before: tuple[tuple[str | int, ...], ...] = ()
    """Each row as it was before; an empty one is new. Empty for tables of now alone."""


class Share(NamedTuple):
    """One part of a count: who holds it and who took it."""

    units: int
    kind: str
    holder: str
    step: int | None = None
    function: str = ""
    file: str = ""
    command: str = ""


class Why(NamedTuple):
    """A count, taken apart."""

    field: str
    value: int
    shares: tuple[Share, ...]
    unaccounted: int
    """Units that belong to nobody; negative when holders claim more than there is."""
    last: Share | None
    """The last write of the field, whoever holds what it added."""
    running: bool = False
    """True in the middle of a command: its call holds what belongs to nobody."""


class Imbalance(NamedTuple):
    """A count that its holders do not account for."""

    page: str
    field: str
    value: int
    held: int
    last: Share | None

    @property
    def unaccounted(self) -> int:
        """Units that belong to nobody, negative for units that are missing."""
        return self.value - self.held


class Audit(NamedTuple):
    """Every count against its holders."""

    folios: int
    """Folios looked at."""
    imbalances: tuple[Imbalance, ...]
    running: bool = False
    """True in the middle of a command: its call holds what is not accounted for."""


class Source(NamedTuple):
    """The body of a function of the model that runs now."""

    function: str
    file: str
    body: str
    """Where the body comes from: the base release, or the name of a patch."""
    lines: tuple[str, ...]
    current: int
    """Line that the cursor stands on, from 1, or 0."""


class PatchDiff(NamedTuple):
    """What a patch changes."""

    name: str
    subject: str
    commit: str
    release: str
    reason: str
    functions: tuple[FunctionDiff, ...]


class Verdict(NamedTuple):
    """Whether what was expected holds."""

    expected: str
    holds: bool
    operands: tuple[tuple[str, Any], ...]
    """Each part of the expression that is no constant, with its value."""


class Told(NamedTuple):
    """Text that is its own result: help, a lesson's task, a hint."""

    title: str
    paragraphs: tuple[str, ...]
    data: Mapping[str, Any] = MappingProxyType({})
    """The same as data, for JSON."""


def fields_of(result: object) -> tuple[str, ...]:
    """The names of what a result holds."""
    if is_dataclass(result):
        return tuple(one.name for one in fields(result))
    return getattr(result, "_fields", ())


def to_json(value: Any) -> Any:
    """`value` with only what JSON knows."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: to_json(each) for key, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(each) for each in value]
    if value is None or isinstance(value, (bool, int, str, float)):
        return value
    return str(value)


def error_name(ret: int) -> str:
    """`-EFAULT` for a negative return value, else the empty string."""
    return errname(ret) if ret < 0 else ""
