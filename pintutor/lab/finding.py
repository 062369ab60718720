"""Finding pages: where one is mapped, cached and held; which ones something is true of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pintutor.lab.attributes import NoSuchAttribute, page_attribute
from pintutor.lab.errors import CommandError, did_you_mean
from pintutor.lab.expressions import Expression
from pintutor.lab.kinds import Completion, IntRange, matching, no_completions
from pintutor.lab.paths import ExpressionKind
from pintutor.lab.scope import LabScope, Spot, Stretch
from pintutor.lab.show_memory import pte_names
from pintutor.lab.words import Word
from pintutor.linux.arch.x86.include.pgtable import (
    SHIFTS,
    pmd_trans_huge,
    pte_pfn,
    pte_present,
)
from pintutor.linux.globals import HeldPages
from pintutor.linux.holders.ledger import Ledger, folios, tables, used
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE, Page

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PFN = "pfn:"
WHERE = "where"
_LAST = re.compile(r"[A-Za-z_]\w*$")

Row = tuple[str, str, str]
"""How a page is reached, from where, and a detail."""


class PageScope(LabScope):
    """Names as they are in a lab, and before them what one page has."""

    def __init__(self, lab: Lab, page: Page) -> None:
        super().__init__(lab)
        self.page = page

    def name(self, text: str) -> object:
        """What the page has under that name, else what the name stands for."""
        try:
            value: object = page_attribute(self.page, text)
        except NoSuchAttribute as missing:
            if text in self.lab.names.all():
                return super().name(text)
            known = (*missing.known, *self.lab.names.all())
            raise LookupError(
                f"a page has no `{text}`, and nothing is called so"
                + did_you_mean(text, known)
            ) from None
        return value


def attributes(lab: Lab) -> tuple[str, ...]:
    """The names of what a page has."""
    try:
        page_attribute(next(folios(lab.kernel)), "")
    except NoSuchAttribute as found:
        return found.known
    raise AssertionError("nothing of a page is called ``")


def pages_where(lab: Lab, text: str, at: int) -> list[Page]:
    """The folios of which an expression is true (CommandError at a wrong part)."""
    parsed = Expression.parse(text, at)
    return [folio for folio in folios(lab.kernel) if parsed.evaluate(PageScope(lab, folio))]


def pages_named(lab: Lab, word: Word) -> list[Page]:
    """The pages that a frame number, a name or a path stands for (CommandError)."""
    if word.text.startswith(PFN):
        found = _frame(lab, word.after(len(PFN)))
        return [found] if found is not None else []
    value = Expression.parse(word.text, word.start).evaluate(LabScope(lab))
    if isinstance(value, Page):
        return [value]
    if isinstance(value, HeldPages):
        return list(dict.fromkeys(value.pages))
    if isinstance(value, Spot):
        there = [lab.names.at(value.address, value.mm)]
    elif isinstance(value, Stretch):
        addresses = range(value.start, value.end, PAGE_SIZE)
        there = [lab.names.at(address, value.mm) for address in addresses]
    else:
        raise CommandError(
            f"`{word.text}` is no page",
            word.span,
            code="no-page",
            hint="a page: buf[0], p[0], pfn:0x2004; or `find where _refcount > 1`",
        )
    return list(dict.fromkeys(page for page in there if page is not None))


def _frame(lab: Lab, number: Word) -> Page | None:
    """The page of a frame, or None when nobody has used the frame so far."""
    mem_map = lab.kernel.mem_map
    pfn = IntRange(0, len(mem_map) - 1).parse(number, lab)
    head = mem_map[pfn & -HPAGE_PMD_NR]
    if mem_map[pfn] is None and head is not None and head.order:
        return Page(pfn, compound_head=head)
    return mem_map[pfn]


def places(lab: Lab, page: Page, books: Ledger) -> Iterator[Row]:
    """Everywhere that a page can be reached from, one row each."""
    for task in lab.kernel.tasks:
        if task.mm.pgd is None:
            continue
        for address, entry in _leaves(task.mm.pgd, page.pfn):
            where = lab.names.place(address, task)
            yield "mapped", where, " ".join(pte_names(entry))
    for owner in books.get(page_folio(page), ()):
        held = _held_page(lab, owner.name)
        if owner.kind != "mapping" and held in (None, page):
            yield owner.kind, owner.name, f"{owner.units} of _refcount"


def _leaves(root: Any, pfn: int) -> Iterator[tuple[int, int]]:
    """The addresses at which a frame is mapped below a root table, and the entries."""
    for table, base in tables(root):
        for index, entry in used(table):
            huge = table.level != "pte" and pmd_trans_huge(entry)
            if not pte_present(entry) or not (huge or table.level == "pte"):
                continue
            nr = pfn - pte_pfn(entry)
            if 0 <= nr < (HPAGE_PMD_NR if huge else 1):
                address = base + (index << SHIFTS[table.level])
                yield address + (nr << PAGE_SHIFT), entry


def _held_page(lab: Lab, name: str) -> Page | None:
    """The page that is held as `p[3]`, or None when that is no held page's name."""
    stem, _, index = name.rstrip("]").partition("[")
    held = lab.names.held().get(stem)
    return held.pages[int(index)] if held is not None and index.isdigit() else None


def what_is_found(lab: Lab, word: Word) -> tuple[list[Page], bool]:
    """The pages that the words after `find` mean; and whether they name pages."""
    text = word.text.strip()
    start = word.start + len(word.text) - len(word.text.lstrip())
    if not text:
        raise CommandError(
            "say what to find",
            word.span,
            code="missing-argument",
            hint="find buf[0], find pfn:0x2004, find pinned, find where _refcount > 1",
        )
    whole = Word(text, start, start + len(text))
    if text.split(None, 1)[0] == WHERE:
        rest = whole.after(len(WHERE))
        return pages_where(lab, rest.text, rest.start), False
    known = attributes(lab)
    if text in lab.names.all() or not text.isidentifier():
        return pages_named(lab, whole), True
    if text in known:
        return pages_where(lab, text, start), False
    raise CommandError(
        f"nothing is called `{text[:40]}`, and no page is so"
        + did_you_mean(text, (*known, *lab.names.all())),
        whole.span,
        code="unknown-name",
        hint="pinned, dirty and anon are what pages can be; `where` takes an expression",
    )


@dataclass(frozen=True, slots=True)
class FindKind:
    """What to find: a page by name or frame, or what is to be true of it."""

    name: str = "PAGE"
    note: str = "buf[0], pfn:0x2004, pinned, or where _refcount > 1024"
    raw: bool = True
    complete = no_completions

    def parse(self, word: Word, lab: object) -> Word:
        """The text with its column; the command reads it."""
        return word

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """Pages, `where`, and what can be asked of a page."""
        text = word.text
        asked = [(each, "of a page") for each in attributes(lab)]
        named = ExpressionKind().continuations(word, lab)
        if text.split(None, 1)[:1] == [WHERE] and text != WHERE:
            rest = word.after(len(WHERE))
            found = _LAST.search(text)
            last = found.group() if found else ""
            at = Word(last, word.stop - len(last), word.stop)
            mine = [] if text[: len(text) - len(last)].endswith(".") else asked
            return matching(at, mine, "name") + ExpressionKind().continuations(rest, lab)
        starts = [(WHERE, "pages of which an expression is true"), (PFN, "a frame")]
        return matching(word, [*starts, *asked], "name") + named


FIND = FindKind()
