"""Several prompts in a suite: each is a suite of its own over the same examples, and mistakes have a place."""

from __future__ import annotations

import jsonschema
import pytest

from llmrobust.errors import SuiteError
from llmrobust.plan import plan_suite
from llmrobust.suitefile.editor_schema import suite_json_schema
from llmrobust.suitefile.loader import load_suite, load_suites, only_prompt
from llmrobust.suitefile.yaml_source import read_source

REST = """\
examples:
  - {id: a, text: "a fine film", answer: positive}
  - {id: b, text: "a dull film", answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - casing.upper: {target: input}
gate:
  accuracy: {min: 0.5}
"""
TWO = f"""\
suite: films
prompts:
  - id: v1
    user: "Review: {{{{ text }}}}\\nSentiment:"
  - {{id: v2, file: v2.txt}}
{REST}"""


@pytest.fixture
def load(tmp_path):
    def load(text=TWO, function=load_suites):
        (tmp_path / "v2.txt").write_text("{{ text }}\nIs that good?\n")
        path = tmp_path / "films.robust.yaml"
        path.write_text(text)
        return function(path, tmp_path)

    return load


def problems(load, text):
    with pytest.raises(SuiteError) as caught:
        load(text)
    return [(one.location.line, one.message) for one in caught.value.diagnostics]


def test_each_prompt_is_a_suite_over_the_same_examples_and_edits(load):
    first, second = load()
    assert (first.name, first.prompt, first.base) == ("films[v1]", "v1", "films")
    assert (second.name, second.prompt) == ("films[v2]", "v2")
    assert first.examples == second.examples
    plans = [plan_suite(one) for one in (first, second)]
    assert [case.key for case in plans[0].cases] == [case.key for case in plans[1].cases]
    asked = [{case.request for case in plan.cases} for plan in plans]
    assert not asked[0] & asked[1]
    assert [gate.metric for gate in second.gates] == ["accuracy"]


def test_a_prompt_depends_on_its_own_files_only(load):
    first, second = load()
    assert [path.name for path in first.files] == ["films.robust.yaml"]
    assert [path.name for path in second.files] == ["films.robust.yaml", "v2.txt"]
    assert first.digest != second.digest


def test_one_prompt_is_as_it_always_was(load):
    text = TWO.replace('prompts:\n  - id: v1\n    user: "', 'prompt: "').replace("  - {id: v2, file: v2.txt}\n", "")
    (suite,) = load(text)
    assert (suite.name, suite.prompt, suite.base) == ("films", "", "")
    assert load(text, load_suite).digest == suite.digest


def test_what_needs_one_prompt_says_which_there_are(load):
    with pytest.raises(SuiteError, match="one prompt is needed here, and the suite has several: v1, v2"):
        load(TWO, load_suite)
    suites = load()
    assert only_prompt(suites, "v2") is suites[1]
    with pytest.raises(SuiteError, match='no prompt "v3"') as caught:
        only_prompt(suites, "v3")
    assert caught.value.diagnostics[0].location.line == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: v2", "id: v1", 5, 'two prompts have the id "v1"'),
        ("id: v2", 'id: "a b"', 5, 'id: must be letters, digits, dots, hyphens and underscores, not "a b"'),
        ("id: v2, file: v2.txt", "file: v2.txt", 5, 'the key "id" is missing'),
        ("file: v2.txt", "file: v3.txt", 5, 'the file "v3.txt" does not exist'),
        ("file: v2.txt", 'usr: "{{ text }}"', 5, 'unknown key "usr"'),
        ("file: v2.txt", 'user: "{{ txt }}"', 5, 'the prompt uses "txt", which no example has'),
        ("file: v2.txt", 'file: v2.txt, system: "Be brief."', 5, 'unknown key "system"'),
        ("  - {id: v2, file: v2.txt}", "  - a text", 5, "expected a prompt with an id, got a string"),
        ("prompts:", "prompt: x\nprompts:", 3, "prompt and prompts are both given"),
    ],
)
def test_mistakes_have_a_place(load, old, new, line, words):
    assert (line, words) in problems(load, TWO.replace(old, new))


@pytest.mark.parametrize("value", ["[]", "text", "{v1: a}"])
def test_prompts_must_be_a_list(load, value):
    found = problems(load, f"suite: films\nprompts: {value}\n{REST}")
    assert found[0][0] == 2
    assert found[0][1].startswith("prompts: must be a list of prompts")


def test_a_mistake_that_all_prompts_share_is_reported_once(load):
    found = problems(load, TWO.replace("accuracy: {min", "accurracy: {minn"))
    assert len(found) == len(set(found))


def test_a_suite_without_a_prompt_is_told_so(load):
    assert (1, 'the key "prompt" is missing') in problems(load, f"suite: films\n{REST}")


def test_the_schema_takes_one_prompt_or_several(tmp_path):
    schema = suite_json_schema()

    def errors(text):
        path = tmp_path / "x.robust.yaml"
        path.write_text(text)
        return list(jsonschema.Draft202012Validator(schema).iter_errors(read_source(path).value))

    assert not errors(TWO)
    assert not errors(f"suite: films\nprompt: x\n{REST}")
    assert errors(f"suite: films\n{REST}")
    assert errors(TWO.replace("prompts:", "prompt: x\nprompts:"))
    assert errors(TWO.replace("id: v2, ", ""))
