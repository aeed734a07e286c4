"""Every mistake of a user is shown at its place, with the words underlined that are wrong."""

from __future__ import annotations

import os

import pytest

from llmrobust.errors import Diagnostic
from tests.suitefile.conftest import SUITE


def underlined(diagnostic: Diagnostic) -> str:
    at = diagnostic.location
    return diagnostic.source_line[at.column - 1 : at.column - 1 + at.length]


# (text that is replaced, its replacement, line, what is underlined, message, hint)
MISTAKES = [
    ("typo.keyboard:", "typo.keybord:", 15, "typo.keybord", 'unknown operator "typo.keybord"', 'did you mean "typo.keyboard"'),
    ("- punctuation.strip_final", "- 7", 14, "7", "an entry names one operator", "- typo.keyboard"),
    ("rate: 0.05", "rat: 0.05", 15, "rat", 'unknown key "rat"', 'did you mean "rate"'),
    ("rate: 0.05", "rate: 5", 15, "5", "rate: must be at most 1, not 5", ""),
    ("rate: 0.05", "rate: much", 15, "much", 'rate: must be a number, not "much"', ""),
    ("samples: 2", "samples: 0", 15, "0", "samples: must be at least 1, not 0", ""),
    ("suite: tickets", "suit: tickets", 1, "suit", 'unknown key "suit"', 'did you mean "suite"'),
    ("gate:", "seed: many\ngate:", 16, "many", 'seed: must be a whole number, not "many"', ""),
    ("gate:", "repeats: 0\ngate:", 16, "0", "repeats: must be at least 1, not 0", ""),
    ("gate:", "cases: lenient\ngate:", 16, "lenient", 'cases: must be report or strict, not "lenient"', ""),
    ("gate:", "sampling: {temperatur: 1}\ngate:", 16, "temperatur", 'unknown key "temperatur"', 'did you mean "temperature"'),
    ("gate:", "sampling: {top_p: 2}\ngate:", 16, "2", "top_p: must be at most 1, not 2", ""),
    ("accuracy:", "acuracy:", 17, "acuracy", 'unknown metric "acuracy"', 'did you mean "accuracy"'),
    ("min: 0.85", "min: 85", 17, "85", "min: accuracy lies between 0 and 1, 85 is impossible", "shares are written as fractions"),
    ("min: 0.85", "", 17, "accuracy", "the gate on accuracy has no bound", "accuracy: {min: 0.9}"),
    ("min: 0.85", "min: 0.9, max: 0.8", 17, "0.9", "min 0.9 is larger than max 0.8", ""),
    ("min: 0.85", "min: 0.8, per: famly", 17, "famly", 'per: must be suite, family or operator, not "famly"', ""),
    ("min: 0.85", "min: 0.8, over: fromat", 17, "fromat", 'over: the suite uses no family or operator "fromat"', ""),
    ("choices: [bug, praise]", "choices: [bug, Bug ]", 12, "Bug", 'the choices "bug" and "Bug" cannot be told apart', "ignore_case: false"),
    ("choices: [bug, praise]", "choices: [bug]", 12, "[bug]", "one choice is no choice", ""),
    ("choices: [bug, praise]", "choices: [bugs, praise]", 8, None, 'the answer "bug" of example ex-001 is none of the choices', 'did you mean "bugs"'),
    ("field: answer", "field: anser", 8, None, 'example ex-001 has no field "anser", which answer.field names', 'did you mean "answer"'),
    ("  field: answer\n", "", 16, "accuracy", "accuracy needs gold answers, and the suite has none", "answer: {field: ...}"),
    ("choices: [bug, praise]", "check: regex", 10, "answer", "check: regex and pattern belong together", ""),
    ("choices: [bug, praise]", "check: regex\n  pattern: '('", 13, "'('", "pattern: no regular expression", ""),
    ("{{ text }}", "{{ txt }}", 5, "txt", 'the prompt uses "txt", which no example has', 'did you mean "text"'),
    ("{{ text }}", "{{ text", 6, "Category:", "the template is not valid", ""),
    ("{% instruction %}", "{% instrution %}", 4, None, "the template is not valid", "example, instruction, protect"),
    ("{{ text }}", "{{ ''.__class__ }}", 5, None, "sandbox refuses", ""),
    ("{{ text }}", "{{ text / 0 }}", 5, None, "cannot be rendered", ""),
    ("  - {text: \"It crashes.\", answer: bug}\n", "  - {answer: bug}\n", 8, None, 'example ex-001 has no field "text", which the prompt uses', ""),
    ('{text: "Thank you!", answer: praise}', "thanks", 9, "thanks", "an example must be a mapping of fields, not a text", ""),
    ('{text: "Thank you!", answer: praise}', '{text: a, text: b, answer: praise}', 9, "text", '"text" stands here twice', "first in line 9"),
    ('{text: "Thank you!"', '{id: "a[b]", text: "x"', 9, None, "cannot be part of a test's name", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "marked", "message", "hint"), MISTAKES, ids=[m[4][:40] for m in MISTAKES]
)
def test_a_mistake_is_shown_at_its_place(folder, changed, old, new, line, marked, message, hint):
    found = folder.problems(changed((old, new)))
    match = [d for d in found if message in d.message]
    assert match, [d.message for d in found]
    assert match[0].location.line == line
    assert hint in match[0].hint
    if marked is not None:
        assert underlined(match[0]) == marked


