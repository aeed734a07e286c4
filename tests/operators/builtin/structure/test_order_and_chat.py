"""Order of options, demonstrations, documents; the shape of chats; tools."""

from __future__ import annotations

import json

import pytest

from llmrobust.operators import REGISTRY, Draw
from llmrobust.operators.builtin.structure.sent_tools import mentions
from llmrobust.report.catalogue.sample_variants import sample_prompt
from tests.operators.prompts import CHOICE, OPTIONS, rendered, review, texts, variants

LABELS = ("A", "B", "C")
SHOTS = "{% for s in shots %}{% example %}Q: {{ s }}\nA: yes{% endexample %}\n{% endfor %}Q: {{ q }}\nA:\n"
DOCS = "{% for d in docs %}Text: {% context %}{{ d }}{% endcontext %}\n{% endfor %}Q: {{ q }}\nA:\n"


def test_options_move_and_the_label_follows_the_text() -> None:
    prompt = rendered(CHOICE, OPTIONS, LABELS)
    for variant in variants("order.options", prompt, LABELS, samples=5).values():
        shown = dict(line.split(". ") for line in variant.prompt.messages[0].text.split("\n") if line[1:3] == ". ")
        assert sorted(shown.values()) == ["Oslo", "Paris", "Rome"]
        for label, text in zip(LABELS, ("Paris", "Rome", "Oslo"), strict=True):
            assert shown[variant.label_map.get(label, label)] == text
    assert len(variants("order.options", prompt, LABELS, samples=50)) == 5, "all other orders of three"


def test_demonstrations_and_documents_move_whole() -> None:
    prompt = rendered(SHOTS, {"shots": ["one", "two", "three"], "q": "four"})
    found = texts("order.demonstrations", prompt)["reversed"]
    assert found.index("three") < found.index("two") < found.index("one") < found.index("four")
    documents = rendered(DOCS, {"docs": ["First one.", "Second one."], "q": "which"})
    assert texts("order.documents", documents)["reversed"].startswith("Text: Second one.\nText: First one.")


def test_demonstrations_are_left_out_from_the_last() -> None:
    prompt = rendered(SHOTS, {"shots": ["one", "two"], "q": "four"})
    found = texts("demonstrations.count", prompt, counts=[0, 1, 2])
    assert list(found) == ["0", "1"]
    assert found["0"] == "Q: four\nA:"
    assert "Q: one" in found["1"]
    assert "two" not in found["1"]


def test_facts_move_only_where_each_stands_alone() -> None:
    template = "Text: {% context %}{{ c }}{% endcontext %}\nQ: who\nA:\n"
    alone = rendered(template, {"c": "Anna lives in Paris. Ben lives in Rome."})
    assert "Ben lives in Rome. Anna lives in Paris." in texts("order.facts", alone)["reversed"]
    leaning = rendered(template, {"c": "Anna lives in Paris. She likes it."})
    assert texts("order.facts", leaning) == {}


def test_the_system_message_joins_the_user_and_the_instruction_leaves_it() -> None:
    with_system = rendered("Review: {{ t }}\nMood:\n", {"t": "fine"}, system="Be brief.")
    joined = variants("chat.system_to_user", with_system)["joined"].prompt
    assert joined.as_messages() == (("user", "Be brief.\n\nReview: fine\nMood:"),)
    alone = variants("chat.user_to_system", review("fine"))["system"].prompt
    assert [message.role for message in alone.messages] == ["system", "user"]
    assert alone.messages[1].text == "Review: fine\nSentiment:"


def test_a_split_chat_says_the_same_in_more_messages() -> None:
    found = variants("chat.split", review("fine"))["acknowledged"].prompt
    assert [message.role for message in found.messages] == ["user", "assistant", "user"]
    assert found.messages[0].text == "Decide whether the review is positive or negative."


def test_history_comes_before_the_question_and_grows_with_severity() -> None:
    found = variants("chat.history", review("fine"), severity=[1, 4])
    assert [len(one.prompt.messages) for one in found.values()] == [3, 11]
    for one in found.values():
        assert one.prompt.messages[-1] == review("fine").messages[-1]


def test_completions_have_no_chat_to_change() -> None:
    from dataclasses import replace

    prompt = replace(review("fine"), mode="completion")
    for name in ("chat.history", "chat.split", "chat.user_to_system", "chat.system_to_user"):
        assert variants(name, prompt) == {}


def test_renamed_tools_are_renamed_everywhere_and_in_the_answers() -> None:
    operator = REGISTRY.get("tools.rename")
    assert operator is not None
    assert operator.sample is not None
    sample = operator.sample
    draw = Draw(0, "u", "e", sample.fields, sample.labels)
    found = {v.name: v for v in operator.variants(sample_prompt(sample), operator.params(), draw)}
    assert set(found) == {"camel", "prefix", "verb"}
    for variant in found.values():
        text = variant.prompt.messages[0].text
        for old, new in variant.label_map.items():
            assert new in text
            assert f"- {old}:" not in text


@pytest.mark.parametrize(
    ("split", "value", "part"),
    [
        ("compositional", " : ", "test"),
        ("compositional", ":", "train"),
        ("short_long", "::", "train"),
        ("short_long", "\n\t", "test"),
    ],
)
def test_splits_go_by_values(split: str, value: str, part: str) -> None:
    from llmrobust.operators.builtin.structure.format_splits import in_part

    other = "train" if part == "test" else "test"
    assert in_part({("fields", "separator"): value}, split, part)  # type: ignore[arg-type]
    assert not in_part({("fields", "separator"): value}, split, other)  # type: ignore[arg-type]


