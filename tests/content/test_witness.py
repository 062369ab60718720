"""What is told of the execution that goes wrong."""

from __future__ import annotations

from pintutor.content.exploring import explore
from pintutor.content.race_set_up import race_of
from pintutor.content.reading import load
from pintutor.content.scenario import find
from pintutor.content.witness import Witness, follow

KERNEL = "v6.1+bug-fork-unnoticed"


def witness() -> Witness:
    """How fork gets in between the two looks of a walk without a lock."""
    found = explore(load(find("race-fork")), KERNEL).witness
    assert found is not None, "something goes wrong"
    return found


def test_the_sentence_names_who_got_in_between_and_where() -> None:
    found = witness()
    assert "P0 reads buf[0]._refcount in try_get_folio()" in found.sentence
    assert "before P1 writes the pte of buf[0] in copy_present_pte()" in found.sentence


def test_the_steps_are_those_of_the_schedule_and_two_of_them_are_preemptions() -> None:
    found = witness()
    assert found.preemptions == sum(step.preempted for step in found.steps) == 2
    assert {step.cpu for step in found.steps} == {0, 1}


def test_a_schedule_that_was_written_down_goes_wrong_again() -> None:
    found = witness()
    lab, race = race_of(load(find("race-fork")), KERNEL)
    with lab.machine:
        steps, sentence = follow(race, found.schedule)
    assert tuple(steps) == found.steps
    assert sentence == found.sentence
