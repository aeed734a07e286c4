"""`tools`, `tool_choice`, histories with calls, parts and prefill: from the suite file to what is sent."""

from __future__ import annotations

import json

import pytest

from llmrobust.chat_messages import sent_messages, template_messages, tool_choice_of, tools_of
from llmrobust.errors import SuiteError
from llmrobust.loading import load_plan
from llmrobust.request import Response
from llmrobust.score import score
from llmrobust.score.verdict import Outcome

SUITE = """\
suite: tools
prompt:
  user: "{{ q }}"
tools:
  - {name: get_weather, description: "Gives the weather. See also `find`.", parameters: {type: object, properties: {city: {type: string}}}}
  - {name: find, description: "Finds things with get_weather."}
examples:
  - {q: "Use get_weather: how warm is it in Oslo? I cannot find it.", call: {name: get_weather, arguments: {city: Oslo}}}
  - {q: "Hello", call: []}
answer: {field: call, check: tool_call}
"""


def planned(folder, text=SUITE, more=""):
    (folder / "a.robust.yaml").write_text(text + more)
    return load_plan(folder / "a.robust.yaml", folder)


def problems(folder, text):
    with pytest.raises(SuiteError) as caught:
        planned(folder, text)
    return str(caught.value)


def test_tools_are_sent_in_the_openai_form(tmp_path):
    case = planned(tmp_path, more="tool_choice: get_weather\n").cases[0]
    first, second = tools_of(case.request)
    assert (first["type"], first["function"]["name"]) == ("function", "get_weather")
    assert second["function"]["parameters"] == {"type": "object", "properties": {}}
    assert tool_choice_of(case.request) == {"type": "function", "function": {"name": "get_weather"}}
    assert [message["role"] for message in sent_messages(case.request)] == ["user"]


def test_renamed_tools_are_renamed_where_they_are_sent_and_the_answer_stays_comparable(tmp_path):
    plan = planned(tmp_path, more="tool_choice: get_weather\nperturb: [tools.rename]\n")
    case = next(case for case in plan.cases if case.variant == "camel" and case.example.id == "ex-001")
    names = [tool["function"]["name"] for tool in tools_of(case.request)]
    assert names == ["getWeather", "find"]
    assert tool_choice_of(case.request)["function"]["name"] == "getWeather"
    said = tools_of(case.request)[1]["function"]["description"]
    assert said == "Finds things with getWeather."
    assert "Use getWeather: how warm is it in Oslo? I cannot find it." in case.request.messages[-1][1]
    call = '<tool_call>{"name": "%s", "arguments": {"city": "Oslo"}}</tool_call>'
    verdicts = [
        score(case, Response(call % name, "stop"), plan.suite.answer, ()) for name in ("getWeather", "get_weather")
    ]
    assert [verdict.correct for verdict in verdicts] == [True, True]
    other = next(case for case in plan.cases if case.variant == "verb" and case.example.id == "ex-001")
    assert [tool["function"]["name"] for tool in tools_of(other.request)] == ["fetch_weather", "search"]
    assert "`search`" in tools_of(other.request)[0]["function"]["description"]


def test_order_and_an_irrelevant_tool_change_the_tools_alone(tmp_path):
    plan = planned(
        tmp_path, more="perturb: [{tools.order: {samples: 2}}, {tools.irrelevant: {count: 2, samples: 2}}]\n"
    )
    clean = plan.cases[0].request
    for case in plan.cases[2:]:
        assert case.request.messages[1:] == plan.originals()[case.example.id, 0].request.messages[1:]
        names = [tool["function"]["name"] for tool in tools_of(case.request)]
        assert set(names) >= {"get_weather", "find"}
        assert len(names) == (4 if case.operator == "tools.irrelevant" else 2)
    assert [t["function"]["name"] for t in tools_of(clean)] == ["get_weather", "find"]


def test_text_operators_leave_tools_alone(tmp_path):
    plan = planned(tmp_path, more="perturb: [{typo.keyboard: {rate: 0.3, target: prompt}}, chat.history, casing]\n")
    assert {case.request.messages[0] for case in plan.cases} == {plan.cases[0].request.messages[0]}
    assert all(case.request.messages[0][0] == "tools" for case in plan.cases)


def test_a_missing_call_is_wrong_only_as_unparsed(tmp_path):
    plan = planned(tmp_path)
    first, second = plan.cases
    verdict = score(first, Response("It is 4 degrees.", "stop"), plan.suite.answer, ())
    assert (verdict.outcome, verdict.reason) == (Outcome.UNPARSED, "the answer has no tool call")
    assert score(second, Response("Hello!", "stop"), plan.suite.answer, ()).correct is True


