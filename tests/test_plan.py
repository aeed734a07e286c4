"""From suites to cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llmrobust.operators import Draw, OperatorRegistry, Params, Relation, Variant, operator
from llmrobust.plan import Plan, plan_suite
from llmrobust.prompt.spans import Prompt
from llmrobust.suitefile import load_suite

SUITE = """\
suite: a
prompt: "{{ q }}"
examples: [{id: one, q: first text, a: "yes"}, {id: two, q: second text, a: "no"}]
answer: {field: a, choices: ["yes", "no"]}
perturb: [test.made]
"""


def planned(tmp_path: Path, relation: Relation = Relation.SAME, **more: object) -> Plan:
    registry = OperatorRegistry()

    @operator("test.made", level="word", source="made up", touches=("any",), relation=relation, registry=registry)
    def made(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """Makes what a test needs."""
        place = next(place for place, _ in prompt.places())
        for name, text, severity in (
            ("same", prompt.span(place).text, None),
            ("a", "changed", None),
            ("b", "changed", None),
            ("s1-0", "changed", 1),
            ("s2-0", "changed", 2),
        ):
            yield Variant(prompt.with_texts({place: text}), name, severity=severity, **more)  # type: ignore[arg-type]

    (tmp_path / "a.robust.yaml").write_text(SUITE)
    return plan_suite(load_suite(tmp_path / "a.robust.yaml", tmp_path, registry=registry))


def test_unchanged_and_repeated_variants_are_counted_and_give_no_case(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    (counts,) = plan.counts
    assert (counts.cases, counts.unchanged, counts.duplicates, counts.not_applicable) == (6, 2, 2, 0)
    assert [case.variant for case in plan.cases if case.example.id == "one"] == ["original", "a", "s1-0", "s2-0"]


def test_an_equal_variant_at_another_severity_is_a_point_of_its_curve(tmp_path: Path) -> None:
    by_severity = {case.severity: case.request for case in planned(tmp_path).cases if case.example.id == "one"}
    assert by_severity[1] == by_severity[2], "asked once"


def test_the_gold_answer_follows_the_map(tmp_path: Path) -> None:
    plan = planned(tmp_path, Relation.FOLLOWS, answer_map={"yes": "no"})
    gold = {(case.example.id, case.variant): case.expected for case in plan.cases}
    assert gold["one", "original"] == "yes"
    assert gold["one", "a"] == "no"
    assert gold["two", "a"] == "no", "an answer that is not in the map stays"


def test_where_the_answer_must_change_the_old_gold_answer_is_no_gold_answer(tmp_path: Path) -> None:
    assert {case.expected for case in planned(tmp_path, Relation.MUST_CHANGE).cases if not case.is_original} == {None}
    moved = planned(tmp_path, Relation.MUST_CHANGE, answer_map={"yes": "no", "no": "yes"})
    assert {case.expected for case in moved.cases if case.example.id == "one" and not case.is_original} == {"no"}
    given = planned(tmp_path, Relation.FOLLOWS, expected="no")
    assert {case.expected for case in given.cases if not case.is_original} == {"no"}


def test_a_variant_that_breaks_its_contract_is_dropped_counted_and_said(tmp_path: Path) -> None:
    registry = OperatorRegistry()

    @operator("test.careless", level="word", source="made up", touches=("prompt",), registry=registry)
    def careless(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """Loses code in one variant of two."""
        place = next(place for place, span in prompt.places() if span.kind == "variable")
        yield Variant(prompt.with_texts({place: "no code"}), "0")
        yield Variant(prompt.with_texts({place: "more " + prompt.span(place).text}), "1")

    suite = SUITE.replace("first text", '"run this:\\n```\\nx = 1\\n```"').replace("test.made", "test.careless")
    (tmp_path / "a.robust.yaml").write_text(suite)
    plan = plan_suite(load_suite(tmp_path / "a.robust.yaml", tmp_path, registry=registry))
    (counts,) = plan.counts
    assert [case.variant for case in plan.cases if case.example.id == "one"] == ["original", "1"]
    assert counts.dropped == {"lost a code block": 1}
    assert counts.said_dropped == "1 variant dropped: lost a code block"


def test_fewer_samples_than_asked_for_are_said(tmp_path: Path) -> None:
    text = SUITE.replace("first text", "one two three four").replace("test.made", "{punctuation.commas: {samples: 5}}")
    (tmp_path / "a.robust.yaml").write_text(text.replace("second text", "a b"))
    (counts,) = plan_suite(load_suite(tmp_path / "a.robust.yaml", tmp_path)).counts
    assert (counts.cases, counts.samples, counts.fewer) == (3, 5, 1)
    assert counts.said_fewer == "1 example with fewer than 5 different variants"


def test_orders_of_different_names_are_counted_together(tmp_path: Path) -> None:
    template = "# A\\nRead.\\n\\n# B\\nWrite.\\n\\n# C\\nStop.\\n\\n{{ text }}"
    (tmp_path / "a.robust.yaml").write_text(
        f'suite: a\nprompt: {{user: "{template}"}}\nexamples: [{{text: one}}, {{text: two}}]\n'
        "perturb: [order.sections: {samples: 3}]\n"
    )
    (counts,) = plan_suite(load_suite(tmp_path / "a.robust.yaml", tmp_path)).counts
    assert (counts.cases, counts.fewer) == (6, 0)


GERMAN = """\
suite: fragen
{language}prompt: "{{% instruction %}}Answer yes or no.{{% endinstruction %}} {{{{ q }}}}"
examples:
  - {{q: "Meine Karte wurde zweimal belastet, und niemand in der Bank geht ans Telefon.", a: "yes"}}
  - {{q: "Ich kann mich seit gestern nicht mehr anmelden, obwohl das Kennwort stimmt.", a: "no"}}
answer: {{field: a, choices: ["yes", "no"]}}
perturb: [word.filler, typo.drop, instruction.emphasis]
"""


def german(tmp_path: Path, language: str) -> Plan:
    path = tmp_path / "fragen.robust.yaml"
    path.write_text(GERMAN.format(language=language), encoding="utf-8")
    return plan_suite(load_suite(path, tmp_path))


def test_english_operators_do_not_edit_examples_in_another_language(tmp_path: Path) -> None:
    plan = german(tmp_path, "")
    assert {case.operator for case in plan.cases if not case.is_original} == {"typo.drop", "instruction.emphasis"}
    assert (plan.foreign, plan.left_out) == ("de", ("word.filler",))
    assert plan.counts[0].why_idle(2) == "not applicable to 2 of 2 examples"
    assert plan.said_foreign.endswith('operators written for "en" are left out: word.filler')
    assert plan.foreign_hint.startswith("set `language: de`, or `language: en`")


def test_a_language_that_the_suite_names_is_believed(tmp_path: Path) -> None:
    plan = german(tmp_path, "language: en\n")
    assert (plan.foreign, plan.left_out, plan.said_foreign) == ("", (), "")
