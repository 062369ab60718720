"""Does in a lab what the probe did on a real kernel, and compares what was seen.

The numbers to expect are never written here: they come from the recorded steps. Three
things are known to differ in the way they were measured, and are taken into account:

* A fresh page waits in a per-CPU batch before it is on the LRU list, with one reference
  more. The model puts it on the list at once. So for a page of user space that was
  seen without `lru`, one reference less is expected, and `lru`.
* Of another task's page-table entry the probe saw only whether it can be written.
* A tail page's own flags are those of its folio, but for `anon_exclusive`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pintutor.lab.kernel_memory import kmem
from pintutor.lab.pipes import pipe_item, pipes
from pintutor.lab.results import Gup
from pintutor.lab.show_memory import flag_names, pte_names
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_PIN, page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, TaskStruct
from pintutor.linux.mm.pagetable import find_leaf
from tests.labs import started
from tests.oracle.calls import Record, watched
from tests.oracle.plan import FILES, Call, Check, Fact, Later, Release, Scenario, See, Step

COUNTERS = ("acquired", "released")
FLAGS = frozenset(
    (
        "anon",
        "anon_exclusive",
        "uptodate",
        "lru",
        "swapbacked",
        "dirty",
        "reserved",
        "maybe_dma_pinned",
    )
)
"""The flags that are compared."""


class Driver:
    """A lab that follows one recorded scenario and notes every difference."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lab = started(kernel=FILES[file])
        self.differences: list[str] = []
        self.calls: list[Gup] = []
        """What the calls so far returned."""
        self._pages: dict[str, Page] = {"zero": self._zero}
        self._bases: dict[str, int] = {"zero": self._zero._refcount}
        self.records: list[Record] = []
        """Calls of the model's functions since they were compared last."""
        self._where = ""

    @property
    def _zero(self) -> Page:
        page = self.lab.kernel.empty_zero_page
        assert page is not None, "the machine has booted"
        return page

    @property
    def leaked(self) -> int:
        """References of the zero page since the scenario began."""
        return self._zero._refcount - self._bases["zero"]

    def follow(self, scenario: Scenario, record: Any) -> list[str]:
        """Do all steps; returns what differs from the recorded scenario."""
        with self.lab.machine, watched() as self.records:
            self._follow(scenario, record)
        return self.differences

    def _follow(self, scenario: Scenario, record: Any) -> None:
        for line in scenario.setup:
            self.lab.execute(line)
        self.records.clear()
        for name, place in scenario.names:
            self._name(name, self.page(place))
        for number, pair in enumerate(zip(scenario.steps, record["steps"], strict=True)):
            actions, step = pair
            self._where = f"{record['id']} step {number} ({step['do']})"
            self._step(actions, step["observed"])

    def _step(self, actions: Step, observed: dict[str, Any]) -> None:
        if any(isinstance(action, Later) for action in actions):
            return
        before = self._counters()
        looked_at = {"zero_d_ref", *(f"d_foll_pin_{each}" for each in COUNTERS)}
        for action in actions:
            if isinstance(action, str):
                self.lab.execute(action)
            elif isinstance(action, Release):
                self._release(action.name)
            elif isinstance(action, Call):
                self._call(action, observed)
            elif isinstance(action, See):
                self._see(action, observed)
            elif isinstance(action, Fact) and action.key in observed:
                self.same(action.key, observed[action.key], action.value(self))
            elif isinstance(action, Check) and action.key in observed:
                action.compare(self, action.key, observed[action.key])
            if isinstance(action, (Call, See, Fact, Check)):
                looked_at.add(action.key)
        self.same("looked at", sorted(observed), sorted(looked_at & set(observed)))
        self.same("zero_d_ref", observed["zero_d_ref"], self.leaked)
        for name, old, new in zip(COUNTERS, before, self._counters(), strict=True):
            self.same(f"d_foll_pin_{name}", observed[f"d_foll_pin_{name}"], new - old)

    def _counters(self) -> tuple[int, int]:
        stat = self.lab.kernel.vm_stat
        return stat.nr_foll_pin_acquired, stat.nr_foll_pin_released

    def same(self, what: str, real: object, model: object) -> None:
        """Note a difference between what was recorded and what the model has."""
        if real != model:
            text = f"{self._where}: {what}: the kernel has {real}, the model {model}"
            self.differences.append(text)

    def _call(self, action: Call, observed: dict[str, Any]) -> None:
        real = observed[action.key]
        flags = "|".join(real["flags"]) or "0"
        line = f"gup {real['fn']} {action.where} {real['nr']} {flags} as {action.name}"
        result = self.lab.execute(line).result
        assert isinstance(result, Gup), "the command calls a GUP function"
        self.calls.append(result)
        self.same(f"{action.key}.ret", real["ret"], result.error or result.ret)
        if "pages" in real:
            for index, name in enumerate(real["pages"]):
                page = self._held(action.name, index)
                self.same_page(f"{action.key}.pages[{index}]", name, page)

    def _release(self, name: str) -> None:
        held = self.lab.names.held().get(name)
        if held is not None:
            self.lab.execute(f"unpin {name}" if held.flags & FOLL_PIN else f"put {name}")

    def _see(self, action: See, observed: dict[str, Any]) -> None:
        real = observed[action.key]
        if not isinstance(real, list):
            self.compare(action.key, action.where, real)
            return
        for index, each in enumerate(real):
            self.compare(f"{action.key}[{index}]", f"{action.where}[{index}]", each)

    def compare(self, key: str, where: str, real: dict[str, Any]) -> None:
        """Compare a page, and its entry if it was seen through one, with its record."""
        page = self.page(where)
        if page is None:
            self.same(key, real["page"], None)
            return
        self.same_page(key, real["page"], page)
        folio = page_folio(page)
        early = "swapbacked" in real["flags"] and "lru" not in real["flags"]
        flags = set(real["flags"]) & FLAGS | ({"lru"} if early else set())
        self.same(f"{key}.ref", real["ref"] - early, folio._refcount)
        if "d_ref" in real and real["page"] in self._bases:
            grown = folio._refcount - self._bases[real["page"]]
            self.same(f"{key}.d_ref", real["d_ref"] - early, grown)
        if "pincount" in real:
            self.same(f"{key}.pincount", real["pincount"], folio._pincount)
        self.same(f"{key}.mapcount", real["mapcount"], page._mapcount + 1)
        if "order" in real:
            entire = folio._entire_mapcount + 1
            self.same(f"{key}.order", real["order"], folio.order)
            self.same(f"{key}.entire_mapcount", real["entire_mapcount"], entire)
        own = set(flag_names(page)) & {"anon_exclusive"}
        shared = set(flag_names(folio)) - {"anon_exclusive"}
        self.same(f"{key}.flags", sorted(flags), sorted((own | shared) & FLAGS))
        if "byte0" in real:
            self.same(f"{key}.byte0", real["byte0"], page.data[0])
        if "pte" in real:
            self._compare_entry(key, where, real)

    def _compare_entry(self, key: str, where: str, real: dict[str, Any]) -> None:
        task, address = self._address(where)
        bits = {"write"}
        if task is self.lab.kernel.current:
            bits |= {"accessed", "dirty"}
        ptep = find_leaf(task.mm, address)
        entry = 0 if ptep is None else ptep.table.entries[ptep.nr]
        found = sorted(set(pte_names(entry)) & bits)
        self.same(f"{key}.pte", sorted(set(real["pte"]) & bits), found)
        level = "none" if ptep is None else ptep.table.level
        self.same(f"{key}.map", real["map"], level)

    def same_page(self, key: str, name: str, page: Page | None) -> None:
        """Check that a recorded name means this page, or give it the name."""
        known = self._pages.get(name)
        if known is None and page is not None:
            new = not name.startswith("X") or page not in self._pages.values()
            self.same(
                key,
                f"{name}, not seen before",
                f"{name}, not seen before" if new else self._label(page),
            )
            self._name(name, page)
        elif known is not page:
            self.same(key, name, self._label(page))

    def bases(self) -> dict[Page, int]:
        """The count that each folio had when it, or its first page, got a name."""
        found: dict[Page, int] = {}
        for name, page in self._pages.items():
            found.setdefault(page_folio(page), self._bases[name])
        return found

    def _label(self, page: Page | None) -> str:
        names = (name for name, each in self._pages.items() if each is page)
        return next(names, "no page" if page is None else f"pfn {page.pfn:#x}")

    def _name(self, name: str, page: Page | None) -> None:
        assert page is not None, f"{name} is there when it gets its name"
        self._pages[name] = page
        self._bases[name] = page_folio(page)._refcount

    def page(self, where: str) -> Page | None:
        """The page at a place, or None; places are written as in `See`."""
        if where == "zero":
            return self._zero
        if where.startswith("held "):
            name, _, index = where[5:].rstrip("]").partition("[")
            return self._held(name, int(index))
        if where.startswith("buffer "):
            name, _, index = where[7:].rstrip("]").partition("[")
            return pipe_item(pipes(self.lab.kernel)[name], int(index)).page
        memory, _, index = where.rstrip("]").partition("[")
        if memory in kmem(self.lab.kernel):
            return kmem(self.lab.kernel)[memory].pages[int(index)]
        task, address = self._address(where)
        return self.lab.names.at(address, task.mm)

    def _held(self, name: str, index: int) -> Page | None:
        held: Iterable[HeldPages] = self.lab.kernel.held
        pages = next((one.pages for one in held if one.name == name), ())
        return pages[index] if index < len(pages) else None

    def _address(self, where: str) -> tuple[TaskStruct, int]:
        """The task and the address that `child: A[3]` means."""
        comm, colon, place = where.rpartition(": ")
        name, _, index = place.rstrip("]").partition("[")
        start = self.lab.names.ranges()[name].vm_start
        task = self.lab.kernel.current
        if colon:
            task = next(each for each in self.lab.kernel.tasks if each.comm == comm)
        assert task is not None, "the machine has booted"
        return task, start + int(index or 0) * PAGE_SIZE
