"""`llmrobust init`: a first suite from whatever prompt file there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.loading import load_plan, load_suite_files
from llmrobust.prompt.template import Origin, Template
from llmrobust.scaffold.prompt_files import Message, as_template
from llmrobust.scaffold.suite_writer import _text, quoted

TRIAGE = "Classify the ticket as billing, bug or praise.\nTicket: {{ text }}\nCategory:\n"
TICKETS = [
    {"text": "I was charged twice.", "label": "billing"},
    {"text": "It crashes when I open it.", "label": "bug"},
    {"text": "Thank you, it is great!", "label": "praise"},
]


def jsonl(rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def started(project, prompt: str, *options: str):
    """What `init` said, and the suite that it wrote, loaded as pytest loads it."""
    ended = project.run("init", prompt, *options)
    assert ended.code == 0, ended.err
    path = Path(ended.out.split("\n")[0].removeprefix("wrote "))
    plan = load_plan(path, project.path)
    assert project.run("check", str(path)).code == 0
    assert not list(path.parent.glob(".*.trial"))
    return ended.out, plan


def labels(plan) -> list[str]:
    return [use.label for use in plan.suite.perturb]


def test_data_answers_choices_operators_and_gates_are_found_out(project):
    project.write("prompts/triage.jinja", TRIAGE)
    project.write("prompts/triage.jsonl", jsonl(TICKETS * 4))
    project.write("prompts/other.jsonl", jsonl(TICKETS))
    said, plan = started(project, "prompts/triage.jinja")
    suite = plan.suite
    assert suite.path == project.path / "prompts" / "triage.robust.yaml"
    assert (suite.name, len(suite.examples), suite.messages[0].path.name) == ("triage", 12, "triage.jinja")
    assert (suite.answer.field, suite.answer.choices) == ("label", ("billing", "bug", "praise"))
    assert "format" in labels(plan)
    assert "instruction.edit" not in labels(plan)
    assert [gate.metric for gate in suite.gates] == ["accuracy", "consistency", "accuracy_drop"]
    assert all(counts.cases for counts in plan.counts)
    assert "pytest prompts/triage.robust.yaml --llm tiny" in said
    assert "order.options" in suite.path.read_text()


def test_an_instruction_and_options_bring_their_operators(project):
    project.write(
        "quiz.jinja",
        "{% instruction %}Answer the question.{% endinstruction %}\nQuestion: {{ question }}\n{{ options | choices }}\nAnswer:",
    )
    rows = [{"question": f"What is {n}?", "options": ["a dog", "a cat"], "answer": "AB"[n % 2]} for n in range(8)]
    project.write("quiz.json", json.dumps(rows))
    _, plan = started(project, "quiz.jinja")
    assert {"instruction.edit", "order.options", "format"} <= set(labels(plan))
    assert plan.suite.answer.choices == ("A", "B")


def test_without_data_rows_are_marked_and_the_gate_cannot_pass(project):
    project.write("triage.jinja", TRIAGE)
    said, plan = started(project, "triage.jinja")
    assert "TO DO      no data was found: replace the rows marked REPLACE ME" in said
    assert [example.id for example in plan.suite.examples] == ["replace-me-1", "replace-me-2"]
    assert all("REPLACE ME" in example.fields["text"] for example in plan.suite.examples)
    assert "it can never pass" in project.run("check", "triage.robust.yaml").out
    assert project.run("plan", "triage.robust.yaml").code == 1


def test_placeholders_have_the_shape_that_the_template_wants(project):
    project.write(
        "rag.j2", "{% for d in docs %}- {{ d.title }}: {{ d.body }}\n{% endfor %}\n{{ user.name }}, {{ q }}?\n"
    )
    _, plan = started(project, "rag.j2")
    fields = plan.suite.examples[0].fields
    assert set(fields["docs"][0]) == {"title", "body"}
    assert set(fields["user"]) == {"name"}


@pytest.mark.parametrize(
    ("name", "text", "messages", "said"),
    [
        ("a.txt", 'Solve {question}.\nReply as {{"answer": 1}}.', [("user", 'Solve {{ question }}.\nReply as {"answer": 1}.')], "{question} as {{ question }}"),
        ("a.txt", 'Solve {question}.\nReply as {"answer": 1}.', [("user", 'Solve {{ question }}.\nReply as {"answer": 1}.')], "{question} as {{ question }}"),
        ("a.md", "Hello $name, that is $5 for ${item}.", [("user", "Hello {{ name }}, that is $5 for {{ item }}.")], "$name as {{ name }}"),
        ("a.txt", "Hello %(name)s, 100%% sure?", [("user", "Hello {{ name }}, 100% sure?")], "%(name)s as {{ name }}"),
        ("a.prompty", "---\nmodel: x\n---\nsystem:\nBe kind.\n\nuser:\nHi {{ name }}.\n", [("system", "Be kind."), ("user", "Hi {{ name }}.")], "several roles"),
        ("a.json", json.dumps([{"role": "developer", "content": "Be kind."}, {"role": "user", "content": "Hi {name}."}]), [("developer", "Be kind."), ("user", "Hi {{ name }}.")], "copied into the suite"),
        ("a.md", "developer:\nBe kind.\n\nuser:\nHi {{ name }}.\n", [("developer", "Be kind."), ("user", "Hi {{ name }}.")], "several roles"),
        ("a.json", json.dumps({"system": "You are Al.", "developer": "Be kind.", "user": "Hi {{ name }}."}), [("system", "You are Al."), ("developer", "Be kind."), ("user", "Hi {{ name }}.")], "copied into the suite"),
        ("a.yaml", "messages:\n- {role: user, content: 'Hi {{ name }}.'}\n- {role: assistant, content: 'Yes?'}\n- {role: user, content: Go on.}\n", [("user", "Hi {{ name }}."), ("assistant", "Yes?"), ("user", "Go on.")], "copied into the suite"),
        ("a.yaml", "_type: prompt\ninput_variables: [name]\ntemplate: 'Hi {name}.'\n", [("user", "Hi {{ name }}.")], "copied into the suite"),
        ("a.json", json.dumps({"system": "Be kind.", "user": " Hi {{ name }}. \n\n"}), [("system", "Be kind."), ("user", " Hi {{ name }}. \n\n")], "copied into the suite"),
    ],
)  # fmt: skip
def test_prompts_of_other_tools_are_converted(project, name, text, messages, said):
    project.write(name, text)
    out, plan = started(project, name)
    assert [(one.role, one.template.source.removesuffix("\n")) for one in plan.suite.messages] == [
        (role, text.removesuffix("\n")) for role, text in messages
    ]
    assert said in out


def test_sampling_of_a_request_is_taken_over(project):
    body = {"temperature": 0.5, "max_tokens": 9, "stop": ["\n"], "messages": [{"role": "user", "content": "{{ q }}?"}]}
    project.write("a.json", json.dumps(body))
    _, plan = started(project, "a.json")
    assert (plan.suite.sampling.temperature, plan.suite.sampling.max_tokens) == (0.5, 9)
    assert plan.suite.sampling.stop == ("\n",)


def test_a_system_message_in_a_file_beside_it_is_found(project):
    project.write("p/judge.user.jinja", "Judge {{ text }}.")
    project.write("p/judge.system.jinja", "Be kind.")
    _, plan = started(project, "p/judge.user.jinja")
    assert [(one.role, one.path.name) for one in plan.suite.messages] == [
        ("system", "judge.system.jinja"),
        ("user", "judge.user.jinja"),
    ]
    assert plan.suite.name == "judge"


@pytest.mark.parametrize(
    ("values", "check"),
    [
        ([1, 2.5, 3, 4], "number"),
        (["Paris", "Rome", "Oslo", "Bern"], "exact"),
        ([{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}], "json"),
        (['{"a": "%s"}' % ("long " * 20 + str(n)) for n in range(4)], "json"),
        (['["u"]', '["v"]', '["u"]', '["v"]'], "json"),
        ([True, False, True, False], "choice"),
        (["0", "1", "0", "1"], "choice"),
        ([["u", "v"], ["u"], ["v"], []], "multilabel"),
        ([["u", "v"], ["w"], ["x"], ["y"]], "json"),
        ([{"city": "Rome"}, {"day": "Monday"}, {}, {"city": "Oslo", "day": "Friday"}], "slots"),
        ([{"tokens": ["Rome"], "tags": ["B-city"]}] * 4, "slots"),
    ],
)
def test_the_kind_of_answer_follows_from_the_values(project, values, check):
    project.write("q.jinja", "Question: {{ q }}\nAnswer:")
    project.write("q.jsonl", jsonl({"q": f"What is {n}?", "expected": value} for n, value in enumerate(values)))
    _, plan = started(project, "q.jinja")
    assert (plan.suite.answer.field, plan.suite.answer.check) == ("expected", check)


@pytest.mark.parametrize("value", [["d2", "d1", "d3"], {"d2": 2, "d1": 1, "d3": 0}])
def test_answers_in_order_are_rankings_where_the_prompt_asks_for_an_order(project, value):
    project.write("q.jinja", "Rank the documents.\nQuestion: {{ q }}\nAnswer:")
    project.write("q.jsonl", jsonl({"q": f"What is {n}?", "expected": value} for n in range(4)))
    _, plan = started(project, "q.jinja")
    assert plan.suite.answer.check == "ranking"


def test_labels_of_a_first_suite_are_a_closed_set_and_measures_are_quantities(project):
    project.write("q.jinja", "Text: {{ q }}\nTopics:")
    project.write("q.jsonl", jsonl({"q": f"Text {n}", "labels": [["b", "a"], ["a"]][n % 2]} for n in range(4)))
    _, plan = started(project, "q.jinja", "--answer", "labels")
    assert (plan.suite.answer.check, plan.suite.answer.classes) == ("multilabel", ("a", "b"))
    project.write("w.jinja", "Text: {{ q }}\nJSON:")
    rows = ({"q": f"Text {n}", "gold": {"weight": f"{n}.5 kg", "born": f"2024-03-0{n + 1}"}} for n in range(4))
    project.write("w.jsonl", jsonl(rows))
    _, plan = started(project, "w.jinja", "--data", "w.jsonl")
    assert [(one.name, one.check) for one in plan.suite.answer.fields] == [("weight", "quantity"), ("born", "date")]


def test_a_column_of_json_is_found_whatever_it_is_called(project):
    project.write("q.jinja", "Extract the person as JSON.\nText: {{ text }}")
    rows = [
        {"text": f"Ann {n} lives here.", "meta": {"n": n}, "person": {"name": f"Ann {n}", "age": n}} for n in range(4)
    ]
    project.write("q.jsonl", jsonl(rows))
    _, plan = started(project, "q.jinja")
    assert (plan.suite.answer.field, plan.suite.answer.check) == ("person", "json")
    assert [(field.name, field.check) for field in plan.suite.answer.fields] == [("name", "exact"), ("age", "number")]


def test_answers_that_cannot_be_told_are_left_out_with_a_word(project):
    project.write("q.jinja", "Question: {{ q }}\nAnswer:")
    rows = [{"q": f"What is {n}?", "a": "xy"[n % 2], "b": "uv"[n % 2], "long": "word " * 40} for n in range(8)]
    project.write("q.jsonl", jsonl(rows))
    out, plan = started(project, "q.jinja")
    assert plan.suite.answer.field is None
    assert "the answers may be in a or b: choose one with --answer" in out
    out, plan = started(project, "q.jinja", "--force", "--answer", "b")
    assert plan.suite.answer.choices == ("u", "v")
    out = started(project, "q.jinja", "--force", "--answer", "long")[0]
    assert "cannot be compared exactly" in out
    assert "`answer: {field: long, check: similarity, embedder: minilm}`, or check: judge" in " ".join(out.split())


def test_columns_that_are_only_written_otherwise_are_renamed(project):
    project.write("q.jinja", "Question: {{ user_question }}\nAnswer:")
    project.write("q.csv", "User Question,Answer\nWhat is 2+2?,4\nWhat is 3+3?,6\n")
    out, plan = started(project, "q.jinja")
    assert plan.suite.examples[0].fields["user_question"] == "What is 2+2?"
    assert "the prompt's user_question is its User Question" in out


def test_large_data_is_sampled(project):
    project.write("triage.jinja", TRIAGE)
    project.write("triage.jsonl", jsonl(TICKETS * 100))
    out, plan = started(project, "triage.jinja")
    assert len(plan.suite.examples) == 200
    assert "200 of 300 rows" in out


def test_nothing_is_overwritten_unless_that_is_wanted(project):
    project.write("triage.jinja", TRIAGE)
    path = project.write("triage.robust.yaml", "mine")
    ended = project.run("init", "triage.jinja")
    assert ended.code == 2
    assert "--force overwrites it" in ended.err
    assert path.read_text() == "mine"
    started(project, "triage.jinja", "--force")
    _, plan = started(project, "triage.jinja", "--output", "suites/", "--name", "mine", "--seed", "5")
    assert (plan.suite.path.parent.name, plan.suite.name, plan.suite.seed) == ("suites", "mine", 5)


@pytest.mark.parametrize(
    ("name", "text", "options", "code", "said"),
    [
        ("a.txt", "Summarise [INSERT TEXT] please.", [], 2, "write {{ insert_text }} where the input goes (in place of [INSERT TEXT])"),
        ("a.txt", "Say something.", [], 2, "write {{ text }} where the input goes"),
        ("a.jinja", "{% if x %}", [], 2, "a.jinja:1:1: the template is not valid"),
        ("a.jinja", "Hi {{ text }", [], 2, "a.jinja:1:1: the template is not valid"),
        ("a.txt", " \n", [], 2, "is empty"),
        ("a.py", "PROMPT = '{{ x }}'", [], 2, "copy its prompt into a separate file, such as a.jinja"),
        ("a.robust.yaml", "suite: a", [], 2, "is a suite already"),
        ("a.json", "{", [], 2, "is not valid JSON"),
        ("a.json", '{"temperature": 1}', [], 2, "has no readable prompt"),
        ("a.json", '[{"role": "tool", "content": "{{ x }}"}]', [], 2, "this one has the role 'tool'"),
        ("a.jinja", "{{ x }}", ["--data", "none.csv"], 2, "none.csv: no such file"),
        ("a.jinja", "{{ x }}", ["--data", "pytest.ini"], 2, "a data file cannot end in"),
        ("a.jinja", "{{ x }}", ["--data", "suites/rows.csv"], 2, "has no x in every row, which the prompt uses; its columns are y"),
        ("a.jinja", "{{ y }}", ["--data", "suites/rows.csv", "--answer", "z"], 2, "not every row has z; its columns are y"),
        ("a.jinja", "{{ x }}", ["--answer", "z"], 2, "there is no data: pass it with --data"),
        ("a.jinja", "{{ x }}", ["--output", "suite.yaml"], 2, "pytest collects only files that end in .robust.yaml"),
        ("folder/a.jinja", "{{ x }}", [], 0, ""),
    ],
)  # fmt: skip
def test_mistakes_are_said_and_nothing_is_written(project, name, text, options, code, said):
    project.write(name, text)
    project.write("suites/rows.csv", "y\n1\n")
    before = sorted(project.path.rglob("*.robust.yaml"))
    ended = project.run("init", name, *options)
    assert ended.code == code
    assert said in ended.err
    assert code == 0 or sorted(project.path.rglob("*.robust.yaml")) == before


def test_a_file_that_is_no_text_or_no_file_is_said(project):
    (project.path / "a.txt").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in project.run("init", "a.txt").err
    assert project.run("init", "suites").err == "suites: is a folder; expected a prompt file\n"


NAMES = st.sampled_from(["text", "question", "a_b"])


@given(
    st.lists(
        st.one_of(
            NAMES.map(lambda n: f"{{{n}}}"),
            st.text("ab {}%#\n").map(lambda t: t.replace("{", "{{").replace("}", "}}")),
        ),
        max_size=8,
    )
)
def test_a_text_of_str_format_says_the_same_as_a_template(pieces):
    text = "".join(pieces)
    template, _ = as_template(text)
    if template == text:  # there is no placeholder in it, or it is a template already
        return
    values = {"text": "one", "question": "two", "a_b": "three"}
    spans = Template(template, Origin(Path("a.jinja"))).render(values)
    assert "".join(span.text for span in spans) == text.format(**values).removesuffix("\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_can_be_written_into_a_suite(text):
    lines = "\n".join(_text("user: ", Message("user", text), Path(), "  ")) + "\n"
    try:
        found = yaml.safe_load(lines)["user"]
    except yaml.YAMLError as error:
        raise AssertionError(lines) from error
    assert found == text or found == f"{text}\n"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_can_be_quoted(text):
    assert yaml.safe_load(f"- {quoted(text)}") == [text]


def test_the_body_of_a_request_with_tools_becomes_a_suite_of_tool_calls(project):
    tool = {"type": "function", "function": {"name": "get_weather", "description": "Gives the weather."}}
    body = {"messages": [{"role": "user", "content": "{question}"}], "tools": [tool], "tool_choice": "auto"}
    call = {"name": "get_weather", "arguments": {"city": "Oslo"}}
    project.write("weather.json", json.dumps(body))
    project.write("weather.jsonl", jsonl([{"question": "How warm is it in Oslo?", "call": call}] * 2))
    _, plan = started(project, "weather.json", "--data", "weather.jsonl", "--answer", "call")
    assert plan.suite.answer.check == "tool_call"
    assert json.loads(plan.suite.tools.listed)[0]["function"]["name"] == "get_weather"
    assert plan.suite.tools.choice == '"auto"'
    assert {"tools.rename", "tools.irrelevant"} <= set(labels(plan))


def test_several_prompts_become_columns_of_one_suite(project):
    project.write("prompts/triage-v1.jinja", TRIAGE)
    project.write("prompts/triage-v2.user.txt", "Ticket: {text}\nIs it billing, bug or praise?\n")
    project.write("prompts/triage-v2.system.txt", "You sort tickets.")
    project.write("prompts/triage.jsonl", jsonl(TICKETS * 4))
    ended = project.run("init", "prompts/triage-v1.jinja", "prompts/triage-v2.user.txt")
    assert ended.code == 0, ended.err
    first, second = load_suite_files(project.path / "prompts" / "triage.robust.yaml", project.path)
    assert (first.name, second.name) == ("triage[triage-v1]", "triage[triage-v2]")
    assert [message.role for message in second.messages] == ["system", "user"]
    assert first.answer.choices == second.answer.choices == ("billing", "bug", "praise")
    assert len(first.examples) == 12
    assert "format" in [use.label for use in first.perturb]
    said = ended.out.splitlines()
    assert said[1:3] == ["  prompt     triage-v1: user, variables text", "             triage-v2: system + user"]
    assert project.run("check", "prompts/triage.robust.yaml").code == 0


def test_prompts_that_cannot_share_a_suite_are_refused(project):
    project.write("a.txt", "Is {text} good?")
    project.write("b/a.txt", "Is {text} bad?")
    project.write("c.txt", "Is it good?")
    ended = project.run("init", "a.txt", "b/a.txt")
    assert (ended.code, "another prompt is called a too" in ended.err) == (2, True)
    ended = project.run("init", "a.txt", "c.txt")
    assert (ended.code, "c.txt" in ended.err) == (2, True)
    body = {"messages": [{"role": "user", "content": "Is {text} good?"}], "temperature": 0.7}
    project.write("d.json", json.dumps(body))
    ended = project.run("init", "a.txt", "d.json")
    assert (ended.code, "its tools or sampling are not those of a.txt" in ended.err) == (2, True)
