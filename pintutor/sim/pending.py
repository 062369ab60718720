"""Where in a function a value is kept that no local name refers to.

A frame that waits in the middle of `f(a.b) + g()` keeps what f() returned, and one in
the body of `for x in xs()` how far it is in xs(). Such values cannot be asked for, but
the bytecode tells where there are any.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from functools import cache
from types import CodeType

_KNOWN = ("LOAD_FAST", "LOAD_CONST", "LOAD_GLOBAL", "LOAD_DEREF", "PUSH_NULL")
"""What they put on the stack is a local name, or never changes."""
_NOTHING = ("POP_", "STORE_", "DELETE_", "JUMP_", "RESUME", "NOP", "PRECALL", "KW_NAMES")
"""These leave the rest of the stack as it is."""
_END = ("RETURN_", "RAISE_", "RERAISE", "JUMP_FORWARD", "JUMP_BACKWARD")
"""The instruction behind it does not follow."""

Stack = tuple[bool, ...]
"""For each value on the stack whether it was computed."""


@cache
def keeps(code: CodeType) -> frozenset[int]:
    """Offsets in the bytecode at which a computed value is kept.

    An instruction that is only come to by an exception counts as one that keeps.
    """
    rows = {row.offset: row for row in dis.get_instructions(code)}
    end = len(code.co_code)
    following = dict(zip(rows, [*list(rows)[1:], end], strict=True))
    kept, free = set[int](), set[int]()
    waiting: list[tuple[int, Stack]] = [(0, ())]
    while waiting:
        offset, stack = waiting.pop()
        if offset == end or offset in free or offset in kept:
            continue
        row = rows[offset]
        after, left = _after(row, stack, jump=False)
        (kept if any(left) else free).add(offset)
        if not row.opname.startswith(_END):
            waiting.append((following[offset], after))
        waiting += [(target, _after(row, stack, jump=True)[0]) for target in _targets(row)]
    # A frame that waits in a call stands behind the caches of the instruction.
    keeping = rows.keys() - free
    return frozenset(at for row in keeping for at in range(row, following[row]))


def _targets(row: dis.Instruction) -> Iterator[int]:
    if row.opcode in dis.hasjrel or row.opcode in dis.hasjabs:
        yield row.argval


def _after(row: dis.Instruction, stack: Stack, *, jump: bool) -> tuple[Stack, Stack]:
    """The stack after an instruction, and what is kept on it during it."""
    argument = row.arg if row.opcode >= dis.HAVE_ARGUMENT else None
    effect = dis.stack_effect(row.opcode, argument, jump=jump)
    size = len(stack) + effect
    name = row.opname
    if name.startswith(_KNOWN):
        return stack + (False,) * effect, stack
    if name.startswith(_NOTHING):
        return stack[:size] + (True,) * (size - len(stack)), stack[:size]
    if name == "FOR_ITER":
        return (stack[:size], stack) if jump else ((*stack, True), stack)
    if name in ("SWAP", "COPY"):
        moved = len(stack) - (row.arg or 0)
        return stack[:moved] + (True,) * (size - moved), stack
    result = max(effect, 0) + 1
    rest = max(size - result, 0)
    return stack[:rest] + (True,) * (size - rest), stack[:rest]
