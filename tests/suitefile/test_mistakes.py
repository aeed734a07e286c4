"""Every mistake of a user is shown at its place, with the words underlined that are wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmrobust.errors import Diagnostic, SuiteError
from llmrobust.loading import load_suite_file
from llmrobust.suitefile import load_suite, render_prompt
from tests.suitefile.conftest import SUITE


def underlined(diagnostic: Diagnostic) -> str:
    at = diagnostic.location
    return diagnostic.source_line[at.column - 1 : at.column - 1 + at.length]


# (text that is replaced, its replacement, line, what is underlined, message, hint)
MISTAKES = [
    ("typo.keyboard:", "typo.keybord:", 15, "typo.keybord", 'unknown operator "typo.keybord"', 'did you mean "typo.keyboard"'),
    ("- punctuation.strip_final", "- 7", 14, "7", "an entry must name one operator", "- typo.keyboard"),
    ("rate: 0.05", "rat: 0.05", 15, "rat", 'unknown key "rat"', 'did you mean "rate"'),
    ("rate: 0.05", "rate: 5", 15, "5", "rate: must be at most 1, not 5", ""),
    ("rate: 0.05", "rate: much", 15, "much", 'rate: must be a number, not "much"', ""),
    ("samples: 2", "samples: 0", 15, "0", "samples: must be at least 1, not 0", ""),
    ("suite: tickets", "suit: tickets", 1, "suit", 'unknown key "suit"', 'did you mean "suite"'),
    ("gate:", "seed: many\ngate:", 16, "many", 'seed: must be an integer, not "many"', ""),
    ("gate:", "repeats: 0\ngate:", 16, "0", "repeats: must be at least 1, not 0", ""),
    ("gate:", "cases: lenient\ngate:", 16, "lenient", 'cases: must be report or strict, not "lenient"', ""),
    ("gate:", "sampling: {temperatur: 1}\ngate:", 16, "temperatur", 'unknown key "temperatur"', 'did you mean "temperature"'),
    ("gate:", "sampling: {top_p: 2}\ngate:", 16, "2", "top_p: must be at most 1, not 2", ""),
    ("accuracy:", "acuracy:", 17, "acuracy", 'unknown metric "acuracy"', 'did you mean "accuracy"'),
    ("min: 0.85", "min: 85", 17, "85", "min: accuracy is between 0 and 1, so 85 is impossible", "shares are written as fractions: 0.85, not 85"),
    ("min: 0.85", "min: 85%", 17, "85%", 'min: must be a number, not "85%"', "shares are written as fractions: 0.85, not 85"),
    ("min: 0.85", "min: 0.85, confidence: 95", 17, "95", "confidence: must be at most 0.999999, not 95", "shares are written as fractions: 0.95, not 95"),
    ("min: 0.85", "", 17, "accuracy", "the gate on accuracy has no bound", "accuracy: {min: 0.9}"),
    ("min: 0.85", "min: 0.9, max: 0.8", 17, "0.9", "min 0.9 is larger than max 0.8", ""),
    ("min: 0.85", "min: 0.8, per: famly", 17, "famly", 'per: not every example has a field "famly"', 'did you mean "family"'),
    ("min: 0.85", "min: 0.8, where: {txt: a}", 17, "txt", 'where: not every example has a field "txt"', 'did you mean "text"'),
    ("min: 0.85", "min: 0.8, where: {answer: []}", 17, "[]", "where: answer lists no values", ""),
    ("min: 0.85", "min: 0.8, inconclusive: warn", 17, "warn", "without a confidence nothing is inconclusive", "confidence: 0.95"),
    ("min: 0.85", "min: 0.8, where: {answer: bog}", 17, "bog", 'where: no example has the answer "bog"', 'did you mean "bug"'),
    ("min: 0.85", "min: 0.8, field: text", 17, "field", "accuracy does not use a field", "per or where"),
    ("min: 0.85", "min: 0.8, correction: holm", 17, "holm", "a correction needs a confidence", "confidence: 0.95"),
    ("min: 0.85", "min: 0.8, against: ../../run.json", 17, None, '"../../run.json" is outside the project', "a suite reads only"),
    ("accuracy: {min: 0.85", "target_drop: {max: 0.1", 17, "target_drop", "target_drop compares with another run", "against: run.json"),
    ("accuracy: {min: 0.85", "uncertainty_ratio: {max: 0.1", 17, "uncertainty_ratio", "uncertainty_ratio needs a field of the examples", "field: NAME"),
    ("accuracy: {min: 0.85", "severity_area: {min: 0.1", 17, "severity_area", "severity_area needs an operator with severities", "severity: [1, 2"),
    ("min: 0.85", "min: 0.8, over: fromat", 17, "fromat", 'over: the suite uses no family or operator "fromat"', ""),
    ("choices: [bug, praise]", "choices: [bug, Bug ]", 12, "Bug", 'the choices "bug" and "Bug" are indistinguishable', "ignore_case: false"),
    ("choices: [bug, praise]", "choices: [bug]", 12, "[bug]", "choices: name at least two", ""),
    ("choices: [bug, praise]", "choices: [bugs, praise]", 8, None, 'the answer "bug" of example ex-001 is none of the choices', 'did you mean "bugs"'),
    ("field: answer", "field: anser", 8, None, 'example ex-001 has no field "anser", which answer.field names', 'did you mean "answer"'),
    ("  field: answer\n", "", 16, "accuracy", "accuracy needs gold answers, but the suite has none", "answer: {field: ...}"),
    ("choices: [bug, praise]", "check: regex", 10, "answer", "check: regex and pattern belong together", ""),
    ("choices: [bug, praise]", "check: regex\n  pattern: '('", 13, "'('", "pattern: not a valid regular expression", ""),
    ("{{ text }}", "{{ txt }}", 5, "txt", 'the prompt uses "txt", which no example has', 'did you mean "text"'),
    ("{{ text }}", "{{ text", 6, "Category:", "the template is not valid", ""),
    ("{% instruction %}", "{% instrution %}", 4, None, "the template is not valid", "example, instruction, protect"),
    ("{{ text }}", "{{ ''.__class__ }}", 5, None, "sandbox forbids", ""),
    ("{{ text }}", "{{ text / 0 }}", 5, None, "cannot be rendered", ""),
    ("  - {text: \"It crashes.\", answer: bug}\n", "  - {answer: bug}\n", 8, None, 'example ex-001 has no field "text", which the prompt uses', ""),
    ('{text: "Thank you!", answer: praise}', "thanks", 9, "thanks", "an example must be a mapping of fields, not a string", ""),
    ('{text: "Thank you!", answer: praise}', '{text: a, text: b, answer: praise}', 9, "text", 'duplicate key "text"', "first in line 9"),
    ('{text: "Thank you!"', '{id: "a[b]", text: "x"', 9, None, "cannot be part of a test's name", ""),
    ('{text: "Thank you!"', '{id: ex-001, text: "x"', 9, None, 'duplicate id "ex-001"', "first in line 8"),
    ('"Thank you!"', '"a\\ud800"', 9, '"a\\ud800"', "the text contains a character that is not allowed in a prompt: U+D800", ""),
    ('"Thank you!"', "7" * 1001, 9, "7" * 1001, "a number of more than 1000 digits", "quote it to make it a string"),
    ("choices: [bug, praise]", "choices: C..A", 12, "C..A", "choices: C..A runs backwards", "A..C"),
    ("choices: [bug, praise]", "choices: A-C", 12, "A-C", 'choices: must be a list, not "A-C"', ""),
    ("choices: [bug, praise]", "choices: [bug, praise, '']", 12, "''", "a choice must not be empty", ""),
    ("choices: [bug, praise]", "choices: [Bug, praise]\n  ignore_case: false", 8, None, 'the answer "bug" of example ex-001 is none of the choices', 'did you mean "Bug"'),
    ("choices: [bug, praise]", "choices: [bug, praise]\n  check: exact", 13, "exact", "check: with choices it must be choice, not exact", ""),
    ("choices: [bug, praise]", "check: choice", 12, "choice", "check: choice needs choices", ""),
    ("choices: [bug, praise]", "tolerance: 0.1", 12, "tolerance", "tolerance does not apply here: it belongs to check: number, and the check is exact", ""),
    ("samples: 2", "id: 'a::b'", 15, "'a::b'", 'id: "a::b" cannot name a use', "letters, digits and"),
    ("samples: 2", "id: drop", 15, "drop", 'id: "typo.drop" is another operator', ""),
    ("- punctuation.strip_final", "- typo.drop: {id: x}\n  - typo.swap: {id: x}", 15, "x", 'the id "x" is used twice', ""),
    ("- punctuation.strip_final", "- typo.drop: 0.5", 14, "0.5", "the parameters of typo.drop must be a mapping, not a number", "typo.drop: {rate: 0.05}"),
    ("- punctuation.strip_final", "- typo.drop:\n    rate: 0.5", 14, "typo.drop:", "an entry must name one operator", "indent its parameters"),
    ("- punctuation.strip_final", "- paraphrase: {file: no.yaml}", 14, "no.yaml", 'the file "no.yaml" does not exist', ""),
    ("gate:", "protect: [txet]\ngate:", 16, "txet", 'protect: nothing in the prompts is or contains "txet"', 'did you mean "text"'),
    ("gate:", "protect: text\ngate:", 16, "text", 'protect: must be a list, not "text"', ""),
    ("gate:", "sampling: {temperature: true}\ngate:", 16, "true", "temperature: must be a number, not true", ""),
    ("gate:", "sampling: {temperature: .inf}\ngate:", 16, ".inf", "temperature: must be finite, not inf", ""),
    ("gate:", "sampling: {max_tokens: '8'}\ngate:", 16, "'8'", 'max_tokens: must be an integer, not "8"', ""),
    ("gate:", "seed: 1.5\ngate:", 16, "1.5", "seed: must be an integer, not 1.5", ""),
    ("min: 0.85", "min: .nan", 17, ".nan", "min: must be finite, not nan", ""),
    ("  accuracy: {min: 0.85}", "  - accuracy: {min: 0.8}\n    spread: {max: 1}", 17, None, "an entry must name one metric", "- accuracy: {min: 0.9}"),
    ("  accuracy: {min: 0.85}", "  0.85", 17, "0.85", "gate must be a mapping or a list, not a number", ""),
    ("min: 0.85", "mim: 0.85", 17, "mim", 'unknown key "mim"', 'did you mean "min"'),
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
        'did you mean "typo.keyboard"? `llmrobust operators` lists all of them'
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
        ("suite: a\nprompt: {{ x }}\n", 2, "a key must be a word", "as a block (|) or in quotes"),
        ("suite: a: b\n", 1, "not valid YAML", "quote strings that"),
        ("suite: a\nsuite: b\n", 2, 'duplicate key "suite"', "first in line 1"),
        ("suite: a\n", 1, 'the key "prompt" is missing', ""),
        ("suite: a\nprompt: x\nexamples: []\n", 3, "there are no examples", ""),
        ("suite: a\nprompt: x\nexamples: 3\n", 3, "examples must be a list of rows", ""),
        ("suite: a\nprompt: ''\nexamples: [{a: b}]\n", 2, "the prompt is empty", ""),
        ("suite: a\nprompt: {user: 5}\nexamples: [{a: b}]\n", 2, "user: must be a string, not 5", ""),
        ("suite: a\nprompt: {user: {fil: x}}\nexamples: [{a: b}]\n", 2, 'unknown key "fil"', 'did you mean "file"'),
        ("suite: a\nprompt: {user: {file: 5}}\nexamples: [{a: b}]\n", 2, "file: must be a string, not 5", ""),
        ("suite: a\nprompt: {messages: []}\nexamples: [{a: b}]\n", 2, "messages is empty", ""),
        (
            "suite: a\nprompt:\n  messages:\n    - {roel: user, content: x}\nexamples: [{a: b}]\n",
            4,
            'unknown key "roel"',
            'did you mean "role"',
        ),
        ("suite: a\nprompt: {messages: [{role: bot, content: x}]}\nexamples: [{a: b}]\n", 2, "role: must be", ""),
        ("suite: a\nprompt: x\nexamples: {fil: d.csv}\n", 3, 'unknown key "fil"', 'did you mean "file"'),
        ("suite: a\nprompt: x\nexamples: {hf: d}\n", 3, 'the key "split" is missing', ""),
        ("suite: a\nprompt: x\nexamples: {file: .}\n", 3, 'the file "." is a folder', ""),
        ("suite: a\nprompt: {user: {file: " + "x" * 999 + "}}\nexamples: [{a: b}]\n", 2, "File name too long", ""),
        ("suite: a\nprompt: x\n? [a, b]\n: c\n", 3, "a key must be a word", ""),
        ("suite: a\nprompt: &p [*p]\n", 2, "an alias that contains itself", ""),
        ("suite: a\x00b\n", 1, "the character U+0000 is not allowed in YAML", "escape it in double quotes"),
        ("suite: " + "[" * 3000, 1, "the file is nested too deeply", ""),
        ("suite: a\nprompt: {user: x, completion: y}\nexamples: [{a: b}]\n", 2, "give the prompt as", ""),
        (
            "suite: a\nprompt: {user: {file: no.jinja}}\nexamples: [{a: b}]\n",
            2,
            'the file "no.jinja" does not exist',
            "",
        ),
        ("suite: a\nprompt: {user: {file: ../x}}\nexamples: [{a: b}]\n", 2, "is outside the project", ""),
        ("suite: a\nprompt: {user: {file: /etc/passwd}}\nexamples: [{a: b}]\n", 2, "is outside the project", ""),
        ("suite: !!python/object:os.system x\n", 1, "is an unsupported YAML tag", ""),
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
    assert "is outside the project" in found.message


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


def test_a_mistake_in_one_kind_of_text_is_told_once(folder):
    (found,) = folder.problems("suite: a\nprompt: {user: {file: 5}}\nexamples: [{a: b}]\n")
    assert found.render(folder.path) == (
        "t.robust.yaml:2:23: file: must be a string, not 5\n    2 | prompt: {user: {file: 5}}\n" + " " * 30 + "^"
    )


def test_a_template_in_quotes_is_shown_with_its_line(folder):
    shown = folder.rendered("suite: a\nprompt: '{{ a }} {{ b }}'\nexamples: [{a: x}]\n")
    assert shown == (
        't.robust.yaml:2:21: the prompt uses "b", which no example has\n'
        "    2 | prompt: '{{ a }} {{ b }}'\n" + " " * 28 + "^\nknown are a"
    )


def test_a_mistake_of_one_example_names_it(folder):
    text = "suite: a\nprompt: '{{ a.x }}'\nexamples: [{a: {x: 1}}, {a: {y: 1}}]\n"
    suite = folder.load(text)
    with pytest.raises(SuiteError) as caught:
        render_prompt(suite, suite.examples[1])
    assert "'dict object' has no attribute 'x' (example ex-002)" in str(caught.value)


def test_an_empty_prompt_names_its_example(folder):
    suite = folder.load("suite: a\nprompt: '{{ a }}'\nexamples: [{a: x}, {a: ' '}]\n")
    with pytest.raises(SuiteError, match="the prompt of example ex-002 is empty"):
        render_prompt(suite, suite.examples[1])


def test_long_lines_are_shown_around_the_mistake(folder, changed):
    shown = folder.rendered(changed(('{text: "Thank you!"', '{text: "' + "x" * 900 + '", text: "Thank you!"')))
    line, caret = shown.split("\n")[1:3]
    assert line.startswith("    9 | ...xxx")
    assert line[caret.index("^") :].startswith('text: "Thank you!", answer: praise}')
    assert len(line) < 180


def test_a_prompt_file_that_is_empty_or_no_text_is_refused(folder):
    text = "suite: a\nprompt: {user: {file: p.jinja}}\nexamples: [{a: b}]\n"
    folder.write("p.jinja", " \n")
    assert "t.robust.yaml:2:23: the file p.jinja is empty" in folder.rendered(text)
    folder.write("p.jinja", b"fine\n  \xff")
    assert folder.rendered(text) == "p.jinja:2:3: the file is not UTF-8: byte 0xff at offset 7\nsave it as UTF-8"


def test_files_that_are_folders_or_too_large_are_refused(folder):
    (folder.path / "d.robust.yaml").mkdir()
    with pytest.raises(SuiteError, match=r"d\.robust\.yaml:1:1: cannot read the file: Is a directory"):
        load_suite(folder.path / "d.robust.yaml", folder.path)
    with (folder.path / "l.robust.yaml").open("wb") as file:
        file.truncate(33 * 2**20)
    with pytest.raises(SuiteError, match="the file is larger than 32 MiB"):
        load_suite(folder.path / "l.robust.yaml", folder.path)


def test_a_file_of_an_operator_that_cannot_be_used_is_named(folder, changed):
    folder.write("p.yaml", "a: b")
    shown = folder.rendered(changed(("- punctuation.strip_final", "- paraphrase: {file: p.yaml}")))
    assert "t.robust.yaml:14:24: p.yaml cannot be used: it must hold a list of wordings" in shown
    hidden = folder.rendered(changed(("- punctuation.strip_final", "- paraphrase: {wordings: []}")))
    assert 't.robust.yaml:14:18: unknown key "wordings"' in hidden


def test_the_same_gate_twice_is_a_mistake(folder):
    head, _, _ = SUITE.partition("gate:")
    gates = "gate:\n  - accuracy: {min: 0.8}\n  - accuracy: {min: 0.8, per: family}\n  - accuracy: {min: 0.8}\n"
    (found,) = folder.problems(head + gates)
    assert found.message == "duplicate gate on accuracy"
    assert found.location.line == head.count("\n") + 4


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(.*a){12}b"])
def test_a_pattern_that_backtracks_without_end_is_a_mistake_of_the_suite(tmp_path: Path, pattern: str):
    text = f"suite: s\nprompt: '{{{{ q }}}}'\nexamples: [{{q: a}}]\nanswer: {{check: regex, pattern: '{pattern}'}}\n"
    path = tmp_path / "s.robust.yaml"
    path.write_text(text)
    with pytest.raises(SuiteError, match=r"pattern: takes longer than .* on a text of") as caught:
        load_suite(path, tmp_path)
    assert caught.value.diagnostics[0].location.line == 4


def test_an_answer_field_must_hold_answers(tmp_path: Path):
    gate = "gate: {misrepresentation_ratio: {max: 0.1, field: claim}}"
    text = "suite: s\nprompt: '{{ q }}'\nexamples: [{q: a, answer: A, claim: some text}]\n"
    text += f"answer: {{field: answer, choices: [A, B]}}\nperturb: [typo.swap]\n{gate}\n"
    path = tmp_path / "s.robust.yaml"
    path.write_text(text)
    with pytest.raises(SuiteError, match='field: the claim "some text" is not one of the choices'):
        load_suite_file(path, tmp_path)
    path.write_text(text.replace("some text", "b").replace("choices:", "ignore_case: true, choices:"))
    assert load_suite_file(path, tmp_path).gates[0].by == "claim"


def test_a_formula_that_does_not_give_the_answer_is_a_mistake_of_its_example(tmp_path: Path):
    file = tmp_path / "sums.robust.yaml"
    file.write_text(
        "suite: sums\nprompt: '{{ q }}'\nanswer: {check: number, field: a}\nexamples:\n"
        "  - {q: Ann has 8 nuts and finds 5., a: 13, formula: 8 + 5}\n"
        "  - {q: Ann has 8 nuts and finds 5., a: 13, formula: 8 + 6}\n"
        "  - {q: Ann has 8 nuts and finds 5., a: 13, formula: 8 +}\n"
        "perturb: [entity.number]\n"
    )
    with pytest.raises(SuiteError) as caught:
        load_suite(file, tmp_path)
    assert [(one.location.line, one.message) for one in caught.value.diagnostics] == [
        (6, 'example ex-002: the formula "8 + 6" gives 14, not the expected answer 13'),
        (7, 'example ex-003: the formula "8 +" is not made of numbers, + - * / and brackets'),
    ]
