"""Additions, documents, misleading information, sanity baselines."""

from __future__ import annotations

from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation, Variant
from llmrobust.operators.builtin.context.misleading import states_claim
from tests.operators.prompts import SENTIMENTS, rendered, review, values

DOCS = "{% for d in documents %}Text: {% context %}{{ d }}{% endcontext %}\n{% endfor %}Q: {{ question }}\nA:\n"
FIELDS = {
    "documents": ["Anna lives in Paris.", "Anna likes honey.", "Ben has a cat."],
    "question": "Where does Anna live?",
    "spare": ["Anna has a sister."],
    "wrong": "Rome",
}
OTHER = {**FIELDS, "documents": ["Carl plays the harp."], "spare": []}


def made(name: str, fields: dict[str, Any], template: str, pool: Any = (), **params: Any) -> dict[str, Variant]:
    operator = REGISTRY.get(name)
    assert operator is not None
    draw = Draw(0, name, "e", fields, params.pop("labels", ()), params.pop("expected", None), pool)
    prompt = rendered(template, fields, draw.labels)
    return {one.name: one for one in operator.variants(prompt, operator.params(**params), draw)}


@pytest.mark.parametrize("name", ["tautology", "handle", "random_string", "opener", "proverb", "red_herring"])
def test_what_is_added_leaves_the_input_whole_and_names_no_label(name: str) -> None:
    text = "The film was long."
    for found in values(f"context.{name}", text, position=["before", "after"], samples=3).values():
        assert "The film was long" in found
        assert found != text
        assert not {"positive", "negative"} & set(found.lower().replace(".", " ").split())


def test_severity_is_the_number_of_things_added() -> None:
    found = values("context.tautology", "It was fine.", severity=[1, 3, 5])
    assert [text.count(".") for text in found.values()] == [2, 4, 7]


def test_distractors_come_from_other_examples_and_name_nobody_of_this_one() -> None:
    template = "Text: {% context %}{{ context }}{% endcontext %}\nQ: {{ question }}\nA:\n"
    fields = {"context": "Anna lives in Paris.", "question": "Where does Anna live?"}
    pool = (("e", fields), ("f", {"context": "Anna was ill. Carl plays the harp."}))
    found = made("context.distractor", fields, template, pool)["after"].prompt.messages[0].text
    assert "Carl plays the harp." in found
    assert "Anna was ill" not in found


@pytest.mark.parametrize(
    "fact",
    ["Shop around for lamps.", "The story was told by Liz.", "Six years later Ben met Ada.", "I met Ada in Rome."],
)
def test_distractors_stand_on_their_own_and_name_somebody(fact: str) -> None:
    template = "Text: {% context %}{{ context }}{% endcontext %}\nQ: {{ question }}\nA:\n"
    fields = {"context": "Anna lives in Paris.", "question": "Where does Anna live?"}
    pool = (("e", fields), ("f", {"context": f"{fact} Carl plays the harp."}))
    assert "Carl plays the harp." in made("context.distractor", fields, template, pool)["after"].prompt.messages[0].text
    assert not made("context.distractor", fields, template, (("e", fields), ("f", {"context": fact})))


@pytest.mark.parametrize(
    ("task", "made_of_all"),
    [
        ("Translate the sentence into French.", True),
        ("How many words are in the text?", True),
        ("Correct all spelling mistakes.", True),
        ("Which language is the text in?", True),
        ("Übersetze den Satz ins Englische.", True),
        ("Schreiben Sie den Absatz um.", True),
        ("指出文本使用的语言。", True),
        ("Decide whether the review is positive or negative.", False),
        ("Answer the question. Do not repeat yourself.", False),
        ("Beantworte die Frage anhand des Textes.", False),
        ("根据文章回答问题。", False),
    ],
)
def test_nothing_is_added_where_the_answer_is_made_of_all_that_the_input_says(task: str, made_of_all: bool) -> None:
    template = "{% instruction %}" + task + "{% endinstruction %}\nText: {{ text }}\nAnswer:\n"
    for name in ("context.tautology", "context.irrelevant", "context.red_herring", "context.handle", "noise.append"):
        assert bool(made(name, {"text": "It rained in the morning. Nobody came."}, template)) is not made_of_all, name


