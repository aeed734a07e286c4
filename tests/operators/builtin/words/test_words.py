"""Words: spelling, forms, numbers, synonyms, noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.operators.builtin.words.british_american import TO_AMERICAN, TO_BRITISH
from llmrobust.operators.builtin.words.contractions import CONTRACTIONS, EXPANSIONS
from llmrobust.operators.builtin.words.homophones import HOMOPHONES
from llmrobust.operators.builtin.words.misspellings import MISSPELLINGS
from llmrobust.operators.builtin.words.morphology import (  # fmt: skip
    article,
    base,
    bases,
    gerund,
    participle,
    past,
    plural,
    regular_past,
    singular,
    third_person,
)
from llmrobust.operators.builtin.words.numbers import cardinal, number_value, number_words
from llmrobust.operators.builtin.words.parts_of_speech import BASES
from llmrobust.operators.builtin.words.synonyms import RARER, SYNONYMS
from tests.operators.prompts import values


def one(name: str, text: str, **params: object) -> str:
    return next(iter(values(name, text, **params).values()), text)


@pytest.mark.parametrize(
    ("form", "of", "is_"),
    [
        (plural, "city", "cities"), (plural, "box", "boxes"), (plural, "child", "children"), (plural, "day", "days"),
        (singular, "stories", "story"), (singular, "boxes", "box"), (singular, "glass", "glass"), (singular, "men", "man"),
        (third_person, "watch", "watches"), (third_person, "try", "tries"), (third_person, "be", "is"),
        (past, "stop", "stopped"), (past, "go", "went"), (past, "love", "loved"), (past, "play", "played"),
        (participle, "write", "written"), (participle, "walk", "walked"), (gerund, "make", "making"),
        (gerund, "lie", "lying"), (gerund, "see", "seeing"), (gerund, "run", "running"), (regular_past, "sit", "sitted"),
        (base, "went", "go"), (base, "tried", "try"), (base, "hopping", "hop"), (article, "hour", "an"), (article, "user", "a"),
    ],
)  # fmt: skip
def test_forms_of_words(form, of: str, is_: str) -> None:
    assert form(of) == is_


def test_forms_lead_back_to_their_verb() -> None:
    wrong = [
        v for v in sorted(BASES) for make in (third_person, past, gerund) if v not in (*bases(make(v)), base(make(v)))
    ]
    assert len(set(wrong)) <= len(BASES) * 0.03, sorted(set(wrong))


@given(st.integers(0, 10**12 - 1))
def test_numbers_in_words_are_unambiguous_words(number: int) -> None:
    words = cardinal(number)
    assert words == words.lower().strip()
    assert "  " not in words
    if number < 100:
        assert number_value(words) == number


def test_numbers_as_they_are_written() -> None:
    assert number_words("105") == "one hundred and five"
    assert number_words("1,250") == "one thousand two hundred and fifty"
    assert number_words("3.5") == "three point five"
    assert number_words("1999") is None, "may be a year"
    assert number_words("007") is None
    assert one("word.number", "We saw 3 cats in 1999, at 5:30, for $20, and two dogs.", rate=1.0) == (
        "We saw three cats in 1999, at 5:30, for $20, and 2 dogs."
    )


def test_lexicons_are_in_lower_case_and_change_every_entry() -> None:
    for lexicon in (MISSPELLINGS, HOMOPHONES):
        assert all(word == word.lower() and others and word not in others for word, others in lexicon.items())
    for pairs in (TO_AMERICAN, TO_BRITISH, SYNONYMS.words, RARER.words):
        assert all(old == old.lower() and old != new for old, new in pairs.items())
    assert not set(MISSPELLINGS) & {wrong for wrongs in MISSPELLINGS.values() for wrong in wrongs}
    assert len(MISSPELLINGS) > 400
    assert len(HOMOPHONES) > 250


def test_contractions_are_undone_by_expansions() -> None:
    for long, short in CONTRACTIONS.items():
        if short in EXPANSIONS and short != "can't":
            assert EXPANSIONS[short] == long


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("spelling.misspell", "I definitely agree.", None),
        ("spelling.asr", "Well, we're going to pay 20 euros!", "well we're gonna pay twenty euros"),
        ("spelling.variant", "The colour of the theater.", "The color of the theater."),
        ("spelling.chat", "Thank you, see you tomorrow.", None),
        ("spelling.compound", "I read a lot every day.", "I read alot everyday."),
        (
            "word.contract",
            "It is cold and they are not here. Yes, it is.",
            "It's cold and they're not here. Yes, it is.",
        ),
        ("word.expand", "We didn't know. Isn't it odd?", "We did not know. Is it not odd?"),
        ("word.synonym", "She bought an automobile.", None),
        ("word.derivation", "It is useless. He drove carefully.", None),
        ("word.intensify", "It was good.", "It was very good."),
        ("word.irregular_verb", "He caught it.", "He catched it."),
        ("word.idiom", "He writes rarely.", None),
        ("word.abbreviate", "The department is closed.", "The dept. is closed."),
    ],
)
def test_words_are_replaced(name: str, text: str, expected: str | None) -> None:
    found = one(name, text, **({"rate": 1.0} if name not in ("spelling.asr",) else {}))
    assert found != text
    if expected is not None:
        assert found == expected


def test_articles_fit_the_new_word() -> None:
    assert "an automobile" not in one("word.synonym", "It is an automobile.", rate=1.0)
    assert one("word.synonym", "It is an automobile.", rate=1.0) == "It is a car."


def test_case_follows_what_is_replaced() -> None:
    assert one("spelling.variant", "COLOUR Colour colour.") == "COLOR Color color."


def test_dropping_never_drops_a_negation() -> None:
    for found in values("word.drop", "It is not good, and no one was there at all.", rate=1.0, samples=5).values():
        assert " not " in f" {found} "
        assert "no one" in found


def test_noise_keeps_or_doubles_words() -> None:
    text = "The quick brown fox jumps over lazy dogs."
    for found in values("word.repeat", text, rate=0.3, samples=4).values():
        assert set(found.lower().strip(".").split()) == set(text.lower().strip(".").split())
        assert len(found.split()) > len(text.split())
    for found in values("word.swap", text, rate=0.3, samples=4).values():
        assert sorted(found.lower().replace(".", "").split()) == sorted(text.lower().replace(".", "").split())
    for found in values("word.filler", text, rate=0.3, samples=4).values():
        assert found.count(",") >= 2


def test_a_nonce_word_stands_for_a_noun_everywhere() -> None:
    found = one("word.nonce", "The dog met a dog.", rate=1.0)
    first, second = found.removeprefix("The ").removesuffix(".").split(" met ")
    assert second.split()[-1] == first != "dog"