def test_a_diagnostic_reads_like_a_compilers(folder, changed):
    assert folder.rendered(changed(("typo.keyboard:", "typo.keybord:"))) == (
        't.robust.yaml:15:5: unknown operator "typo.keybord"\n'
        "   15 |   - typo.keybord: {rate: 0.05, samples: 2}\n"
        "            ^^^^^^^^^^^^\n"
        'did you mean "typo.keyboard"? the families are context, format, instruction, paraphrase, punctuation, typo'
    )


def test_all_mistakes_are_reported_at_once_in_file_order(folder, changed):
    text = changed(("{{ text }}", "{{ txt }}"), ("typo.keyboard:", "typo.keybord:"), ("accuracy:", "acuracy:"))
    assert [d.location.line for d in folder.problems(text)] == [5, 15, 17]


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("", 1, "the suite file is empty", "suite: name"),
        ("- a\n- b\n", 1, "must be a mapping, not a list", ""),
        ("suite: [\n", 2, "not valid YAML", ""),
        ("suite: a\n\tprompt: b\n", 2, "not valid YAML", "spaces, not tabs"),
        ("suite: a\nprompt: {{ x }}\n", 2, "a key must be a word", "in a block (|) or in quotes"),
        ("suite: a: b\n", 1, "not valid YAML", "must stand in quotes"),
        ("suite: a\nsuite: b\n", 2, '"suite" stands here twice', "first in line 1"),
        ("suite: a\n", 1, 'the key "prompt" is missing', ""),
        ("suite: a\nprompt: x\nexamples: []\n", 3, "there are no examples", ""),
        ("suite: a\nprompt: x\nexamples: 3\n", 3, "examples must be a list of rows", ""),
        ("suite: a\nprompt: ''\nexamples: [{a: b}]\n", 2, "the prompt is empty", ""),
        ("suite: a\nprompt: {user: x, completion: y}\nexamples: [{a: b}]\n", 2, "the prompt is given by", ""),
        (
            "suite: a\nprompt: {user: {file: no.jinja}}\nexamples: [{a: b}]\n",
            2,
            'the file "no.jinja" does not exist',
            "",
        ),
        ("suite: a\nprompt: {user: {file: ../x}}\nexamples: [{a: b}]\n", 2, "lies outside of the project", ""),
        ("suite: a\nprompt: {user: {file: /etc/passwd}}\nexamples: [{a: b}]\n", 2, "lies outside of the project", ""),
        ("suite: !!python/object:os.system x\n", 1, "is no tag that suites know", ""),
    ],
)
def test_broken_files(folder, text, line, message, hint):
    found = folder.problems(text)
    match = [d for d in found if message in d.message]
    assert match, [d.message for d in found]
    assert match[0].location.line == line
    assert hint in match[0].hint


def test_a_file_that_is_not_utf8_names_line_and_column(folder):
    (found,) = folder.problems(SUITE.replace("crashes", "cr\u00e4shes").encode("latin-1"))
    assert (found.location.line, found.location.column) == (8, 18)
    assert "not UTF-8: byte 0xe4" in found.message


def test_a_link_out_of_the_project_is_refused(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("secret")
    os.symlink(secret, folder.path / "link.txt")
    (found,) = folder.problems("suite: a\nprompt: {user: {file: link.txt}}\nexamples: [{a: b}]\n")
    assert "outside of the project" in found.message


def test_a_misspelled_file_is_suggested(folder):
    folder.write("prompts/triage.jinja", "{{ a }}")
    (found,) = folder.problems("suite: a\nprompt: {user: {file: prompts/trage.jinja}}\nexamples: [{a: b}]\n")
    assert found.hint == 'did you mean "triage.jinja"?'


def test_a_wrong_field_name_is_not_told_for_every_row(folder, changed):
    rows = "".join(f'  - {{text: "x{i}", anser: bug}}\n' for i in range(50))
    text = changed(
        ('  - {text: "It crashes.", answer: bug}\n', rows), ('  - {text: "Thank you!", answer: praise}\n', "")
    )
    found = folder.problems(text)
    assert len(found) == 6
    assert found[-1].message == "and 45 more examples like this"


def test_nested_aliases_do_not_eat_memory(folder):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    found = folder.problems("\n".join(lines) + "\n")
    assert any("too many" in d.message for d in found)
