"""Outputs: one result in every form, and nothing hostile in any of them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest

from pintutor.classroom.class_file import Class, Exercise, Hidden
from pintutor.classroom.outputs.data import data
from pintutor.classroom.outputs.gradescope import gradescope
from pintutor.classroom.outputs.junit import junit
from pintutor.classroom.outputs.tables import steps, students
from pintutor.classroom.outputs.tap import tap
from pintutor.classroom.outputs.text import text
from pintutor.classroom.report import Report
from pintutor.classroom.results import CheckResult, Marks, safe
from tests.classroom.handed_in import changed, class_of, marks_of, right, submitted
from tests.classroom.junit_schema import misfits

HIDDEN = Hidden("books", 2, "sentence", "Look again.", check="buf[0]._refcount == 2")
ESCAPES = "\x1b]0;owned\x07\x1b[31m\u202eevil\x00\ud800\ufffe\ufeff"
FORMULA = '=HYPERLINK("http://x";"y")'

PASSES = marks_of(submitted(*right()), class_of(HIDDEN))
FAILS = marks_of(submitted(*changed(answer_1026="answer 3"), student="eve"))
STOPS = marks_of(submitted(*right()[:3], student="joe"))
BROKEN = marks_of(b"\x00\x01\x02")

WRITERS = (text, junit, tap, students, steps, lambda report: json.dumps(data(report)))


def report(*marks: Marks, teacher: bool = False) -> Report:
    return Report(marks, Class(), teacher).untimed()


def hostile(name: str) -> Marks:
    """Marks in which every text is that name, made safe as all texts are."""
    said = safe(name)
    check = CheckResult("bias", "predict", "failed", 1, said, wrong=(said,))
    return Marks(said, said, "page-counts", said, (check,), 1, notes=(said,), message=said)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("when", ["1970-01-01T00:00:00", "2026-11-21T13:00:00"])
def test_junit_has_the_form_that_ant_and_jenkins_ask_for(when: str) -> None:
    every = report(PASSES, FAILS, STOPS, BROKEN, hostile(ESCAPES))
    assert misfits(fromstring(junit(every, when=when))) == []


def test_the_check_of_the_form_finds_what_is_wrong() -> None:
    root = fromstring(junit(report(FAILS)))
    suite, case = root[0], root[0].find("testcase")
    assert case is not None
    del suite.attrib["tests"]
    case.set("time", "soon")
    suite.append(Element("testcase", name="late", classname="x", time="0.000"))
    assert len(misfits(root)) == 3


def test_junit_tells_wrong_from_broken_and_from_not_run() -> None:
    root = fromstring(junit(report(FAILS, STOPS, BROKEN)))
    wrong, stopped, broken = root
    assert (wrong.get("failures"), wrong.get("errors"), wrong.get("skipped")) == tuple(
        "100"
    )
    assert (stopped.get("failures"), stopped.get("skipped")) == ("1", "3")
    assert broken.get("errors") == "1"
    failure = wrong.find("testcase/failure")
    assert failure is not None and failure.get("message") == "answered 3"
    error = broken.find("testcase/error")
    assert error is not None and error.get("type") == "no-submission"


def test_junit_keeps_the_points() -> None:
    root = fromstring(junit(report(FAILS)))
    found = {each.get("name"): each.get("value") for each in root.iter("property")}
    assert (found["score"], found["max-score"], found["score.bias"]) == ("4", "5", "0/1")


def test_tap_has_a_point_for_each_submission_and_a_subtest_of_its_checks() -> None:
    lines = tap(report(PASSES, STOPS, BROKEN)).splitlines()
    assert lines[:2] == ["TAP version 14", "1..3"]
    points = [line for line in lines if re.match(r"(not )?ok ", line)]
    assert points == [
        "not ok 1 - ada page-counts",
        "not ok 2 - joe page-counts",
        "not ok 3 - one.submission",
    ]
    assert "    ok 3 - bias # SKIP `one-more` was not done" in lines
    assert lines.count("    1..6") == 1


def test_gradescope_has_a_test_for_each_check_and_reveals_no_more_than_it_may() -> None:
    found = json.loads(gradescope(report(PASSES)))
    assert found["score"] == 5
    last = found["tests"][-1]
    assert (last["name"], last["score"], last["max_score"]) == ("hidden-1", 0, 2)
    assert (last["status"], last["output"]) == ("failed", "Look again.")
    assert "_refcount" not in json.dumps(last)


def test_gradescope_says_why_a_submission_has_no_marks() -> None:
    found = json.loads(gradescope(report(BROKEN)))
    assert found["score"] == 0
    assert found["tests"][0]["output"].startswith("this is no submission")


@pytest.mark.parametrize("write", WRITERS)
def test_no_output_for_learners_tells_what_a_hidden_check_asks(write: object) -> None:
    assert callable(write)
    assert "_refcount == 2" not in write(report(PASSES))


@pytest.mark.parametrize("write", WRITERS)
def test_control_characters_reach_no_output(write: object) -> None:
    assert callable(write)
    found = write(report(hostile(ESCAPES), BROKEN))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", found)
    assert "evil" in found


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", " =1"])
def test_no_cell_of_a_table_begins_a_formula(begins: str) -> None:
    one = hostile(begins)
    raw = replace(one, student=begins, file=begins)
    for table in (students(report(one)), students(report(raw)), steps(report(one))):
        for row in cells(table):
            assert not any(re.match(r"\s*[=+\-@]", cell) for cell in row), row


def test_a_formula_in_a_name_stays_readable() -> None:
    (_, row) = cells(students(report(hostile(FORMULA))))
    assert row[0] == "'" + FORMULA


def test_there_is_a_row_a_student_and_the_better_submission_counts() -> None:
    again = replace(PASSES, file="two.submission", student="eve")
    worse = replace(STOPS, file="three.submission", student="eve")
    every = report(FAILS, again, worse, PASSES, BROKEN)
    head, ada, eve, nobody = cells(students(every))
    assert (ada[0], eve[0], nobody[0]) == ("ada", "eve", "")
    where = {name: number for number, name in enumerate(head)}
    assert eve[where["page-counts"]] == "5"
    assert eve[where["files"]] == "one.submission two.submission three.submission"
    assert "handed in twice" in eve[where["remarks"]]
    assert "this is no submission" in nobody[where["remarks"]]


def test_an_exercise_that_was_not_handed_in_counts_in_the_total() -> None:
    group = Class(exercises=(Exercise("page-counts"), Exercise("walking-time")))
    _, row = cells(students(Report((FAILS,), group)))
    assert row[1:5] == ["4", "", "4", "9"]


def test_the_commonest_wrong_answers_stand_first_and_like_ones_are_one() -> None:
    others = [
        marks_of(submitted(*changed(answer_1026=f"answer {value}"), student=value))
        for value in ("0x3", "1 + 2", "1")
    ]
    found = cells(steps(report(FAILS, *others, STOPS)))
    assert found[1:3] == [
        ["page-counts", "bias", "4", "5", "3", "3"],
        ["page-counts", "bias", "4", "5", "1", "1"],
    ]


def test_a_teacher_sees_hidden_checks_whole() -> None:
    assert "buf[0]._refcount == 2" in text(report(PASSES, teacher=True))


def test_the_same_submissions_give_the_same_bytes_when_times_are_left_out() -> None:
    slow = replace(FAILS, seconds=3.2)
    assert junit(report(slow)) == junit(report(FAILS))
