"""`methods:` names the ways of answering that are compared."""

from __future__ import annotations

import jsonschema
import pytest

from llmrobust.errors import MethodError
from llmrobust.loading import with_methods
from llmrobust.suitefile.editor_schema import suite_json_schema
from tests.suitefile.conftest import SUITE
from tests.suitefile.test_mistakes import underlined


def listing(*entries: str) -> str:
    return SUITE + "methods:\n" + "".join(f"  - {entry}\n" for entry in entries)


def test_methods_with_and_without_parameters(folder):
    suite = folder.load(listing("batch-calibration", "template-vote: {k: 3}", "template-vote: {k: 7}"))
    assert [use.label for use in suite.methods] == ["batch-calibration", "template-vote", "template-vote-2"]
    assert [use.params.k for use in suite.methods[1:]] == [3, 7]


@pytest.mark.parametrize(
    ("entry", "under", "message", "hint"),
    [
        (
            "bach-calibration",
            "bach-calibration",
            'unknown method "bach-calibration"',
            'did you mean "batch-calibration"',
        ),
        ("template-vote: {k: 1}", "1", "k: must be at least 2, not 1", ""),
        ("template-vote: {n: 3}", "n", 'unknown key "n"', "known are ensembles, k, over"),
        ("template-vote: 3", "3", "the parameters of template-vote must be a mapping, not an integer", "{k: 3}"),
        ("[plain]", "[plain]", "an entry must name one method", "- batch-calibration"),
        ("few-shot", "few-shot", "few-shot needs a file of demonstrations, as `pool`", "- few-shot: {pool: "),
        ("several-models", "several-models", "several-models needs further models, as `models`", "{models: ["),
        ("smoothing: {rounds: 2}", "smoothing", "smoothing needs a small language model that", "{lm: hf:gpt2}"),
    ],
)
def test_mistakes_are_located(folder, entry, under, message, hint):
    text = listing(entry)
    (problem,) = folder.problems(text)
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert problem.location.line == text.splitlines().index(f"  - {entry}") + 1
    assert underlined(problem).startswith(under)


def test_probabilities_need_a_closed_set_and_abstention_gold_answers(folder):
    (problem,) = folder.problems(listing("batch-calibration").replace("  choices: [bug, praise]\n", ""))
    assert "needs the probabilities of a closed set of answers" in problem.message
    free = SUITE.replace("  field: answer\n", "").replace("gate:\n  accuracy: {min: 0.85}\n", "")
    (problem,) = folder.problems(free + "methods: [abstain]\n")
    assert problem.message == "abstain needs gold answers"


def test_probabilities_and_generated_text_are_a_mistake_before_anything_is_sent(folder):
    text = listing("abstain", "template-vote").replace(
        "  choices: [bug, praise]\n", "  choices: [bug, praise]\n  scoring: text\n"
    )
    (problem,) = folder.problems(text)
    assert problem.message == "abstain needs the labels' probabilities, which scoring: text does not give"


def test_methods_of_the_command_line_join_those_of_the_suite(folder):
    suite = with_methods(folder.load(listing("template-vote: {k: 3}")), ["template-vote", "batch-calibration"])
    assert [(use.label, getattr(use.params, "k", None)) for use in suite.methods] == [
        ("template-vote", 3),
        ("batch-calibration", None),
    ]
    with pytest.raises(MethodError, match='unknown method "nope"'):
        with_methods(suite, ["nope"])


def test_editors_know_methods_and_their_parameters():
    validator = jsonschema.Draft202012Validator(suite_json_schema())
    base = {"suite": "a", "prompt": "{{ text }}", "examples": [{"text": "a"}]}
    assert validator.is_valid({**base, "methods": ["plain", {"template-vote": {"k": 3}}]})
    assert not validator.is_valid({**base, "methods": ["plane"]})
    assert not validator.is_valid({**base, "methods": [{"template-vote": {"n": 3}}]})
