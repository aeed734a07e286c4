"""Operators on sections, lists, the deciding passage, reminders, and lines that applications add."""

from __future__ import annotations

from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Variant
from llmrobust.prompt.spans import Prompt
from tests.operators.prompts import rendered

SYSTEM = "You sort mail.\n\n# Rules\n- Be short.\n- Use `tag()` once.\n\n# Tone\nKind.\n\n# Output\nOne word."
DOCUMENTS = ["Ben works in Oslo.", "Anna lives in Paris.", "Carl plays the harp.", "Dora keeps bees."]
RAG = "{% for d in documents %}[{{ loop.index }}] {{ d }}\n{% endfor %}Question: {{ question }}\nAnswer:\n"
FIELDS = {"documents": DOCUMENTS, "question": "Where does Anna live?"}


def made(name: str, prompt: Prompt, fields: Any = None, answer: str | None = None, **params: Any) -> dict[str, Variant]:
    operator = REGISTRY.get(name)
    assert operator is not None
    language = params.pop("language", "en")
    labels = params.pop("labels", ())
    draw = Draw(0, name, "e", fields or {}, labels, answer, (), language)
    return {one.name: one for one in operator.variants(prompt, operator.params(**params), draw)}


def said(variants: dict[str, Variant], message: int = 0) -> dict[str, str]:
    return {name: one.prompt.messages[message].text for name, one in variants.items()}


def system(text: str = SYSTEM) -> Prompt:
    return rendered("{{ mail }}", {"mail": "Hello."}, system=text)


def test_sections_move_with_their_heads_and_what_is_before_them_stays() -> None:
    text = said(made("order.sections", system()))["reversed"]
    assert text == "You sort mail.\n\n# Output\nOne word.\n\n# Tone\nKind.\n\n# Rules\n- Be short.\n- Use `tag()` once."


def test_numbers_of_sections_stay_where_they_are() -> None:
    text = said(made("order.sections", system("1. Role\nYou sort.\n\n2. Rules\nBe short.")))["reversed"]
    assert text == "1. Rules\nBe short.\n\n2. Role\nYou sort."


@pytest.mark.parametrize(
    "text",
    [
        "# A\nRead this.\n\n# B\nApply the rules above.",
        "# Step 1\nRead.\n\n# Step 2\nWrite.",
        "# A\nUse the following format:\n\n# B\n{}",
        "# 甲\n阅读。\n\n# 乙\n使用上面的规则。",
    ],
)
def test_sections_that_point_at_others_or_are_steps_stay(text: str) -> None:
    assert made("order.sections", system(text)) == {}


def test_heads_take_other_delimiters_and_bodies_stay() -> None:
    texts = said(made("layout.headings", system(), to=["markdown", "xml", "plain", "caps"]))
    assert set(texts) == {"xml", "plain", "caps"}
    assert "<rules>\n- Be short.\n- Use `tag()` once.\n</rules>\n\n<tone>\nKind.\n</tone>" in texts["xml"]
    assert "Rules:\n- Be short." in texts["plain"]
    assert "RULES\n- Be short." in texts["caps"]


def test_tags_that_the_prompt_speaks_of_stay() -> None:
    text = "<context>\nx\n</context>\n<rules>\nUse only what is in the <context> tags.\n</rules>"
    assert made("layout.headings", system(text)) == {}


def test_tags_become_titles_in_words() -> None:
    text = "<role>\nYou sort.\n</role>\n\n<output_format>\nOne word.\n</output_format>"
    assert "# Output format\nOne word." in said(made("layout.headings", system(text)))["markdown"]


def test_lists_change_their_marks_or_become_prose() -> None:
    texts = said(made("layout.lists", system()))
    assert "1. Be short.\n2. Use `tag()` once." in texts["numbered"]
    assert "# Rules\nBe short. Use `tag()` once.\n" in texts["prose"]
    assert "bullets" not in texts


def test_a_paragraph_becomes_a_list_where_there_is_none() -> None:
    texts = said(made("layout.lists", system("You sort mail. Be short. Never guess.")))
    assert texts == {
        "bullets": "- You sort mail.\n- Be short.\n- Never guess.",
        "numbered": "1. You sort mail.\n2. Be short.\n3. Never guess.",
    }


def test_items_in_small_letters_are_joined_by_semicolons() -> None:
    text = "Leave out:\n- greetings\n- thanks"
    assert said(made("layout.lists", system(text), to=["prose"]))["prose"] == "Leave out:\ngreetings; thanks."


@pytest.mark.parametrize("text", ["1. Read.\n2. Write.\nThen repeat step 2.", "1. yes\n2. no\nReply with the number."])
def test_numbers_that_the_prompt_names_stay(text: str) -> None:
    assert made("layout.lists", system(text)) == {}


def test_a_list_with_code_or_parts_below_an_item_is_no_prose() -> None:
    text = "- Run:\n  ```\n  ls\n  ```\n- Stop."
    texts = said(made("layout.lists", system(text)))
    assert set(texts) == {"numbered"}
    assert texts["numbered"].startswith("1. Run:\n  ```\n  ls\n  ```\n2. Stop.")


