"""Data as it comes: dialects, filters, nested values, labels and long layouts become examples; nothing goes uncounted."""

from __future__ import annotations

import json

import pytest

from llmrobust.plan import plan_suite
from llmrobust.suitefile import suite_json_schema
from llmrobust.suitefile.csv_rows import delimiter_of
from llmrobust.suitefile.field_paths import ABSENT, is_path, value_at
from llmrobust.suitefile.suite import left_out_words
from llmrobust.suitefile.yaml_source import read_source
from tests.schemas import check
from tests.suitefile.test_mistakes import underlined

HEAD = "suite: a\nprompt: 'Ticket: {{ text }}'\n"
CHOICE = "answer: {field: answer, choices: [bug, praise]}\n"


def rows_of(folder, text):
    suite = folder.load(text)
    check(read_source(suite.path).value, suite_json_schema())
    return [(e.fields.get("text"), e.expected) for e in suite.examples]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.csv", "text;answer\nIt costs 1,50;bug\nFine, thanks;praise\n"),
        ("d.csv", "text\tanswer\nIt costs 1,50\tbug\nFine, thanks\tpraise\n"),
        ("d.csv", "text|answer\nIt costs 1,50|bug\nFine, thanks|praise\n"),
        ("d.tsv", 'text\tanswer\nIt costs 1,50\tbug\n"Fine, thanks"\tpraise\n'),
        ("d.csv", 'text,answer\n"It costs 1,50",bug\n"Fine, thanks",praise\n'),
        ("d.csv", "sep=;\r\ntext;answer\r\nIt costs 1,50;bug\r\nFine, thanks;praise\r\n"),
        ("d.csv", "\ufefftext;answer\nIt costs 1,50;bug\nFine, thanks;praise\n"),
    ],
)
def test_what_stands_between_cells_is_found_out(folder, name, content):
    folder.write(name, content)
    found = rows_of(folder, f"{HEAD}examples: {{file: {name}}}\n{CHOICE}")
    assert found == [("It costs 1,50", "bug"), ("Fine, thanks", "praise")]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1;2,3\n", ","),
        ("a;b,c\n1;2\n", ";"),
        ("a\n1;2\n", ","),
        ("text\nIt is one, and two\n", ","),
        ('a;b\n"1;2";3\n', ";"),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_evenly(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_an_uneven_row_is_explained_in_the_dialect_of_the_file(folder):
    folder.write("d.csv", "sep=;\ntext;answer\na;b;bug\n")
    assert folder.rendered(f"{HEAD}examples: {{file: d.csv}}\n") == (
        "d.csv:3:1: the row has 3 cells, and the header names 2\n"
        "the file was read with semicolons between its cells (to change it: examples: {delimiter: ...}); "
        "quote cells that contain semicolons"
    )


def test_a_suite_may_name_the_delimiter(folder):
    folder.write("d.csv", "text~answer\na~bug\n")
    assert rows_of(folder, f"{HEAD}examples: {{file: d.csv, delimiter: '~'}}\n{CHOICE}") == [("a", "bug")]
    (problem,) = folder.problems(f"{HEAD}examples: {{file: d.csv, delimiter: '~~'}}\n{CHOICE}")
    assert (problem.location.line, underlined(problem)) == (3, "'~~'")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", 1),
        ("b.c", "x"),
        ("b.c.d", ABSENT),
        ("l[0].t", "p"),
        ("l[2].t", ABSENT),
        ("l[*].t", ["p", "q"]),
        ("l[*].u", ABSENT),
        ("l[*].n[*]", [1, 2, 3]),
        ("l[*].n[0]", [1, 3]),
        ("dotted.name", "whole"),
        ("a[*]", ABSENT),
        ("no", ABSENT),
    ],
)
def test_a_path_leads_into_a_field(path, value):
    fields = {
        "a": 1,
        "b": {"c": "x"},
        "l": [{"t": "p", "n": [1, 2]}, {"t": "q", "n": [3], "u": 1}],
        "dotted.name": "whole",
        "dotted": {"name": "inner"},
    }
    assert is_path(path)
    assert value_at(fields, path) == value


@pytest.mark.parametrize("text", ["", ".", "a.", "a[", "a[x]", "a]b", "a..b"])
def test_what_is_no_path(text):
    assert not is_path(text)


NESTED = {
    "question": {
        "stem": "Which is a metal?",
        "choices": [{"label": "A", "text": "iron"}, {"label": "B", "text": "wood"}],
    },
    "answerKey": "A",
}


