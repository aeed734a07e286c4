"""What a good suite becomes."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import ClassVar

import jsonschema
import pytest
import yaml

from llmrobust.suitefile import render_prompt, suite_json_schema
from llmrobust.suitefile.yaml_source import read_source
from tests.conftest import REPOSITORY
from tests.schemas import check
from tests.suitefile.conftest import SUITE


def test_everything_that_is_written_arrives(folder):
    suite = folder.load(SUITE + "seed: 7\nrepeats: 2\nsampling: {temperature: 0.5, stop: [x]}\nprotect: [text]\n")
    assert (suite.name, suite.seed, suite.repeats, suite.cases) == ("tickets", 7, 2, "report")
    assert suite.sampling.temperature == 0.5
    assert suite.sampling.stop == ("x",)
    assert [use.label for use in suite.perturb] == ["punctuation.strip_final", "typo.keyboard"]
    assert [(e.id, e.expected) for e in suite.examples] == [("ex-001", "bug"), ("ex-002", "praise")]
    assert suite.answer.check == "choice"


def test_a_suite_without_gates_is_strict(folder, changed):
    assert folder.load(changed(("gate:\n  accuracy: {min: 0.85}\n", ""))).cases == "strict"


def test_labels_that_yaml_once_took_for_truth_values_stay_words(folder):
    text = "suite: a\nprompt: '{{ q }}'\nanswer: {field: a, choices: [yes, no, true, 1]}\nexamples:\n"
    suite = folder.load(text + "  - {q: x, a: yes}\n  - {q: x, a: no}\n  - {q: x, a: true}\n  - {q: x, a: 1}\n")
    assert suite.answer.choices == ("yes", "no", "true", "1")
    assert [e.expected for e in suite.examples] == ["yes", "no", "true", "1"]


def test_a_family_stands_for_all_its_operators_and_uses_are_numbered(folder, changed):
    suite = folder.load(changed(("- punctuation.strip_final", "- typo\n  - typo.keyboard: {id: heavy, rate: 0.3}")))
    labels = [use.label for use in suite.perturb]
    assert {"typo.drop", "typo.swap", "typo.keyboard", "typo.keyboard-2", "typo.heavy"} <= set(labels)
    assert len(set(labels)) == len(labels)


def test_a_section_without_content_is_as_if_left_out(folder):
    text = (
        "suite: a\nprompt: '{{ q }}'\nexamples: [{q: x}]\nanswer:\nsampling:\nperturb:\n  # - typo\ngate:\nprotect:\n"
    )
    suite = folder.load(text)
    assert (suite.perturb, suite.gates, suite.protect, suite.cases) == ((), (), (), "strict")
    check(read_source(suite.path).value, suite_json_schema())


def test_gates_may_be_a_list_with_one_metric_twice(folder, changed):
    gates = "gate:\n  - accuracy: {min: 0.8}\n  - accuracy: {min: 0.9, per: family}\n"
    suite = folder.load(changed(("gate:\n  accuracy: {min: 0.85}\n", gates)))
    assert [(g.metric, g.min, g.per) for g in suite.gates] == [("accuracy", 0.8, "suite"), ("accuracy", 0.9, "family")]


def test_prompts_in_files_count_into_the_digest(folder, changed):
    text = changed(
        (
            "  user: |\n    {% instruction %}Classify the ticket as bug or praise.{% endinstruction %}\n"
            "    Ticket: {{ text }}\n    Category:\n",
            "  system: {file: s.jinja}\n  user: {file: u.jinja}\n",
        )
    )
    folder.write("s.jinja", "{% include 'part.jinja' %}")
    folder.write("part.jinja", "Be brief.")
    folder.write("u.jinja", "Ticket: {{ text }}")
    suite = folder.load(text)
    assert render_prompt(suite, suite.examples[0]).as_messages() == (
        ("system", "Be brief."),
        ("user", "Ticket: It crashes."),
    )
    folder.write("u.jinja", "Ticket:  {{ text }}")
    assert folder.load(text).digest != suite.digest
    assert {path.name for path in suite.files} >= {"t.robust.yaml", "s.jinja", "u.jinja"}


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "parquet"])
def test_examples_come_from_every_kind_of_file(folder, changed, kind):
    rows = [{"text": f"Ticket, {i}", "answer": "bug"} for i in range(20)]
    if kind == "jsonl":
        folder.write("d.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    elif kind == "json":
        folder.write("d.json", json.dumps(rows))
    elif kind == "csv":
        folder.write("d.csv", "text,answer\n" + "".join(f'"{r["text"]}",{r["answer"]}\n' for r in rows))
    else:
        parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow: pip install 'llmrobust[parquet]'")
        import pyarrow

        parquet.write_table(pyarrow.Table.from_pylist(rows), folder.path / "d.parquet")
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    whole = folder.load(changed((inline, f" {{file: d.{kind}}}\n")))
    assert [e.fields["text"] for e in whole.examples] == [row["text"] for row in rows]
    sample = folder.load(changed((inline, f" {{file: d.{kind}, limit: 5, seed: 3}}\n")))
    assert len(sample.examples) == 5
    ids = {e.id: e.fields["text"] for e in whole.examples}
    assert all(ids[e.id] == e.fields["text"] for e in sample.examples)
    again = folder.load(changed((inline, f" {{file: d.{kind}, limit: 5, seed: 3}}\n")))
    assert [e.id for e in again.examples] == [e.id for e in sample.examples]


@pytest.mark.parametrize(
    ("name", "content", "place", "message"),
    [
        ("d.jsonl", '{"text": "a", "answer": "bug"}\n{"text": \n', "d.jsonl:2:10", "not valid JSON"),
        ("d.jsonl", "[1]\n", "d.jsonl:1:1", "the line must be an object with named fields, not a list"),
        ("d.jsonl", '\n{"text": "a", "answer": "bg"}', "d.jsonl:2:1", 'the answer "bg" of example ex-002 is none of'),
        ("d.jsonl", '{"text": "\\ud800", "answer": "bug"}', "d.jsonl:1:1", "not allowed in a prompt: U+D800"),
        ("d.jsonl", '{"text": ["\ufdd0"], "answer": "bug"}', "d.jsonl:1:1", "not allowed in a prompt: U+FDD0"),
        ("d.jsonl", "[" * 100_000, "d.jsonl:1:1", "the value is nested too deeply"),
        ("d.jsonl", "9" * 5000, "d.jsonl:1:1", "a number has too many digits"),
        ("d.json", '[{"text": "a"},\n 3]', "d.json:2:2", "item 2 of the list must be an object with named fields"),
        ("d.json", '[\n\n {"text": "a"}]', "d.json:3:2", 'example ex-001 has no field "answer"'),
        ("d.json", "[]", "t.robust.yaml:7", "the data file has no rows"),
        ("d.csv", 'text,answer\na,bug\n"b', "d.csv:3:1", "not valid CSV: unexpected end of data"),
        ("d.csv", 'text,answer\n"a\nb",bug\nc\n', "d.csv:4:1", "the row has 1 cell, and the header names 2"),
        ("d.json", '{"a": 1}', "d.json:1:1", "must be a list of objects"),
        ("d.csv", "text,answer\na,b,c\n", "d.csv:2:1", "the row has 3 cells, and the header names 2"),
        ("d.csv", "text,text\na,b\n", "d.csv:1:1", 'the field "text" appears twice'),
        ("d.csv", "", "d.csv:1:1", "begins with a line of field names"),
        ("d.jsonl", "", "t.robust.yaml:7", "the data file has no rows"),
        ("d.xlsx", "x", "d.xlsx:1:1", 'a data file cannot end in ".xlsx"'),
        ("d.parquet", "no parquet", "d.parquet:1:1", "cannot read the file"),
    ],
)
def test_mistakes_in_data_are_shown_in_the_data_file(folder, changed, name, content, place, message):
    folder.write(name, content)
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    shown = folder.rendered(changed((inline, f" {{file: {name}}}\n")))
    assert place in shown
    assert message in shown


def test_the_same_id_in_two_rows_is_shown_with_both_places(folder, changed):
    folder.write("d.json", '[{"id": 7, "text": "a", "answer": "bug"},\n {"id": "7", "text": "b", "answer": "bug"}]')
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    assert folder.rendered(changed((inline, " {file: d.json}\n"))) == (
        'd.json:2:2: duplicate id "7"\n    2 |  {"id": "7", "text": "b", "answer": "bug"}]\n         ^\nfirst in line 1'
    )


def test_ids_depend_on_the_row_alone(folder, changed):
    folder.write("d.csv", "text,answer\n" + "x,bug\n" * 1200)
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    whole = folder.load(changed((inline, " {file: d.csv}\n")))
    first = folder.load(changed((inline, " {file: d.csv, limit: 2}\n")))
    assert [e.id for e in whole.examples[:2]] == [e.id for e in first.examples] == ["ex-001", "ex-002"]
    assert whole.examples[-1].id == "ex-1200"


def test_fields_of_data_can_be_renamed(folder, changed):
    folder.write("d.jsonl", '{"body": "It crashes.", "label": "bug", "text": "other"}\n')
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    suite = folder.load(changed((inline, " {file: d.jsonl, fields: {text: body, answer: label}}\n")))
    assert dict(suite.examples[0].fields) == {"text": "It crashes.", "answer": "bug"}


@pytest.mark.parametrize(
    ("written", "choices"),
    [("A..D", "A B C D"), ("a..c", "a b c"), ("0..3", "0 1 2 3"), ("9..11", "9 10 11")],
)
def test_a_range_stands_for_its_choices(folder, written, choices):
    suite = folder.load(f"suite: a\nprompt: x\nexamples: [{{q: 1}}]\nanswer: {{choices: {written}}}\n")
    assert " ".join(suite.answer.choices) == choices


def test_a_gold_answer_is_the_choice_that_it_equals(folder):
    text = "suite: a\nprompt: x\nanswer: {field: a, choices: [1.50, Yes, no]}\nexamples: [{a: 1.50}, {a: ' yes'}]\n"
    assert [example.expected for example in folder.load(text).examples] == ["1.50", "Yes"]


def test_a_variable_called_like_a_kind_of_text_is_what_protect_means(folder):
    text = (
        "suite: a\nprompt: {system: Be brief., user: '{{ text }} end'}\nexamples: [{text: x}]\nprotect: [text, brief]\n"
    )
    suite = folder.load(text)
    assert render_prompt(suite, suite.examples[0]).protected_texts() == ("brief", "x")


def test_a_suite_written_on_windows_is_the_same_suite(folder):
    unix, windows = folder.load(SUITE), folder.load(SUITE.replace("\n", "\r\n"))
    prompts = [render_prompt(suite, suite.examples[0]) for suite in (unix, windows)]
    assert prompts[0] == prompts[1]


def test_completion_prompts_are_one_text(folder):
    suite = folder.load("suite: a\nprompt: {completion: 'Q: {{ q }}\n\n  A:'}\nexamples: [{q: x}]\n")
    prompt = render_prompt(suite, suite.examples[0])
    assert (prompt.mode, prompt.as_messages()) == ("completion", (("user", "Q: x\nA:"),))


def test_a_dataset_without_the_package_says_how_to_get_it(folder, changed, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    shown = folder.rendered(changed((inline, " {hf: some/data, split: test}\n")))
    assert "pip install 'llmrobust[datasets]'" in shown


class Classes:
    """What the package datasets calls a ClassLabel: numbers with names."""

    names: ClassVar = ["bug", "praise"]


class Loaded(list[dict[str, object]]):
    """A dataset as far as it is looked at: rows, and the features of its columns."""

    features: ClassVar = {"text": object(), "answer": Classes()}


def test_classes_of_a_dataset_are_given_by_name(folder, changed, monkeypatch):
    asked = []

    def load_dataset(*what, **how):
        asked.append((what, how))
        return Loaded([{"text": "x", "answer": 1}, {"text": "y", "answer": 0}])

    package = SimpleNamespace(load_dataset=load_dataset, disable_progress_bars=lambda: None)
    monkeypatch.setitem(sys.modules, "datasets", package)
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    suite = folder.load(changed((inline, " {hf: some/data, split: test, revision: abc}\n")))
    assert [(e.id, e.expected) for e in suite.examples] == [("ex-001", "praise"), ("ex-002", "bug")]
    assert asked == [(("some/data", None), {"split": "test", "revision": "abc"})]
    monkeypatch.setattr(package, "load_dataset", lambda *_, **__: Loaded([{"text": "x", "answer": -1}]))
    shown = folder.rendered(changed((inline, " {hf: some/data, split: test}\n")))
    assert 'example ex-001 has no field "answer"' in shown


def test_the_schema_accepts_the_suites_that_ship_and_refuses_mistakes(changed):
    schema = suite_json_schema()
    assert schema["title"] == "llmrobust suite, version 1"
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in (REPOSITORY / "suites").glob("*.robust.yaml"):
        assert list(validator.iter_errors(yaml.safe_load(path.read_text()))) == []
    assert list(validator.iter_errors(yaml.safe_load(SUITE))) == []
    for old, new in [("typo.keyboard:", "typo.keybord:"), ("rate: 0.05", "rat: 0.05"), ("suite:", "sweet:")]:
        assert list(validator.iter_errors(yaml.safe_load(changed((old, new)))))