def test_misleading_information_never_states_the_wrong_claim() -> None:
    fields = {
        "question": "Where was Anna born?",
        "subject": "Anna",
        "relation": "born",
        "wrong": "Rome",
        "other": "Ben",
    }
    found = made("context.misleading", fields, "Q: {{ question }}\nA:\n")
    assert set(found) == {"cc", "ml", "fa"}
    for one in found.values():
        text = one.prompt.messages[0].text
        assert "Rome" in text
        assert not states_claim(text, fields)
    assert states_claim("They say Anna was born in Rome.", fields)
    assert made("context.misleading", {**fields, "other": "Anna"}, "Q: {{ question }}\nA:\n") == {}


def test_documents_are_replaced_at_their_rate() -> None:
    pool = (("e", FIELDS), ("f", OTHER))
    for name in ("rag.noisy", "rag.irrelevant", "rag.counterfactual", "rag.mix"):
        for one in made(name, FIELDS, DOCS, pool, expected="Paris", rate=0.3, samples=3).values():
            text = one.prompt.messages[0].text
            kept = sum(document in text for document in FIELDS["documents"])
            assert kept == 2, name
            assert text.count("Text: ") == 3


def test_nothing_is_promised_once_the_answer_is_gone() -> None:
    pool = (("e", FIELDS), ("f", OTHER))
    found = made("rag.counterfactual", FIELDS, DOCS, pool, expected="Paris", rate=1.0)["0"]
    assert "Anna lives in Rome." in found.prompt.messages[0].text
    assert found.relation is Relation.NO_PROMISE
    bottom = made("rag.irrelevant", FIELDS, DOCS, pool, expected="Paris", rate=0.3, position="bottom")["0"]
    assert bottom.relation is None
    assert "Anna lives in Paris." in bottom.prompt.messages[0].text


def test_baselines_remove_what_decides_the_answer() -> None:
    fields = {"text": "What a fine film at https://a.example."}
    template = "{% instruction %}Positive or negative?{% endinstruction %}\nReview: {{ text }}\nMood:\n"
    assert "film" not in made("sanity.empty", fields, template)["empty"].prompt.messages[0].text
    pool = (("e", fields), ("f", {"text": "Awful."}))
    assert "Review: Awful." in made("sanity.other_example", fields, template, pool)["other"].prompt.messages[0].text
    shuffled = made("sanity.shuffled", {"text": "one two three four five six"}, template)["0"].prompt.messages[0].text
    assert sorted(shuffled.split("Review: ")[1].split("\n")[0].split()) == sorted("one two three four five six".split())
    for name in ("sanity.empty", "sanity.other_example", "sanity.no_context"):
        operator = REGISTRY.get(name)
        assert operator is not None
        assert operator.relation is Relation.MUST_CHANGE


@pytest.mark.parametrize("name", ["rup.homophones", "rup.stress", "sanity.shuffled", "rup.compound", "rup.it_cleft"])
def test_nothing_is_promised_where_the_meaning_may_go(name: str) -> None:
    operator = REGISTRY.get(name)
    assert operator is not None
    assert operator.relation is Relation.NO_PROMISE


def test_the_context_goes_and_the_question_stays() -> None:
    found = made("sanity.no_context", FIELDS, DOCS)["removed"].prompt.messages[0].text
    assert "Paris" not in found
    assert "Where does Anna live?" in found


def test_irrelevant_sentences_have_a_ladder() -> None:
    operator = REGISTRY.get("context.irrelevant")
    assert operator is not None
    found = list(
        operator.variants(review("Fine."), operator.params(severity=[1, 5]), Draw(0, "u", "e", {}, SENTIMENTS))
    )
    assert [(one.name, one.severity) for one in found] == [("s1-unrelated-before", 1), ("s5-unrelated-before", 5)]
    with pytest.raises(ValueError, match="a count or a severity"):
        operator.params(severity=1, count=2)