def test_training_and_testing_formats_share_no_separator() -> None:
    def separators(part: str) -> set[str]:
        found = variants("format", review("fine"), attributes=["separator", "space"], split="compositional", part=part)
        return {one.detail["fields.separator"] for one in found.values()}

    assert separators("train")
    assert separators("test")
    assert not separators("train") & separators("test")


def test_neighbours_change_one_attribute_and_paths_one_more_each_step() -> None:
    prompt = rendered(CHOICE, OPTIONS, LABELS)
    for name in variants("format.neighbour", prompt, LABELS, sample=12):
        assert name.count("=") == 1, name
    found = variants("format.path", prompt, LABELS, samples=2)
    assert {one.severity for one in found.values()} == {1, 2, 3}


def test_severity_of_a_format_is_the_number_of_changed_attributes() -> None:
    prompt = rendered(CHOICE, OPTIONS, LABELS)
    light, heavy = (variants("format", prompt, LABELS, severity=level, sample=4) for level in (1, 3))
    original = next(iter(variants("format", prompt, LABELS, severity=1, sample=1).values()))
    assert original.severity == 1
    assert all(one.severity == 1 for one in light.values())
    assert all(one.severity == 3 for one in heavy.values())


TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "description": "Gives the weather.", "parameters": {}}},
    {"type": "function", "function": {"name": "send_mail", "description": "Sends a mail.", "parameters": {}}},
]


@pytest.mark.parametrize("where", ["field", "variable", "own text"])
def test_tools_of_the_openai_api_are_tools(where: str) -> None:
    listed = json.dumps(TOOLS, indent=1)
    fields = {"q": "How warm is it?", "tools": TOOLS if where == "field" else listed}
    template = (
        "Tools: {{ tools | tojson }}\nQ: {{ q }}\nTool:"
        if where == "field"
        else "Tools: {{ tools }}\nQ: {{ q }}\nTool:"
    )
    if where == "own text":
        fields, template = {"q": "How warm is it?"}, "Tools:\n{% raw %}" + listed + "{% endraw %}\nQ: {{ q }}\nTool:"
    prompt = rendered(template, fields)
    operator = REGISTRY.get("tools.rename")
    assert operator is not None
    gold = '{"name": "get_weather", "arguments": {}}'
    found = {v.name: v for v in operator.variants(prompt, operator.params(), Draw(0, "u", "e", fields, (), gold))}
    assert set(found) == {"camel", "prefix", "verb"}
    assert found["camel"].expected == '{"name": "getWeather", "arguments": {}}'
    assert "get_weather" not in found["camel"].prompt.messages[0].text
    assert '"sendMail"' in found["camel"].prompt.messages[0].text
    operator = REGISTRY.get("tools.describe")
    assert operator is not None
    made = {v.name: v for v in operator.variants(prompt, operator.params(), Draw(0, "u", "e", fields))}
    assert '"This tool gives the weather."' in made["this-tool"].prompt.messages[0].text


def test_an_instruction_without_a_tag_leaves_the_user_s_message() -> None:
    prompt = rendered("Classify the review as good or bad.\n\nReview: {{ t }}\nLabel:", {"t": "fine"})
    alone = variants("chat.user_to_system", prompt)["system"].prompt
    assert alone.as_messages() == (
        ("system", "Classify the review as good or bad."),
        ("user", "Review: fine\nLabel:"),
    )
    assert variants("chat.user_to_system", rendered("Some text.\n{{ t }}", {"t": "fine"})) == {}
    tagged = rendered("Answer from the context.\n<context>\n{{ t }}\n</context>\nAnswer:", {"t": "fine"})
    moved = variants("chat.user_to_system", tagged)["system"].prompt.as_messages()
    assert moved[0] == ("system", "Answer from the context.")
    assert moved[1][1].startswith("<context>\nfine\n</context>")
    assert variants("chat.user_to_system", rendered("Translate this text:\n{{ t }}", {"t": "fine"})) == {}


def test_a_tool_whose_name_is_also_said_as_a_word_keeps_it() -> None:
    template = (
        "You may search the web.\n{% for tool in tools %}- {{ tool.name }}: {{ tool.description }}\n{% endfor %}"
        "Q: {{ q }}\nTool:"
    )
    tools = [{"name": "search", "description": "Finds pages."}, {"name": "fetch", "description": "Reads a page."}]
    operator = REGISTRY.get("tools.rename")
    assert operator is not None
    fields, labels = {"q": "Who won?", "tools": tools}, ("search", "fetch")
    draw = Draw(0, "u", "e", fields, labels)
    found = {v.name: v for v in operator.variants(rendered(template, fields, labels), operator.params(), draw)}[
        "prefix"
    ]
    text = found.prompt.messages[0].text
    assert "You may search the web.\n- search: Finds pages.\n- tool_fetch: Reads a page." in text
    assert found.label_map == {"fetch": "tool_fetch"}


def test_a_name_that_is_a_word_is_renamed_where_it_can_only_be_a_name() -> None:
    listed = "Use one of [search, fetch]. `search` first.\nTools:\n- search: Finds pages.\n- fetch: Reads a page."
    assert mentions(listed, {"search": "find", "fetch": "get"}) == (
        "Use one of [find, get]. `find` first.\nTools:\n- find: Finds pages.\n- get: Reads a page."
    )
    assert mentions("You search, then fetch it.", {"search": "find", "fetch": "get"}) == "You search, then fetch it."
    assert mentions("Call find_rooms or find-flats.", {"find_rooms": "a", "find-flats": "b"}) == "Call a or b."
