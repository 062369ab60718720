"""The catalogue: the lessons in their order, quickly."""

import subprocess
import sys

import pytest

from pintutor.content.catalogue import find, lessons
from pintutor.content.errors import NoSuchContent
from tests.content.courses import Course

SCREENS = {"textual", "prompt_toolkit", "rich", "asyncio", "pygments"}


def test_the_shipped_lessons_come_in_the_order_of_their_folders() -> None:
    numbers = [tuple(map(int, one.number.split("."))) for one in lessons()]
    assert numbers == sorted(set(numbers))
    assert lessons()[0].front.id == "page-counts"


def test_a_lesson_is_listed_as_data() -> None:
    data = find("zero-page").to_json()
    assert data["id"] == "zero-page"
    assert data["title"] == "The page nobody may pin"
    assert data["minutes"] == 12
    assert data["needs"] == ("page-counts",)
    assert data["path"].endswith("06-old-direct-io/01-zero-page/lesson.md")


@pytest.mark.parametrize("name", ["zero-page", "6.1"])
def test_a_lesson_is_found_by_id_and_by_number(name: str) -> None:
    assert find(name).front.id == "zero-page"


def test_a_lesson_that_is_not_there_is_refused_with_a_guess() -> None:
    with pytest.raises(NoSuchContent) as caught:
        find("zer-page")
    assert "did you mean `zero-page`?" in caught.value.message


def test_a_lesson_that_cannot_be_read_is_left_out(course: Course) -> None:
    course.spoil(course.lesson, "minutes = 2", "minutes = ")
    assert lessons(course.root / "lessons") == []


def test_listing_lessons_loads_neither_the_model_nor_a_screen_library() -> None:
    code = (
        "import sys; from pintutor.content.catalogue import lessons; lessons();"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert not SCREENS & {name.partition(".")[0] for name in loaded}
    assert not [name for name in loaded if name.startswith("pintutor.linux")]
