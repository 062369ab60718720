"""The history as a tree, one command a row, branches indented below where they part."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.lab.branching import Bough, Limb, Tree
from pintutor.view.results import plural, result_rows
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import cut

SHOWN = 3
"""Commands in a row, without branches or marks, that are shown before they are counted."""

SIGN = {"here": "●", "ahead": "○", "left": "·", "": "│"}
"""Where the cursor is, what is done, what is ahead of it, and what was left."""


@result_rows.register
def _(result: Tree, width: int) -> tuple[Row, ...]:
    return tree_rows(result, width)


def tree_rows(tree: Tree, width: int) -> tuple[Row, ...]:
    """The tree, from the start downwards."""
    legend = row(("● here   ○ ahead of it   · left in a branch", "dim"))
    return tuple(cut(one, width) for one in (*_limbs(tree.limbs, ""), legend))


def _limbs(limbs: tuple[Limb, ...], indent: str) -> Iterator[Row]:
    """A row for each command, but for those between that nothing happens at."""
    plain: list[Limb] = []
    for number, limb in enumerate(limbs):
        last = number == len(limbs) - 1
        if number and not (last or limb.marks or limb.branches or limb.place == "here"):
            plain.append(limb)
            continue
        yield from _between(plain, indent)
        plain = []
        yield _limb(limb, indent)
        for bough in limb.branches:
            yield from _bough(bough, indent)


def _between(limbs: list[Limb], indent: str) -> Iterator[Row]:
    if len(limbs) > SHOWN:
        sign = SIGN[limbs[0].place]
        told = f"  … {plural(len(limbs), 'command')}"
        yield row(indent, (sign, "dim"), (told, "dim"))
    else:
        yield from (_limb(limb, indent) for limb in limbs)


def _limb(limb: Limb, indent: str) -> Row:
    here = limb.place == "here"
    role = "command" if here or not limb.place else "dim"
    parts = [Segment(indent), Segment(SIGN[limb.place], "current" if here else "dim")]
    parts.append(Segment(f" {limb.line or 'the start'}", role))
    parts += [Segment(f"  ◆{name}", "name") for name in limb.marks]
    return tuple(parts)


def _bough(bough: Bough, indent: str) -> Iterator[Row]:
    count = plural(len(bough.limbs), "command")
    yield row(indent, ("├─┬ ", "dim"), (bough.name, "name"), (f"  {count}", "dim"))
    yield from _limbs(bough.limbs, f"{indent}│ ")