def test_choices_come_from_nested_fields(folder):
    folder.write("d.jsonl", json.dumps(NESTED))
    suite = folder.load(
        "suite: a\nprompt: '{{ stem }}\n\n  {{ options | choices }}'\n"
        "examples:\n  file: d.jsonl\n  fields: {stem: question.stem, options: 'question.choices[*].text'}\n"
        "answer: {field: answerKey, choices: A..B}\nperturb: [order.options]\n"
    )
    assert suite.examples[0].fields["options"] == ["iron", "wood"]
    plan = plan_suite(suite)
    assert "A. iron" in plan.cases[0].prompt.messages[0].text
    assert len(plan.cases) > 1


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("question.choises[*].text", 'in the first row, "question" is a mapping with stem, choices'),
        ("question.choices.text", 'in the first row, "question.choices" is a list of 2 items, the first of which is a mapping with label, text'),
        ("question.choices[*].txt", 'in the first row, "question.choices[*]" is a list of 2 items, the first of which is a mapping with label, text'),
        ("answerKey.x", 'in the first row, "answerKey" is the value "A"'),
        ("quesion.stem", 'did you mean "question"'),
        ("answrKey", 'did you mean "answerKey"'),
        ("question.[x", "write a field's name, or a path such as question.choices[*].text"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_says_how_far_it_leads(folder, path, hint):
    folder.write("d.jsonl", json.dumps(NESTED))
    text = f"suite: a\nprompt: 'x {{{{ text }}}}'\nexamples:\n  file: d.jsonl\n  fields:\n    text: '{path}'\n"
    problem = next(one for one in folder.problems(text) if one.message.startswith("fields"))
    assert (problem.location.line, underlined(problem)) == (6, f"'{path}'")
    assert problem.message == f'fields: no row has "{path}"'
    assert hint in problem.hint


def test_labels_of_the_data_are_mapped_to_answers(folder):
    folder.write("d.jsonl", '{"text": "a", "label": 0}\n{"text": "b", "label": 1}\n{"text": "c", "label": "1"}\n')
    answer = "answer: {field: label, labels: {0: negative, 1: positive}}\n"
    suite = folder.load(
        f"{HEAD}examples: {{file: d.jsonl}}\n{answer}gate: {{accuracy: {{min: 0, per: label}}}}\nperturb: [typo.drop]\n"
    )
    assert suite.answer.choices == ("negative", "positive")
    assert [e.expected for e in suite.examples] == ["negative", "positive", "positive"]
    assert {e.fields["label"] for e in suite.examples} == {"negative", "positive"}


def test_labels_of_inline_examples_and_truth_values_are_mapped(folder):
    examples = "examples:\n  - {text: a, label: true}\n  - {text: b, label: no}\n"
    suite = folder.load(f"{HEAD}{examples}answer: {{field: label, labels: {{true: yes, no: 'no way'}}}}\n")
    assert [e.expected for e in suite.examples] == ["yes", "no way"]


@pytest.mark.parametrize(
    ("answer", "under", "message", "hint"),
    [
        ("{field: label, choices: [good, bad], labels: {0: god, 1: bad}}", "god", 'labels: "god" is none of the choices', 'did you mean "good"'),
        ("{labels: {0: good, 1: bad}}", "labels", "labels need a field that holds them", "answer: {field: label}"),
        ("{field: label, labels: [good]}", "[good]", "labels: must be a mapping (key: value), not a list", ""),
        ("{field: label, labels: {0: good, 2: bad}}", None, 'the answer "1" of example ex-001 is none of the choices', ""),
    ],
)  # fmt: skip
def test_wrong_labels_are_explained(folder, answer, under, message, hint):
    folder.write("d.jsonl", '{"text": "a", "label": 1}\n')
    problem = folder.problems(
        f"{HEAD}examples: {{file: d.jsonl}}\nanswer: {answer}\n".replace("answer:", "answer:", 1)
    )[0]
    assert message in problem.message
    assert hint in problem.hint
    if under:
        assert (problem.location.line, underlined(problem)) == (4, under)
    else:
        assert (problem.location.path.name, problem.location.line) == ("d.jsonl", 1)


DATA = "text,answer,lang,split\na,bug,en,test\nb,,en,test\nc,bug,de,test\nd,praise,en,train\n,bug,en,test\ne,praise,en,test\n"


def test_where_and_missing_filter_rows_and_are_counted(folder):
    folder.write("d.csv", DATA)
    text = f"{HEAD}examples: {{file: d.csv, where: {{lang: [en, de], split: test}}, missing: skip}}\n{CHOICE}"
    assert rows_of(folder, text) == [("a", "bug"), ("c", "bug"), ("e", "praise")]
    suite = folder.load(text)
    assert suite.left_out == (("where", 1), ("missing", 2))
    assert left_out_words(suite.left_out) == "1 row left out by where, 2 without a gold answer or a field of the prompt"


def test_the_limit_counts_rows_that_are_left(folder):
    folder.write("d.csv", DATA)
    text = f"{HEAD}examples: {{file: d.csv, where: {{split: test}}, missing: skip, limit: 2}}\n{CHOICE}"
    assert rows_of(folder, text) == [("a", "bug"), ("c", "bug")]


def test_numbers_and_truth_values_are_selected_as_they_are_written(folder):
    folder.write(
        "d.jsonl",
        '{"text": "a", "n": 1, "ok": true, "q": {"level": 2}}\n{"text": "b", "n": 2.0, "ok": false, "q": {"level": 3}}\n',
    )
    for where in ("{n: 1}", "{ok: true}", "{n: '1'}", "{q.level: 2}"):
        assert rows_of(folder, f"{HEAD}examples: {{file: d.jsonl, where: {where}}}\n") == [("a", None)]


@pytest.mark.parametrize(
    ("where", "under", "message", "hint"),
    [
        ("{split: tset}", "tset", 'where: no row has the split "tset"', 'it is "test", "train"'),
        ("{splt: test}", "splt", 'where: no row has a field "splt"', 'did you mean "split"'),
        ("{split: train, lang: de}", "{split: train, lang: de}", "where: no row is left", ""),
        ("{split: {a: b}}", "{a: b}", "", ""),
    ],
)
def test_a_filter_that_finds_nothing_is_a_mistake(folder, where, under, message, hint):
    folder.write("d.csv", DATA)
    problem = folder.problems(f"{HEAD}examples: {{file: d.csv, where: {where}}}\n")[0]
    assert problem.location.path.name == "t.robust.yaml"
    assert (problem.location.line, underlined(problem)) == (3, under)
    assert message in problem.message
    assert hint in problem.hint


def test_missing_rows_are_mistakes_unless_they_are_skipped(folder):
    folder.write("d.csv", DATA)
    problems = folder.problems(f"{HEAD}examples: {{file: d.csv}}\n{CHOICE}")
    assert problems[0].location.line == 3
    assert 'the answer "" of example ex-002' in problems[0].message
    folder.write("d.csv", "text,answer\na,\n")
    (problem,) = folder.problems(f"{HEAD}examples: {{file: d.csv, missing: skip}}\n{CHOICE}")
    assert (problem.location.line, problem.message) == (3, "missing: skip leaves no row")


LONG = """\
qid,kind,text,answer,topic
q1,original,Is iron a metal?,bug,x
q1,typo,Is irn a metal?,bug,x
q1,negated,Is iron not a metal?,praise,x
q1,typo,Is ioon a metal?,bug,x
q2,original,Is wood a metal?,praise,y
q2,typo,Is wod a metal?,praise,y
"""


def test_one_row_a_variant_is_read_as_examples_and_variants(folder):
    folder.write("d.csv", LONG)
    suite = folder.load(
        f"{HEAD}examples: {{file: d.csv, long: {{id: qid, variant: kind}}}}\n{CHOICE}"
        "perturb:\n  - published.columns: {of: text, gold: answer}\n"
    )
    check(read_source(suite.path).value, suite_json_schema())
    assert [e.id for e in suite.examples] == ["q1", "q2"]
    plan = plan_suite(suite)
    found = {(c.example.id, c.variant): (c.prompt.messages[0].text, c.expected) for c in plan.cases}
    assert found == {
        ("q1", "original"): ("Ticket: Is iron a metal?", "bug"),
        ("q2", "original"): ("Ticket: Is wood a metal?", "praise"),
        ("q1", "typo"): ("Ticket: Is irn a metal?", "bug"),
        ("q1", "typo-2"): ("Ticket: Is ioon a metal?", "bug"),
        ("q1", "negated"): ("Ticket: Is iron not a metal?", "praise"),
        ("q2", "typo"): ("Ticket: Is wod a metal?", "praise"),
    }


def test_labels_reach_the_variants_of_a_long_layout(folder):
    folder.write("d.csv", "qid,kind,text,y\nq1,original,a,0\nq1,negated,not a,1\n")
    suite = folder.load(
        f"{HEAD}examples: {{file: d.csv, long: {{id: qid, variant: kind}}}}\n"
        "answer: {field: y, labels: {0: bug, 1: praise}}\nperturb:\n  - published.columns: {of: text, gold: y}\n"
    )
    assert [c.expected for c in plan_suite(suite).cases] == ["bug", "praise"]


@pytest.mark.parametrize(
    ("layout", "under", "message", "hint"),
    [
        ("{id: qd, variant: kind}", "qd", 'long: no row has a field "qd"', 'did you mean "qid"'),
        ("{id: qid, variant: knd}", "knd", 'long: no row has a field "knd"', 'did you mean "kind"'),
        ("{id: qid, variant: kind, original: clean}", "{id: qid, variant: kind, original: clean}", 'long: no row of qid "q1" (line 2) with kind = "clean"', 'here kind is "original", "typo", "negated"'),
        ("{id: topic, variant: kind, original: typo}", "{id: topic, variant: kind, original: typo}", 'long: 2 rows of topic "x" (line 2) with kind = "typo"', "one row of each example"),
        ("{id: qid}", "long", 'the key "variant" is missing', ""),
    ],
)  # fmt: skip
def test_a_long_layout_that_cannot_be_is_explained(folder, layout, under, message, hint):
    folder.write("d.csv", LONG)
    problem = folder.problems(f"{HEAD}examples: {{file: d.csv, long: {layout}}}\n")[0]
    assert (problem.location.line, underlined(problem)) == (3, under)
    assert message in problem.message
    assert hint in problem.hint
