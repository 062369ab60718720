"""Where in a function a value is kept that no local name refers to.

A frame that waits in the middle of `f(a.b) + g()` keeps what f() returned, and one in
the body of `for x in xs()` how far it is in xs(). Such values cannot be asked for, but
the bytecode tells where there are any.
"""

from __future__ import annotations

import dis
from functools import cache
from types import CodeType
from typing import NamedTuple

_KNOWN = ("LOAD_FAST", "LOAD_CONST", "LOAD_GLOBAL", "LOAD_DEREF", "PUSH_NULL")
"""What they put on the stack is a local name, or never changes."""
_NOTHING = (
    *("POP_", "STORE_", "DELETE_", "JUMP_", "RESUME", "NOP", "PRECALL", "KW_NAMES"),
    "EXTENDED_ARG",
)
"""These leave the rest of the stack as it is."""
_END = ("RETURN_", "RAISE_", "RERAISE", "JUMP_FORWARD", "JUMP_BACKWARD")
"""The instruction behind it does not follow."""

Stack = tuple[bool, ...]
"""For each value on the stack whether it was computed."""


class _Row(NamedTuple):
    """One instruction."""

    opcode: int
    argument: int | None
    following: int
    """Offset of the next one."""

    @property
    def name(self) -> str:
        return dis.opname[self.opcode]

    @property
    def target(self) -> int | None:
        """Where it may jump to."""
        if self.argument is None or self.opcode not in dis.hasjrel:
            return None
        back = "BACKWARD" in self.name
        return self.following + 2 * (-self.argument if back else self.argument)


@cache
def keeps(code: CodeType) -> frozenset[int]:
    """Offsets in the bytecode at which a computed value is kept.

    An instruction that is only come to by an exception counts as one that keeps.
    """
    rows = _rows(code.co_code)
    free, kept = set[int](), set[int]()
    waiting: list[tuple[int, Stack]] = [(0, ())]
    while waiting:
        offset, stack = waiting.pop()
        if offset not in rows or offset in free or offset in kept:
            continue
        row = rows[offset]
        after, left = _after(row, stack, jump=False)
        (kept if any(left) else free).add(offset)
        if not row.name.startswith(_END):
            waiting.append((row.following, after))
        if row.target is not None:
            waiting.append((row.target, _after(row, stack, jump=True)[0]))
    # A frame that waits in a call stands behind the caches of the instruction.
    keeping = rows.keys() - free
    return frozenset(at for row in keeping for at in range(row, rows[row].following))


def _rows(code: bytes) -> dict[int, _Row]:
    """The instructions by offset. (dis makes texts of them, which takes longer.)"""
    offsets = [at for at in range(0, len(code), 2) if code[at] != dis.opmap["CACHE"]]
    rows, high = {}, 0
    for offset, following in zip(offsets, [*offsets[1:], len(code)], strict=True):
        opcode, argument = code[offset], code[offset + 1] | high
        high = argument << 8 if opcode == dis.EXTENDED_ARG else 0
        has_one = opcode >= dis.HAVE_ARGUMENT
        rows[offset] = _Row(opcode, argument if has_one else None, following)
    return rows


def _after(row: _Row, stack: Stack, *, jump: bool) -> tuple[Stack, Stack]:
    """The stack after an instruction, and what is kept on it during it."""
    effect = dis.stack_effect(row.opcode, row.argument, jump=jump)
    size = len(stack) + effect
    name = row.name
    if name.startswith(_KNOWN):
        return stack + (False,) * effect, stack
    if name.startswith(_NOTHING):
        return stack[:size] + (True,) * (size - len(stack)), stack[:size]
    if name == "FOR_ITER":
        return (stack[:size], stack) if jump else ((*stack, True), stack)
    if name in ("SWAP", "COPY"):
        moved = len(stack) - (row.argument or 0)
        return stack[:moved] + (True,) * (size - moved), stack
    result = max(effect, 0) + 1
    rest = max(size - result, 0)
    return stack[:rest] + (True,) * (size - rest), stack[:rest]
