"""Atomic operations and marked accesses: the only points where another CPU gets in.

Each takes the object and the field (or the KArray and the index) that it touches,
so that an explorer knows which two operations can conflict. `on_access` is called
*before* the operation: what runs there may switch to another simulated CPU. Model
code between two such calls runs undisturbed; a racy line without one is a modelling
error, the missing READ_ONCE of C.

Counters are 32-bit and signed, and wrap as the kernel's do.
"""

from collections.abc import Callable
from typing import Any, Literal

from pintutor.sim.errors import Deadlock

Access = Literal[
    "read",
    "write",
    "update",
    "add",
    "lock",
    "unlock",
    "rlock",
    "runlock",
    "wait",
    "idle",
]
"""How an operation touches its field. Two `add` commute, and so do two `rlock`. Who
waits for work is `idle`: if none comes, that is no deadlock."""

Field = str | int
Ready = Callable[[], bool]
Hook = Callable[[Any, Field, Access, Ready | None], None]

_on_access: Hook | None = None


def on_access(hook: Hook | None) -> None:
    """Call `hook(object, field, access, ready)` before every operation; None: nothing.

    An operation that has to wait comes with `ready`, which tells when it can go on; the
    hook returns only then.
    """
    global _on_access
    _on_access = hook


def announce(obj: Any, field: Field, access: Access) -> None:
    """Let another CPU in: the caller is about to touch the field like that."""
    if _on_access is not None:
        _on_access(obj, field, access, None)


def wait_until(ready: Ready, obj: Any, field: Field, access: Access, why: str) -> None:
    """Go on once `ready()` holds, which depends on the field.

    Errors: Deadlock with `why` when it does not hold and no other CPU runs.
    """
    if _on_access is not None:
        _on_access(obj, field, access, ready)
    if not ready():
        raise Deadlock(why)


def alone() -> bool:
    """True when no other CPU can run: what is waited for has to be done here."""
    return _on_access is None


def _load(obj: Any, field: Field) -> Any:
    return obj[field] if field.__class__ is int else getattr(obj, field)  # type: ignore[arg-type]


def _store(obj: Any, field: Field, value: Any) -> None:
    if field.__class__ is int:
        obj[field] = value
    else:
        setattr(obj, field, value)  # type: ignore[arg-type]


def s32(value: int) -> int:
    """`value` as a signed 32-bit integer holds it."""
    return (value + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000


def read_once(obj: Any, field: Field) -> Any:
    """READ_ONCE(): the value of the field now."""
    if _on_access is not None:
        _on_access(obj, field, "read", None)
    return _load(obj, field)


def write_once(obj: Any, field: Field, value: Any) -> None:
    """WRITE_ONCE(): set the field."""
    if _on_access is not None:
        _on_access(obj, field, "write", None)
    _store(obj, field, value)


def xchg(obj: Any, field: Field, value: Any) -> Any:
    """Set the field; returns what it held."""
    if _on_access is not None:
        _on_access(obj, field, "update", None)
    old = _load(obj, field)
    _store(obj, field, value)
    return old


def cmpxchg(obj: Any, field: Field, old: Any, new: Any) -> Any:
    """Set the field to `new` if it holds `old`; returns what it held."""
    if _on_access is not None:
        _on_access(obj, field, "update", None)
    found = _load(obj, field)
    if found == old:
        _store(obj, field, new)
    return found


def atomic_read(obj: Any, field: Field) -> int:
    """The counter's value now."""
    value: int = read_once(obj, field)
    return value


def atomic_set(obj: Any, field: Field, value: int) -> None:
    """Set the counter."""
    write_once(obj, field, s32(value))


def atomic_add_return(i: int, obj: Any, field: Field) -> int:
    """Add `i` to the counter; returns the new value."""
    if _on_access is not None:
        _on_access(obj, field, "update", None)
    value = s32(_load(obj, field) + i)
    _store(obj, field, value)
    return value


def atomic_add(i: int, obj: Any, field: Field) -> None:
    """Add `i` to the counter."""
    if _on_access is not None:
        _on_access(obj, field, "add", None)
    _store(obj, field, s32(_load(obj, field) + i))


def atomic_sub(i: int, obj: Any, field: Field) -> None:
    """Take `i` from the counter."""
    atomic_add(-i, obj, field)


def atomic_inc(obj: Any, field: Field) -> None:
    """Add 1 to the counter."""
    atomic_add(1, obj, field)


def atomic_dec(obj: Any, field: Field) -> None:
    """Take 1 from the counter."""
    atomic_add(-1, obj, field)


def atomic_sub_and_test(i: int, obj: Any, field: Field) -> bool:
    """Take `i` from the counter; true when it is 0 now."""
    return atomic_add_return(-i, obj, field) == 0


def atomic_add_negative(i: int, obj: Any, field: Field) -> bool:
    """Add `i` to the counter; true when it is below 0 now."""
    return atomic_add_return(i, obj, field) < 0


def atomic_add_unless(obj: Any, field: Field, a: int, u: int) -> bool:
    """Add `a` unless the counter holds `u`; true when it was added."""
    if _on_access is not None:
        _on_access(obj, field, "update", None)
    value = _load(obj, field)
    if value == u:
        return False
    _store(obj, field, s32(value + a))
    return True


def set_bits(bits: int, obj: Any, field: Field) -> None:
    """set_bit(): set bits of the field, and leave the others."""
    announce(obj, field, "update")
    _store(obj, field, _load(obj, field) | bits)


def clear_bits(bits: int, obj: Any, field: Field) -> None:
    """clear_bit(): clear bits of the field, and leave the others."""
    announce(obj, field, "update")
    _store(obj, field, _load(obj, field) & ~bits)


def test_and_set_bits(bits: int, obj: Any, field: Field) -> bool:
    """test_and_set_bit(): set bits of the field; true when they were set before."""
    announce(obj, field, "update")
    value = _load(obj, field)
    if value & bits:
        return True
    _store(obj, field, value | bits)
    return False


def test_and_clear_bits(bits: int, obj: Any, field: Field) -> bool:
    """test_and_clear_bit(): clear bits of the field; true when they were set before."""
    announce(obj, field, "update")
    value = _load(obj, field)
    if not value & bits:
        return False
    _store(obj, field, value & ~bits)
    return True
