"""What direct I/O without iomap holds besides its bios: a part of the ledger
(ledger.py).

The queue has one unit of each page that was not worked on yet, and the current
page one more. When a walk stops within a page, the unit that it came with is
nobody's for the moment.
"""

from collections.abc import Iterator

from pintutor.linux.fs.direct_io_types import Dio
from pintutor.linux.globals import Kernel
from pintutor.linux.holders.bio import Holding, Rules, held
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN


def dio_holders(kernel: Kernel, rules: Rules) -> Iterator[Holding]:
    """What each direct I/O that is being submitted holds, page by page."""
    for dio in kernel.dios:
        if not isinstance(dio, Dio) or dio.submit is None:
            continue
        how = cleanup_of(dio, rules)
        if not how:
            continue
        for index in range(dio.submit.head, dio.submit.tail):
            page = dio.pages[index]
            if page is not None:
                name = f"queue of {dio.inode.name}[{index}]"
                yield held(page, name, how, kernel, rules)
        if dio.submit.cur_page is not None:
            name = f"current page of {dio.inode.name}"
            yield held(dio.submit.cur_page, name, how, kernel, rules)


def cleanup_of(dio: Dio, rules: Rules) -> int:
    """FOLL_PIN, FOLL_GET or 0: how it gives back each of its pages."""
    if dio.is_pinned:
        return FOLL_PIN
    if rules.dio_pins:
        return 0
    return FOLL_PIN if rules.unpins_bios else FOLL_GET
