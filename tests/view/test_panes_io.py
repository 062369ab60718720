"""The panes of iterators, bios, direct I/O and devices: what they draw."""

from pintutor.view.panes import moment
from pintutor.view.panes.bios import bio_rows
from pintutor.view.panes.devices import device_rows
from pintutor.view.panes.dios import dio_rows
from pintutor.view.panes.iters import iter_rows
from pintutor.view.rows import as_text, plain
from tests.labs import Lab, run, started
from tests.view.scenes import at, scene


def _iters(lab: Lab) -> str:
    return as_text(iter_rows(moment(lab), 80, 20).rows)


def _bios(lab: Lab, *, legend: bool = False) -> str:
    return as_text(bio_rows(moment(lab), 80, 20, legend=legend).rows)


def _dios(lab: Lab) -> str:
    return as_text(dio_rows(moment(lab), 80, 20).rows)


def _devices(lab: Lab) -> str:
    return as_text(device_rows(moment(lab), 80, 20).rows)


def _line(text: str, part: str) -> str:
    """The one line that has a part."""
    (found,) = (line for line in text.splitlines() if part in line)
    return found


def test_an_iterator_shows_its_count_before_and_after() -> None:
    assert "count 5608 → 4608   iov_offset 0   nr_segs 3 → 2" in _iters(scene("iterators"))


def test_a_segment_says_how_much_of_it_is_done() -> None:
    text = _iters(scene("iterators"))
    assert _line(text, "buf[0]+100").endswith("▓▓▓▓▓▓▓▓   done")
    assert _line(text, "D[0]   ").endswith("█░░░░░░░   byte 616 of 4096")
    assert _line(text, "buf[3]+0").endswith("░░░░░░░░   512 left")


def test_what_was_done_just_now_has_a_sign_of_its_own() -> None:
    lab = started("mmap buf 1", "iter i ubuf dest buf", "advance i 1024", kernel="v6.5")
    assert "▓▓░░░░░░" in _iters(lab)
    run(lab, "advance i 1024")
    assert "██▓▓░░░░" in _iters(lab)


def test_the_segment_under_the_cursor_is_marked() -> None:
    marked = [line for line in _iters(scene("iterators")).splitlines() if "▶" in line]
    assert [line.split()[1:3] for line in marked] == [
        ["1", "buf[2]+0"],
        ["0", "D[0]+0"],
        ["1", "D[0]"],
        ["0", "buf[0]+5"],
    ]


def test_bytes_behind_the_count_are_cut_off() -> None:
    assert "4 of 100 left, the rest is cut off" in _iters(scene("iterators"))


def test_pages_that_were_extracted_stand_below_their_iterator() -> None:
    line = _line(_iters(scene("iterators")), "taken as")
    assert line == "+   taken as p  1 page pinned   buf[0]"


def test_pages_that_were_given_back_are_no_longer_taken() -> None:
    lab = at("iterators", "release p")
    assert "taken as" not in _iters(lab)


def test_an_iterator_says_whether_its_pages_will_be_pinned() -> None:
    text = _iters(scene("iterators"))
    assert "ITER_UBUF dest  will pin" in text
    assert "ITER_KVEC dest  will not pin" in text


def test_a_kernel_without_extraction_does_not_say_what_it_would_pin() -> None:
    assert "pin" not in _iters(scene("pipe"))


def test_an_iterator_that_has_just_been_made_has_a_plus() -> None:
    assert _iters(scene("pipe")).startswith("+ q  ITER_PIPE dest")


def test_the_iterator_of_a_call_is_shown_while_the_call_runs() -> None:
    lab = at("bio", "back 60")
    assert "iter of aio_write  ITER_" in _iters(lab)
    run(lab, "goto end")
    assert "aio_write" not in _iters(lab)


