"""What the random programs of the state machine are made of."""

from hypothesis import strategies as st

from pintutor.patches import series

RANGES = ("a", "b", "c")
TASKS = ("", "one: ", "two: ")
FILES = ("F", "S")
MAPPED = (
    "4",
    "4 r",
    "4 none",
    "4 shared",
    "600 thp",
    "4 of F",
    "4 of F shared",
    "3 of S shared from 1",
    "4 of S",
)
START = (
    "file F 4",
    "file S 4 tmpfs",
    "mmap a 4",
    "mmap b 600 thp",
    "mmap c 4 of F shared",
    "write a 0x41",
    "write b[0] 0x42",
    "fork one",
)
"""What each program begins with: most lines find something to work on then."""

PATCHES = tuple(patch.name for patch in series.ALL)
PLACES = st.tuples(st.sampled_from(RANGES), st.integers(0, 3)).map(
    lambda place: f"{place[0]}[{place[1]}]"
)
PARTS = st.tuples(st.sampled_from(RANGES), st.integers(0, 3), st.integers(0, 2)).map(
    lambda part: f"{part[0]}[{part[1]}..{min(3, part[1] + part[2])}]"
)
