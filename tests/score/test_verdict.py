"""How a case ends, given its own verdict and that of the unperturbed prompt."""

from __future__ import annotations

import pytest

from llmrobust.operators.operator import Relation
from llmrobust.score.verdict import Outcome, Status, Verdict, case_status

YES = Verdict(Outcome.ANSWERED, "yes", True)


@pytest.mark.parametrize("outcome", [Outcome.UNPARSED, Outcome.TRUNCATED])
def test_case_flips_where_the_unperturbed_answer_cannot_be_read(make_case, outcome):
    assert case_status(make_case(operator="typo.drop"), YES, Verdict(outcome)) is Status.FLIPPED


def test_nothing_is_said_of_a_case_whose_unperturbed_prompt_got_no_answer(make_case):
    case = make_case(operator="typo.drop")
    assert case_status(case, YES, Verdict(Outcome.NO_ANSWER, reason="timeout")) is Status.NO_ANSWER


NO = Verdict(Outcome.ANSWERED, "no", True)


@pytest.mark.parametrize(
    ("clean", "verdict", "status"),
    [
        (YES, NO, Status.PASSED),
        (YES, YES, Status.STUCK),
        (YES, Verdict(Outcome.ANSWERED, "perhaps"), Status.FLIPPED),
        (NO, NO, Status.PASSED),
        (NO, YES, Status.FLIPPED),
    ],
)
def test_an_answer_is_to_become_what_the_map_says(make_case, clean, verdict, status):
    case = make_case(operator="negation.verbal", relation=Relation.FOLLOWS, answer_map={"yes": "no"})
    assert case_status(case, verdict, clean) is status