def test_tools_of_the_examples_and_of_a_file(tmp_path):
    tools = [{"name": "a"}]
    (tmp_path / "tools.json").write_text(json.dumps({"tools": tools}))
    start = SUITE.index("tools:\n")
    body = SUITE[:start] + "TOOLS\n" + SUITE[SUITE.index("examples:") :]
    plan = planned(tmp_path, body.replace("TOOLS", "tools: {file: tools.json}"))
    assert tools_of(plan.cases[0].request)[0]["function"]["name"] == "a"
    assert tmp_path / "tools.json" in plan.suite.files
    given = body.replace("TOOLS", "tools: {field: mine}").replace("{q:", "{mine: [{name: b}], q:")
    assert tools_of(planned(tmp_path, given).cases[0].request)[0]["function"]["name"] == "b"
    assert 'tools: no example has a field "mine"' in problems(tmp_path, body.replace("TOOLS", "tools: {field: mine}"))


HISTORY = """\
suite: history
prompt:
  messages:
    - {role: developer, content: "Be brief."}
    - {role: user, content: [{type: text, text: "Weather?"}, {type: text, text: "In {{ city }}."}]}
    - {role: assistant, tool_calls: [{name: get_weather, arguments: {city: Oslo}}]}
    - {role: tool, content: "4 degrees"}
    - {role: assistant, content: "It is"}
examples: [{city: Oslo, a: cold}, {city: Rome, a: warm}]
answer: {field: a, choices: [cold, warm]}
perturb: [{typo.keyboard: {rate: 0.4, target: input}}]
"""


def test_histories_parts_and_prefill(tmp_path):
    case = planned(tmp_path, HISTORY).cases[0]
    sent = sent_messages(case.request)
    assert [message["role"] for message in sent] == ["developer", "user", "assistant", "tool", "assistant"]
    assert sent[1]["content"] == [{"type": "text", "text": "Weather?"}, {"type": "text", "text": "In Oslo."}]
    assert sent[2]["content"] is None
    assert sent[2]["tool_calls"][0]["function"] == {"name": "get_weather", "arguments": '{"city": "Oslo"}'}
    assert sent[3]["tool_call_id"] == sent[2]["tool_calls"][0]["id"]
    assert case.request.is_prefilled
    shown = template_messages(case.request)
    assert shown[1]["content"] == "Weather?\nIn Oslo."
    assert shown[2]["tool_calls"][0]["function"]["arguments"] == {"city": "Oslo"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name: find,", "nme: find,", "tools: each tool needs a name"),
        ("name: find,", "name: get_weather,", 'tools: two tools are named "get_weather"'),
        ("examples:", "tool_choice: get_wether\nexamples:", 'tool_choice: there is no tool "get_wether"'),
        (
            "check: tool_call",
            "check: tool_call, fields: {city: exact}",
            'a tool call has a name and arguments, and no "city"',
        ),
        ("call: {name: get_weather, arguments: {city: Oslo}}", "call: {city: Oslo}", "has no tool name"),
        (
            'prompt:\n  user: "{{ q }}"',
            'prompt:\n  completion: "{{ q }}"\n  tools: [{name: a}]',
            "tools are given twice",
        ),
        (
            '  user: "{{ q }}"',
            "  messages: [{role: user, tool_calls: [], content: x}]",
            "tool_calls belongs to role: assistant",
        ),
        (
            '  user: "{{ q }}"',
            "  messages: [{role: user, content: [{type: image_url, text: x}]}]",
            'must be text, not "image_url"',
        ),
    ],
)
def test_mistakes_are_told_at_their_place(tmp_path, before, after, said):
    assert before in SUITE
    found = problems(tmp_path, SUITE.replace(before, after))
    assert said in found
    assert "a.robust.yaml:" in found


def test_a_call_that_the_prompt_has_begun_is_read_whole(tmp_path):
    begun = 'prompt:\n  prefill: \'<tool_call>[{"name": "\'\n'
    plan = planned(tmp_path, SUITE.replace("prompt:\n", begun))
    (first, _) = plan.cases
    assert first.request.is_prefilled
    verdict = score(
        first, Response('get_weather", "arguments": {"city": "Oslo"}}]</tool_call>', "stop"), plan.suite.answer, ()
    )
    assert verdict.correct is True


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("tool_choice: {function: get_weather}", "tool_choice must be auto, none, required or the name of a tool"),
        ("tool_choice: {type: function, function: {name: 5}}", "tool_choice must be"),
    ],
)
def test_a_choice_that_names_no_tool_is_told(tmp_path, more, said):
    assert said in problems(tmp_path, f"{SUITE}{more}\n")


def test_files_of_tools_that_cannot_be_read_are_told(tmp_path):
    start, _, rest = SUITE.partition("tools:\n")
    text = f"{start}tools: {{file: tools.json}}\n" + "".join(
        line for line in rest.splitlines(keepends=True) if not line.startswith("  - {name")
    )
    (tmp_path / "tools.json").write_text("[" * 100_000)
    assert "tools.json is nested too deeply" in problems(tmp_path, text)
    (tmp_path / "tools.json").write_text("[]")
    assert "must be a list of at least one tool, not an empty list" in problems(tmp_path, text)
