"""The glossary: terms that are found by any word for them, and lead somewhere."""

from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.content.checking import check_glossary
from pintutor.content.glossary import Term, by_word, terms, used
from pintutor.content.glossary_page import markdown
from pintutor.content.lesson import load
from pintutor.lab.registry import REGISTRY
from tests.content.courses import COURSE, Course
from tests.labs import Lab, refused, run


def test_the_page_is_what_the_terms_and_the_lessons_say() -> None:
    page = (COURSE / "docs" / "glossary.md").read_text(encoding="utf-8")
    fresh = "run: python -m pintutor.content.glossary_page > docs/glossary.md"
    assert page == markdown() + "\n", fresh


def test_what_the_glossary_names_is_there() -> None:
    assert list(check_glossary.check_glossary()) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"function": "try_grab_pages"}, "names a function that is not there"),
        ({"command": "exploer"}, "did you mean `explore`?"),
        ({"file": "mm/gap.c"}, "names a file that is not there"),
        ({}, "has not one place"),
        ({"command": "audit", "function": "pin_user_pages"}, "has not one place"),
        ({"command": "audit", "lesson": "zero"}, "names a lesson that is not there"),
    ],
)
def test_a_term_that_leads_nowhere_is_found_at_its_line(
    fields: dict[str, str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = {"bias": Term("bias", "What a pin adds.", **fields)}  # type: ignore[arg-type]
    monkeypatch.setattr(check_glossary, "terms", lambda: bad)
    (finding,) = check_glossary.check_glossary()
    lines = Path(finding.path).read_text(encoding="utf-8").splitlines()
    assert (finding.rule, lines[finding.line - 1]) == ("PT027", '["bias"]')
    assert wrong in finding.message


def test_no_two_terms_have_a_word_in_common() -> None:
    words = [word.casefold() for term in terms().values() for word in term.words]
    assert len(words) == len(set(words)) == len(by_word())


def test_terms_have_one_or_two_sentences() -> None:
    long = {name: term.said for name, term in terms().items() if term.said.count(". ") > 1}
    assert not long


@pytest.mark.parametrize("words", ["bias", "BIAS", "gup_pin_counting_bias"])
def test_a_term_is_found_by_any_word_for_it(words: str) -> None:
    said = run(Lab(), f"glossary {words}")
    assert said.title == "bias"
    assert "place: mm/gup.c: try_grab_folio()" in said.paragraphs
    assert "explained in: `lesson page-counts`" in said.paragraphs


def test_a_term_of_two_words_needs_no_quotes() -> None:
    assert run(Lab(), "glossary zero  page").title == "zero page"


def test_an_unknown_term_is_refused_with_a_guess() -> None:
    error = refused(Lab(), "glossary foll_pni")
    assert error.message == "the glossary has no `foll_pni`; did you mean `FOLL_PIN`?"
    assert error.at is not None and error.at.start == len("glossary ")


def test_terms_are_completed() -> None:
    lab = Lab()
    found = REGISTRY.complete(lab, "glossary unp", len("glossary unp"))
    assert [each.text for each in found] == ["unpin"]


def test_a_term_is_used_where_it_stands_as_a_word_or_in_the_plural(course: Course) -> None:
    found = used([load(course.lesson)])
    assert found["pin"] == ("two-pages",)
    assert found["zero page"] == ()
    course.spoil(course.lesson, "One page is special", "Zero pages are special")
    assert used([load(course.lesson)])["zero page"] == ("two-pages",)
