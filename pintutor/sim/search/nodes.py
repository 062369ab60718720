"""Where a CPU can stand, and what it is known to do from there."""

from __future__ import annotations

from dataclasses import dataclass, field

from pintutor.sim.search.memory import Learned
from pintutor.sim.search.standing import Stand
from pintutor.sim.threads import Operation


@dataclass(slots=True, eq=False)
class Node:
    """Somewhere a CPU can stand. No way leads from a node back to it."""

    number: int
    operation: Operation | None
    """What it is about to do; None when its program has ended."""
    result: object
    """What the program returned, or the Oops that stopped it."""
    stands: tuple[Stand, ...] = ()
    """Where each of its frames stands, outermost first."""
    round: int = 0
    """How often it has come back on its way to where it stood before."""
    depth: int = 0
    """Steps on the longest way here that is known."""
    steps: list[Learned] = field(default_factory=list)
    """What it can do from here, as far as that is known."""
    ready: list[Learned] = field(default_factory=list)
    """States in which it need not wait, as far as that is known."""
    touched: int = 0
    """The bits of memory that it may still touch: see Programs.foresee."""
    written: int = 0
    """Those that it may still write."""

    def leads_to(self, other: Node) -> bool:
        """True when some way is known from here to another node."""
        waiting, seen = [self], set[Node]()
        while waiting:
            node = waiting.pop()
            if node is other:
                return True
            if node.depth < other.depth and node not in seen:
                seen.add(node)
                waiting += node.following()
        return False

    def following(self) -> list[Node]:
        """The nodes that one step leads to."""
        return [step.node for step in self.steps if step.node is not None]

    def lie_behind(self, depth: int) -> None:
        """Note that a way of so many steps leads here."""
        waiting = [(self, depth)]
        while waiting:
            node, depth = waiting.pop()
            if node.depth < depth:
                node.depth = depth
                waiting += [(each, depth + 1) for each in node.following()]
