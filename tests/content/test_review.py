"""`review` asks again what went wrong."""

import pintutor.content.commands  # noqa: F401  (declares them)
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Mistake, Record
from pintutor.content.session import Session
from pintutor.lab.lab import Lab
from pintutor.lab.results import Told
from tests.labs import run


def said(lab: Lab, line: str) -> Told:
    result = lab.execute(line).result
    assert isinstance(result, Told)
    return result


def wrong(**lessons: dict[str, list[str]]) -> None:
    """Keep that these answers were given, by lesson and step."""
    for name, steps in lessons.items():
        mistakes = {step: Mistake(texts) for step, texts in steps.items()}
        Store().save(name.replace("_", "-"), Record(mistakes=mistakes))


def asked(lab: Lab) -> str:
    session = lab.session
    assert isinstance(session, Session)
    return session.step.id if session.step else ""


def test_with_no_mistake_there_is_nothing_to_review() -> None:
    assert said(Lab(), "review").paragraphs == ("there is nothing to review",)


def test_a_wrong_prediction_is_asked_again_where_its_machine_stands() -> None:
    lab = Lab()
    run(lab, "lesson zero-page", "go", "go", "answer 5")
    told = said(lab, "review")
    assert told.title == "6.1 Review: The page nobody may pin"
    assert asked(lab) == "first-pins"
    assert [entry.line for entry in lab.timeline.entries] == ["mmap buf 4", "read buf"]


def test_a_right_answer_corrects_the_mistake() -> None:
    wrong(zero_page={"first-pins": ["5"]})
    lab = Lab()
    run(lab, "review")
    assert said(lab, "answer 4097").title == "right"
    assert not Store().load()["zero-page"].mistakes["first-pins"].is_open
    assert said(lab, "review").paragraphs == ("there is nothing to review",)


def test_a_wrong_answer_is_one_mistake_more() -> None:
    wrong(zero_page={"first-pins": ["5"]})
    lab = Lab()
    run(lab, "review")
    assert "1 more to review" in lab.execute("answer 6").notes[0]
    assert Store().load()["zero-page"].mistakes["first-pins"] == Mistake(["5", "6"])


def test_the_commands_that_it_is_about_come_behind_it() -> None:
    wrong(zero_page={"first-pins": ["5"]})
    lab = Lab()
    run(lab, "review", "answer 4097", "go")
    assert lab.timeline.entries[-1].line == "pin buf as p"


def test_the_latest_mistake_comes_first_and_the_one_just_asked_last() -> None:
    wrong(page_counts={"one-more": ["5"]}, zero_page={"first-pins": ["5"]})
    lab = Lab()
    run(lab, "review")
    first = asked(lab)
    run(lab, "answer 5", "review")
    assert (first, asked(lab)) == ("first-pins", "one-more")
    run(lab, "answer 5", "review")
    assert asked(lab) == "first-pins"


def test_a_wrong_choice_and_a_hint_and_a_skip_are_mistakes() -> None:
    lab = Lab()
    run(lab, "lesson page-counts")
    while asked(lab):
        session = lab.session
        assert isinstance(session, Session)
        step = session.step
        assert step is not None
        if step.kind == "quiz":
            bad = next(n for n, choice in enumerate(step.choices, 1) if not choice.right)
            run(lab, f"answer {bad}")
        if step.kind == "task":
            run(lab, "hint")
        run(lab, "go" if session.next_line() else "skip")
    record = Store().load()["page-counts"]
    kinds = {text for one in record.mistakes.values() for text in one.texts}
    assert {"hint", "skipped"} <= kinds
    assert any(text.isdecimal() for text in kinds)


def test_a_task_is_asked_again_and_judged_by_its_checks() -> None:
    wrong(pins_held_across={"in-order": ["skipped"]})
    lab = Lab()
    run(lab, "review")
    assert asked(lab) == "in-order"
    for line in said(lab, "solution").data["lines"]:
        run(lab, line)
    assert asked(lab) == ""
    assert not Store().load()["pins-held-across"].mistakes["in-order"].is_open


def test_a_review_leaves_the_place_in_the_lesson_as_it_is() -> None:
    lab = Lab()
    run(lab, "lesson zero-page", "go", "go", "answer 5", "go")
    before = Store().load()["zero-page"]
    run(lab, "review", "answer 4097", "mmap other 1")
    after = Store().load()["zero-page"]
    assert (after.done, after.lines, after.take) == (before.done, before.lines, 1)


def test_what_the_lesson_does_not_ask_any_more_is_not_asked() -> None:
    wrong(no_such_lesson={"x": ["5"]}, zero_page={"no-such-step": ["5"]})
    assert said(Lab(), "review").paragraphs == ("there is nothing to review",)


def test_who_skips_a_prediction_is_told_what_it_comes_to() -> None:
    lab = Lab()
    run(lab, "lesson zero-page", "go", "go")
    told = said(lab, "skip")
    assert told.title == "the question is skipped"
    assert told.paragraphs[0] == "zero._refcount is 4097 after that"