def test_a_pane_without_anything_says_what_would_fill_it() -> None:
    lab = scene("nothing")
    assert "`iter i iovec source buf` makes one" in _iters(lab)
    assert "`dio write d 0 buf async` leaves one under way" in " ".join(_bios(lab).split())
    assert "`dio read d 0 buf async` leaves one in flight" in " ".join(_dios(lab).split())
    assert "`disk d 64K` makes a disk" in _devices(lab)


def test_flags_have_the_bits_that_they_have_in_this_release() -> None:
    assert "bi_flags 0x0 → 0x1   +0 PAGE_PINNED" in _bios(scene("bio"))
    lines = ("kmem K 1", "disk d 64K", "iter b bvec source K", "dio write d 0 b async")
    text = _bios(started(*lines, kernel="v6.1"))
    assert "bi_flags 0x0 → 0x3   +0 NO_PAGE_REF   +1 CLONED" in text


def test_the_legend_names_every_flag_of_the_kernel() -> None:
    assert "bits of v6.5: 0 PAGE_PINNED   1 CLONED" in _bios(scene("bio"), legend=True)
    assert "0 NO_PAGE_REF   1 CLONED" in _bios(scene("old bio"), legend=True)


def test_a_flag_that_no_name_belongs_to_is_said_to_have_none() -> None:
    lab = at("bio")
    with lab.machine:
        lab.kernel.bios[0].bi_flags |= 1 << 12
    assert "12 has no name here" in _bios(lab)


def test_a_flag_that_was_cleared_has_a_minus() -> None:
    lab = at("bio", "mmap other 1")
    with lab.machine:
        lab.kernel.bios[0].bi_flags = 0
    assert "bi_flags 0x1 → 0x0   -0 PAGE_PINNED" in _bios(lab)


def test_a_place_is_drawn_onto_the_sectors_of_its_pages() -> None:
    row = _line(_bios(scene("bio")), "[0]")
    assert row.endswith("buf[0]+512:6144   buf[0] ·███████   buf[1] █████···")


def test_a_bio_that_has_just_been_made_has_a_plus_and_so_have_its_places() -> None:
    text = _bios(scene("bio"))
    assert text.startswith("+ bio 0  WRITE") and "\n + [0]" in text


def test_a_bio_that_was_freed_is_told() -> None:
    assert _bios(scene("old bio")) == "- 1 bio ended and was freed"


def test_a_sector_that_is_covered_in_part_has_a_sign_of_its_own() -> None:
    lines = ("mmap buf 1", "disk d 64K dma=4", "dio write d 0 buf+100:512 async")
    assert "zero ▓▓······" in _bios(started(*lines, kernel="v6.5"))


def test_direct_io_shows_its_counters() -> None:
    assert "F  iomap_dio  WRITE at 4096  size 16384   ref 0   error 0" in _dios(
        scene("iomap")
    )
    assert "blkdev_dio  WRITE  size 0 → 6144   ref 1" in _dios(scene("bio"))


def test_direct_io_without_iomap_shows_its_queue_of_pages() -> None:
    text = _dios(scene("legacy"))
    assert "queue  head 1   tail 4   buf[1] buf[2] buf[3]" in text


def test_flags_of_direct_io_are_named() -> None:
    assert "flags  write" in _dios(scene("iomap"))


def test_a_request_that_came_has_a_plus() -> None:
    assert "+   WRITE  sectors 1..12   bio 0" in _devices(scene("bio"))


def test_a_request_that_left_is_counted() -> None:
    assert "-   1 request left the queue" in _devices(scene("old bio"))


def test_a_command_from_user_space_is_a_request_too() -> None:
    assert "DRV_OUT  sectors 0..7   bio 0" in _devices(scene("sgio"))


def test_what_was_sent_to_a_file_that_is_kept_elsewhere_is_shown() -> None:
    text = _devices(scene("remote"))
    assert "~ N  1 call under way" in text and "+   WRITE  bytes 0..8191" in text


def test_the_title_of_the_bio_pane_counts_them() -> None:
    assert plain(bio_rows(moment(scene("bio")), 80, 20).aside) == "1 bio "