def test_the_deciding_passage_goes_to_every_position() -> None:
    variants = made("order.passage", rendered(RAG, FIELDS), FIELDS, "Paris", at=[0, 33, 50, 100])
    places = {}
    for name, text in said(variants).items():
        lines = [line[4:] for line in text.splitlines()[:4]]
        assert sorted(lines) == sorted(DOCUMENTS)
        assert [line[:4] for line in text.splitlines()[:4]] == ["[1] ", "[2] ", "[3] ", "[4] "]
        places[name] = lines.index("Anna lives in Paris.")
        assert lines != DOCUMENTS
    assert places == {"at-0": 0, "at-33": 1, "at-50": 2, "at-100": 3}


def test_it_is_found_by_the_field_or_the_mark_of_the_data() -> None:
    prompt = rendered(RAG, FIELDS)
    by_number = made("order.passage", prompt, {**FIELDS, "gold": 3}, None, decisive="gold", at=[0])
    assert said(by_number)["at-0"].startswith("[1] Dora keeps bees.")
    by_text = made("order.passage", prompt, {**FIELDS, "gold": "Carl plays the harp."}, None, decisive="gold", at=[0])
    assert said(by_text)["at-0"].startswith("[1] Carl plays the harp.")
    marked = {
        "docs": [{"text": text, "is_gold": number == 2} for number, text in enumerate(DOCUMENTS)],
        "question": "?",
    }
    template = "{% for d in docs %}[{{ loop.index }}] {{ d.text }}\n{% endfor %}Question: {{ question }}\n"
    by_mark = made("order.passage", rendered(template, marked), marked, None, at=[0])
    assert said(by_mark)["at-0"].startswith("[1] Carl plays the harp.")


def test_a_title_goes_with_its_passage() -> None:
    fields = {
        "docs": [{"title": f"T{n}", "text": text} for n, text in enumerate(DOCUMENTS)],
        "question": "Where does Anna live?",
    }
    template = (
        "{% for d in docs %}[{{ loop.index }}] {{ d.title }}: {{ d.text }}\n{% endfor %}Question: {{ question }}\n"
    )
    prompt = rendered(template, fields)
    for name in ("order.passage", "order.documents"):
        for text in said(made(name, prompt, fields, "Paris")).values():
            lines = text.splitlines()[:4]
            assert [line[:4] for line in lines] == ["[1] ", "[2] ", "[3] ", "[4] "]
            assert sorted(line[4:] for line in lines) == [f"T{n}: {one}" for n, one in enumerate(DOCUMENTS)]


def test_where_two_passages_give_the_answer_no_position_is_claimed() -> None:
    fields = {**FIELDS, "documents": [*DOCUMENTS, "Anna lives in Paris, in the north."]}
    assert made("order.passage", rendered(RAG, fields), fields, "Paris") == {}


def test_rules_are_said_again_at_the_end_of_a_system_prompt() -> None:
    text = said(made("instruction.reminder", system("# Rules\nBe short. Never guess.\n\n# Tone\nKind.")))["end"]
    assert text == "# Rules\nBe short. Never guess.\n\n# Tone\nKind.\n\nBe short. Never guess."


def test_a_reminder_stands_before_the_field_of_the_answer() -> None:
    prompt = rendered("Say whether the review is good.\n\nReview: {{ text }}\nVerdict:\n", {"text": "Fine."})
    text = said(made("instruction.reminder", prompt))["end"]
    assert text == ("Say whether the review is good.\n\nReview: Fine.\n\nSay whether the review is good.\n\nVerdict:")


@pytest.mark.parametrize(
    ("language", "start"),
    [("en", ("Current date: ", "Today is ")), ("de", ("Heut",)), ("zh", ("当前日期：", "今天是"))],
)
def test_a_date_is_written_as_the_language_writes_it(language: str, start: tuple[str, ...]) -> None:
    texts = said(made("context.date", system("Sort the mail."), language=language, samples=4))
    assert len(texts) > 2
    assert all(text.startswith(start) for name, text in texts.items() if name.startswith("start"))


@pytest.mark.parametrize(
    "text", ["Say how old he is now.", "Is the deadline over?", "今天星期几？", "Wann ist die Frist?"]
)
def test_no_date_where_time_may_decide(text: str) -> None:
    assert made("context.date", system(text)) == {}


def test_a_locale_is_one_of_the_language() -> None:
    texts = said(made("context.locale", system("Sortiere die Post."), language="de"))
    assert all(any(code in text for code in ("de-DE", "de-AT", "de-CH")) for text in texts.values())
    assert set(texts) == {"start", "end"}


@pytest.mark.parametrize("name", ["order.sections", "layout.headings", "layout.lists", "order.passage"])
def test_long_contexts_are_read_whole(name: str) -> None:
    filler = [f"Report {n}: " + "The harbour was quiet and the ferries ran on time. " * 12 for n in range(28)]
    fields = {"documents": [*filler, "Anna lives in Paris."], "question": "Where does Anna live?"}
    prompt = rendered(RAG, fields, system=SYSTEM)
    assert sum(len(message.text) for message in prompt.messages) > 16_000
    variants = made(name, prompt, fields, "Paris")
    assert variants
    assert all("Anna lives in Paris." in one.prompt.messages[1].text for one in variants.values())
