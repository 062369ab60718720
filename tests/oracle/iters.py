"""Scenarios about iterators: what is called is read from the record, and repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pintutor.lab.iters import IterPages, iters
from pintutor.linux.include.linux.mm import page_folio
from tests.labs import value
from tests.oracle.plan import Check, Scenario, See, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.driver import Driver

LONG_MAX = (1 << 63) - 1
LOW = 0xFFF
"""Bits of an address that do not depend on where the buffer lies."""

COMMAND = {"iov_iter_get_pages2": "getpages", "iov_iter_extract_pages": "extract"}
STATE = ("count", "iov_offset", "nr_segs")


def memory_layouts(record: Any) -> Scenario:
    """G1, G4: iterators over a buffer, taken apart call by call."""
    user = record["id"] == "G1"
    setup = ("mmap U 16", "write U 0x11") if user else ("kmem P 6", "kmem C 8 compound")
    names = ("U", 16) if user else ("P", 6)
    steps = enumerate(record["steps"])
    return Scenario(
        setup=setup,
        names=(
            *((f"{names[0]}{index}", f"{names[0]}[{index}]") for index in range(names[1])),
            *(() if user else ((f"C{index}", f"C[{index}]") for index in range(8))),
        ),
        steps=tuple(_layout(number, step) for number, step in steps),
    )


def _layout(number: int, step: Any) -> Step:
    """Make the iterator that the step describes, and do what it did."""
    layout, name = step["observed"]["layout"], f"i{number}"
    segments = " ".join(map(_segment, layout["segs"]))
    way = "dest" if layout["dir"].startswith("DEST") else "source"
    moved = (
        (f"advance {name} {layout['advance_first']}",) if "advance_first" in layout else ()
    )
    verb = COMMAND[step["do"].rpartition(": ")[2]]
    total = layout["count"]
    return (
        f"iter {name} {layout['type'].lower()} {way} {segments} count={total}",
        *moved,
        Check("layout", lambda driver, key, real: None),
        Check("initial", _state_of(name)),
        Check("iov_iter_npages(maxpages)", _attribute(name, "npages")),
        Check("iov_iter_alignment", _alignment(name)),
        Check("single_seg_count", _attribute(name, "single_seg_count")),
        Check("extract_will_pin", _attribute(name, "will_pin")),
        Check("calls", _calls(name, verb, layout)),
    )


def _segment(segment: Any) -> str:
    if segment["buf"] == "N":
        return f"0x0:{segment['len']}"
    return f"{segment['buf']}+{segment['off']}:{segment['len']}"


def _attribute(name: str, what: str) -> Callable[[Driver, str, Any], None]:
    def compare(driver: Driver, key: str, real: Any) -> None:
        driver.same(key, real, value(driver.lab, f"{name}.{what}"))

    return compare


def _alignment(name: str) -> Callable[[Driver, str, Any], None]:
    def compare(driver: Driver, key: str, real: Any) -> None:
        found = value(driver.lab, f"{name}.alignment")
        driver.same(key, int(real, 16) & LOW, found & LOW)

    return compare


def _state_of(name: str) -> Callable[[Driver, str, Any], None]:
    def compare(driver: Driver, key: str, real: Any) -> None:
        i = iters(driver.lab.kernel)[name].iter
        for field in STATE:
            driver.same(f"{key}.{field}", real[field], getattr(i, field))

    return compare


def _calls(name: str, verb: str, layout: Any) -> Callable[[Driver, str, Any], None]:
    size = LONG_MAX if layout["maxsize"] == "LONG_MAX" else layout["maxsize"]
    line = f"{verb} {name} maxsize={size} maxpages={layout['maxpages']}"

    def compare(driver: Driver, key: str, real: Any) -> None:
        for number, call in enumerate(real):
            held = f"{name}c{number}"
            result = driver.lab.execute(f"{line} as {held}").result
            assert isinstance(result, IterPages), "the command takes pages"
            _compare(driver, f"{key}[{number}]", call, result)
            _state_of(name)(driver, f"{key}[{number}]", call["iter_after"])
            if result.name:
                driver.lab.execute(f"release {held}")

    return compare


def _compare(driver: Driver, key: str, call: Any, result: IterPages) -> None:
    driver.same(f"{key}.ret", call["ret"], result.error or result.ret)
    if "off0" in call:
        driver.same(f"{key}.off0", call["off0"], f"{result.offset0:#x}")
        driver.same(f"{key}.npages", call["npages"], result.npages)
    for index, seen in enumerate(call.get("pages", ())):
        page = driver.page(f"held {result.name}[{index}]")
        driver.same_page(f"{key}.pages[{index}]", seen["page"], page)
        assert page is not None, "the call returned it"
        folio = page_folio(page)
        driver.same(f"{key}.pages[{index}].ref", seen["ref"], folio._refcount)
        if "pincount" in seen:
            driver.same(f"{key}.pages[{index}].pincount", seen["pincount"], folio._pincount)
            driver.same(f"{key}.pages[{index}].order", seen["order"], folio.order)


def allocated_arrays(record: Any) -> Scenario:
    """G6: the callee makes the array; then a step back."""
    extracts = any("extract_pages" in step["do"] for step in record["steps"])
    last = "extract" if extracts else "getpages"
    steps = tuple(
        _revert(last, number)
        if "revert" in step["do"]
        else _alloc("extract" if "extract" in step["do"] else "getpages", number)
        for number, step in enumerate(record["steps"])
    )
    return Scenario(
        setup=("mmap U 3", "write U 0x11"),
        names=tuple((f"U{index}", f"U[{index}]") for index in range(3)),
        steps=steps,
    )


def _alloc(verb: str, number: int) -> Step:
    name = f"i{number}"
    fields = ("ret", "npages", "count", "iov_offset", "nr_segs")
    return (
        f"iter {name} ubuf dest U+0x123:8192",
        f"{verb} {name} alloc as p{number}",
        *(Check(field, _result(field)) for field in fields),
        Check("off0", _offset),
        See("U", "U"),
        f"release p{number}",
    )


def _revert(verb: str, number: int) -> Step:
    name = f"i{number}"
    return (
        f"iter {name} ubuf dest U+0x123:8192",
        f"{verb} {name} maxsize=4096 as p{number}",
        Check("ret", _result("ret")),
        Check("after_call", _state_of(name)),
        f"iterrevert {name} 0x800",
        Check("after_revert", _state_of(name)),
        f"release p{number}",
    )


def _result(field: str) -> Callable[[Driver, str, Any], None]:
    def compare(driver: Driver, key: str, real: Any) -> None:
        driver.same(key, real, value(driver.lab, f"result.{field}"))

    return compare


def _offset(driver: Driver, key: str, real: Any) -> None:
    driver.same(key, real, f"{value(driver.lab, 'result.offset0'):#x}")


READ_FROM_THE_RECORD = {
    "G1": memory_layouts,
    "G4": memory_layouts,
    "G6": allocated_arrays,
}
"""Scenarios whose steps differ between the kernels."""
