"""What a good suite becomes."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmrobust.errors import SuiteError
from llmrobust.suitefile import load_suite, render_prompt, suite_json_schema
from tests.conftest import REPOSITORY
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
        ("d.jsonl", "[1]\n", "d.jsonl:1:1", "must be an object with named fields"),
        ("d.json", '{"a": 1}', "d.json:1:1", "must hold a list of objects"),
        ("d.csv", "text,answer\na,b,c\n", "d.csv:2:1", "the row has 3 cells, and the header names 2"),
        ("d.csv", "text,text\na,b\n", "d.csv:1:1", 'the field "text" stands twice'),
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


def test_a_dataset_without_the_package_says_how_to_get_it(folder, changed, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    inline = '\n  - {text: "It crashes.", answer: bug}\n  - {text: "Thank you!", answer: praise}\n'
    shown = folder.rendered(changed((inline, " {hf: some/data, split: test}\n")))
    assert "pip install 'llmrobust[datasets]'" in shown


def test_the_schema_accepts_the_suites_that_ship_and_refuses_mistakes(changed):
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    schema = suite_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in (REPOSITORY / "suites").glob("*.robust.yaml"):
        assert list(validator.iter_errors(yaml.safe_load(path.read_text()))) == []
    assert list(validator.iter_errors(yaml.safe_load(SUITE))) == []
    for old, new in [("typo.keyboard:", "typo.keybord:"), ("rate: 0.05", "rat: 0.05"), ("suite:", "sweet:")]:
        assert list(validator.iter_errors(yaml.safe_load(changed((old, new)))))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_done_to_a_suite_it_loads_or_is_explained(folder, data):
    lines = SUITE.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "swap", "insert", "cut"]))
        if kind == "drop" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "cut":
            lines[at] = lines[at][data.draw(st.integers(0, len(lines[at]))) :]
        else:
            column = data.draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:column] + data.draw(st.text(max_size=3)) + lines[at][column:]
    path = folder.write("m.robust.yaml", "".join(lines).encode("utf-8", "surrogatepass"))
    problem = ""
    try:
        load_suite(path, folder.path)
    except SuiteError as error:
        problem = error.render(folder.path) or "nothing is said"
    assert problem != "nothing is said"
