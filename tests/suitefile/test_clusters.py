"""`cluster: field` says which examples belong together."""

from __future__ import annotations

import pytest

from llmrobust.gate.forecast import forecast
from llmrobust.plan import plan_suite
from tests.suitefile.test_mistakes import underlined

TEXT = """\
suite: a
prompt: "Ticket: {{ text }}"
cluster: doc
examples:
  - {id: d1, variant_id: a, doc: d1, text: "It crashes.", answer: bug}
  - {id: d1, variant_id: b, doc: d1, text: "It crashed.", answer: bug}
  - {id: d2, doc: d2, text: "Thank you!", answer: praise}
answer: {field: answer, choices: [bug, praise]}
perturb: [typo.drop]
gate:
  accuracy: {min: 0.5, confidence: 0.9}
"""


def test_ids_may_repeat_within_a_cluster(folder):
    suite = folder.load(TEXT)
    assert [(e.id, e.cluster) for e in suite.examples] == [("d1.a", "d1"), ("d1.b", "d1"), ("d2", "d2")]
    assert suite.cluster == "doc"


def test_a_plan_says_both_counts(folder):
    (line,) = [line for line in forecast(plan_suite(folder.load(TEXT))).lines() if "  accuracy" in line]
    assert "2 clusters of 3 examples" in line


@pytest.mark.parametrize(
    ("old", "new", "line", "under", "message", "hint"),
    [
        ("cluster: doc", "cluster: dok", 3, "dok", 'cluster: no example has a field "dok"', 'did you mean "doc"'),
        ("doc: d2, ", "", 3, "doc", 'cluster: 1 of 3 examples lack a field "doc"', ""),
        ("doc: d2", "doc: d1", 3, "doc", "all examples have the same doc", ""),
        (
            "variant_id: b",
            "variant_id: a",
            6,
            None,
            'duplicate id "d1.a"',
            "first in line 5; a field variant_id distinguishes",
        ),
        ("cluster: doc", "cluster: [doc]", 3, "[doc]", "cluster: must be a string, not a list", ""),
    ],
)
def test_clusters_that_cannot_be_are_explained(folder, old, new, line, under, message, hint):
    assert old in TEXT
    problem = folder.problems(TEXT.replace(old, new, 1))[0]
    assert problem.location.line == line
    assert under is None or underlined(problem) == under
    assert message in problem.message
    assert hint in problem.hint
