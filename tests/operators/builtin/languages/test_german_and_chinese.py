"""Suites in German and in Chinese: what their operators write is that language, and nothing English runs on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from llmrobust.errors import SuiteError
from llmrobust.operators import REGISTRY, Draw, Variant
from llmrobust.plan import plan_suite
from llmrobust.prompt.spans import Prompt
from llmrobust.report.catalogue.operator_facts import language_line, languages_table
from llmrobust.suitefile import load_suite
from llmrobust.text.whole_words import whole_word
from tests.operators.prompts import rendered

GERMAN = "{% instruction %}Entscheide, ob die Bewertung positiv oder negativ ist.{% endinstruction %}\nBewertung: {{ text }}\nUrteil:\n"
CHINESE = "{% instruction %}请判断这条评论是否正面，回答正面或负面。{% endinstruction %}\n评论：{{ text }}\n答案：\n"
TEXTS = {"de": "Das Zimmer war sauber. Das Frühstück war gut", "zh": "房间很干净。早餐也不错"}
LABELS = {"de": ("positiv", "negativ"), "zh": ("正面", "负面")}
TEMPLATES = {"de": GERMAN, "zh": CHINESE}


def prompt_in(language: str, template: str = "") -> Prompt:
    return rendered(template or TEMPLATES[language], {"text": TEXTS[language]}, LABELS[language])


def made(name: str, language: str, prompt: Prompt | None = None, **params: Any) -> dict[str, Variant]:
    operator = REGISTRY.get(name)
    assert operator is not None
    draw = Draw(0, name, "e", {"text": TEXTS[language]}, LABELS[language], LABELS[language][0], (), language)
    return {one.name: one for one in operator.variants(prompt or prompt_in(language), operator.params(**params), draw)}


def said(variants: dict[str, Variant]) -> dict[str, str]:
    return {name: one.prompt.messages[0].text for name, one in variants.items()}


@pytest.mark.parametrize("name", ["context.irrelevant", "context.tautology", "context.opener", "context.proverb"])
def test_added_sentences_are_in_the_language_of_the_suite(name: str) -> None:
    for position in ("before", "after", "between"):
        (german,) = said(made(name, "de", position=position)).values()
        assert re.search(r"(?:sauber|gut)\. [A-ZÄÖÜ]|[.?] Das Zimmer", german), german
        (chinese,) = said(made(name, "zh", position=position)).values()
        added = set(chinese) - set(CHINESE + TEXTS["zh"])
        assert any("一" <= char <= "鿿" for char in added)
        assert not re.search(r"[一-鿿。] [一-鿿]", chinese), "no spaces between Chinese sentences"


def test_german_instructions_are_worded_anew() -> None:
    assert set(said(made("paraphrase.rules", "de"))) == {"bestimme", "beurteile"}
    assert "Bitte entscheide, ob" in said(made("instruction.polite", "de"))["please"]
    personas = said(made("instruction.persona", "de", samples=5))
    assert personas["assistant"].startswith("Du bist ein hilfsbereiter Assistent. Entscheide, ob")
    assert "negativ ist. Nimm dir Zeit." in said(made("instruction.hedge", "de"))["take-time"]
    assert "negativ ist. Gib nur die Antwort aus." in said(made("instruction.output_format", "de"))["only-answer"]
    assert said(made("instruction.emphasis", "de"))["important"].startswith("WICHTIG: Entscheide")


def test_german_wordings_address_people_as_the_prompt_does() -> None:
    formal = GERMAN.replace("Entscheide, ob", "Entscheiden Sie, ob")
    prompt = prompt_in("de", formal)
    assert "Nehmen Sie sich Zeit." in said(made("instruction.hedge", "de", prompt))["take-time"]
    assert said(made("instruction.persona", "de", prompt, samples=5))["teacher"].startswith("Sie sind eine geduldige")
    assert said(made("instruction.polite", "de", prompt))["please"].startswith("Bitte entscheiden Sie, ob")


def test_chinese_instructions_are_worded_anew() -> None:
    assert said(made("paraphrase.rules", "zh"))["panduan"].startswith("判断这条评论是否正面")
    personas = said(made("instruction.persona", "zh", samples=5))
    assert personas["assistant"].startswith("你是一个乐于助人的助手。请判断")
    assert "负面。慢慢来，不用着急。\n" in said(made("instruction.hedge", "zh"))["take-time"]
    assert said(made("instruction.emphasis", "zh"))["exclaimed"].splitlines()[0].endswith("！")
    assert made("instruction.polite", "zh") == {}, "it asks politely already"


def test_chinese_labels_are_protected_within_a_line() -> None:
    assert [text for text in prompt_in("zh").protected_texts() if text in LABELS["zh"]] == ["正面", "正面", "负面"]
    assert re.search(whole_word("正面"), "回答正面或负面")
    assert not re.search(whole_word("cat"), "concat")
    assert re.search(whole_word("cat"), "猫cat猫")


CITIES = [
    {"id": "a", "text": "Anna wohnt in Köln.", "stadt": "Köln", "answer": "Köln"},
    {"id": "b", "text": "Ben wohnt in Bern.", "stadt": "Bern", "answer": "Bern"},
    {"id": "c", "text": "Kölner Dom, steht in Köln.", "stadt": "Köln", "answer": "Köln"},
]


def test_values_of_a_field_change_places_and_the_answer_follows() -> None:
    operator = REGISTRY.get("entity.field")
    assert operator is not None
    pool = tuple((str(row["id"]), row) for row in CITIES)
    for row in CITIES:
        prompt = rendered("{{ text }}\nWo?\nAntwort:\n", row)
        draw = Draw(0, "entity.field", row["id"], row, (), row["answer"], pool, "de")
        found = list(operator.variants(prompt, operator.params(fields=["stadt"]), draw))
        if row["id"] == "c":
            assert found == [], "a longer word holds the name"
            continue
        other = "Bern" if row["stadt"] == "Köln" else "Köln"
        assert found[0].expected == other
        assert found[0].prompt.messages[0].text.startswith(row["text"].replace(row["stadt"], other))


SUITE = """\
suite: {language}
language: {language}
prompt: {{user: "{prompt}"}}
examples: [{{text: "{text}", answer: {label}}}, {{text: "{text}!", answer: {label}}}]
answer: {{field: answer, choices: [{labels}]}}
perturb: [{perturb}]
"""


def write(tmp_path: Path, language: str, perturb: str) -> Path:
    path = tmp_path / "a.robust.yaml"
    label = LABELS[language][0]
    prompt = TEMPLATES[language].replace("\n", "\\n")
    path.write_text(
        SUITE.format(
            language=language,
            prompt=prompt,
            text=TEXTS[language],
            label=label,
            labels=", ".join(LABELS[language]),
            perturb=perturb,
        ),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("language", ["de", "zh"])
def test_a_family_means_its_operators_for_the_language(tmp_path: Path, language: str) -> None:
    families = "typo, context, instruction, format, order, casing, whitespace, punctuation, character, paraphrase.rules"
    suite = load_suite(write(tmp_path, language, families), tmp_path)
    assert all(use.operator.speaks(language) for use in suite.perturb)
    plan = plan_suite(suite)
    assert len({case.operator for case in plan.cases}) > 20
    assert [one.said_dropped for one in plan.counts if one.dropped] == []


def test_an_operator_for_another_language_is_an_error_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"word\.synonym is written for en, not for de"):
        load_suite(write(tmp_path, "de", "word.synonym"), tmp_path)


def test_what_exists_for_a_language_is_said_in_one_line() -> None:
    operators = [REGISTRY.get(name) for name in REGISTRY.names()]
    found = [one for one in operators if one is not None and one.speaks("de")]
    line = language_line("de", found, len(operators))
    assert "\n" not in line
    assert line.startswith(f"de: {len(found)} of {len(operators)} operators")
    assert "| typo | all | `drop`" in languages_table([one for one in operators if one], ("en", "de"))
