"""Inputs on which operators on words, entities, style and surface were found wrong, with what is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation
from tests.operators.prompts import SENTIMENTS, rendered, review, values

FAMILIES = ("word", "spelling", "entity", "style", "casing", "whitespace", "punctuation", "rup")
ROWS: list[tuple[str, str, list[str] | None]] = [
    # operator, input, every right output; None where the operator must not apply
    ("spelling.homophone", "The meeting moved from 3 May to 12 June.", None),
    ("spelling.homophone", "The tenant shall not sublet the flat.", None),
    ("spelling.homophone", "How do I log in?", None),
    ("spelling.homophone", "The firm was sold for $3 billion.", None),
    ("style.verbose", "Honestly, the service was terrible.", None),
    ("style.verbose", "Hi, I think I lost my card.", None),
    ("spelling.asr", "Flight LH123 departs 08:15.", ["flight l h one two three departs eight fifteen"]),
    ("spelling.asr", "Use Q2 numbers and the file report_v2.final.pdf.", ["use q two numbers and the file report_v2.final.pdf"]),
    ("spelling.asr", "What does SELECT name FROM users WHERE age > 30 return?", None),
    ("spelling.asr", "| Lamp | 120 | $19.90 |\n| Desk | 35 | $249.00 |", None),
    ("spelling.asr", "Prompt: Tim sat.\nOption A: he stood.\nOption B: he ran.", None),
    ("word.abbreviate", "She studied at the University of Toronto.", ["She studied at the Univ. of Toronto."]),
    ("word.abbreviate", "He teaches at a university abroad.", ["He teaches at a univ. abroad."]),
    ("style.longer", "Must he not start the engine.", None),
    ("word.rare", "They are as many as we are.", None),
    ("word.number", "A car accelerates at 2 m/s^2.", None),
    ("word.number", "A 404 means that the page was not found.", None),
    ("word.number", "What does SELECT name FROM users WHERE age > 30 return?", None),
    ("word.number", "It was moved from 3 May to 12 June.", None),
    ("word.number", "Apollo 13 flew home; see page 12 of [3], 2+3, 3-5 or $7.", None),
    ("word.number", "Ann has 3 cats and two dogs.", ["Ann has three cats and 2 dogs."]),
    ("style.complex", "Many of the rules are unfair.", ["A large number of the rules are unfair."]),
    ("style.casual", "Many of the rules are unfair.", ["Loads of the rules are unfair."]),
    ("style.casual", "How many trees does he have left?", None),
    ("style.casual", "They made as many cakes as pies.", None),
    ("style.casual", "She sold half as many clips in May.", None),
    ("style.casual", "Which kind of cheese is best?", None),
    ("word.synonym", "This is the best pizza in town.", None),
    ("word.synonym", "He also chops down 2 trees.", None),
    ("word.synonym", "Small, medium and large shirts are sold; she took a large one.", None),
    ("word.rare", "Small, medium and large shirts; she took a small one.", None),
    ("word.drop", "If I were you, I would sell.", None),
    ("word.swap", "SELECT name FROM users", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "right"), ROWS)
def test_a_row_has_its_right_outcome(name: str, text: str, right: list[str] | None) -> None:
    found = {new for new in values(name, text).values() if new != text}
    assert found == set() if right is None else found and found <= set(right), found


@pytest.mark.parametrize(
    ("name", "text", "never"),
    [
        ("style.complex", "How many bolts in total does it take?", "How a"),
        ("word.rare", "How many clips did Natalia sell?", "How numerous"),
        ("word.rare", "How many gallons are left?", "How numerous"),
        ("style.verbose", "The museum opens at 9 a.m. on Sundays.", "a.m,"),
        ("style.verbose", "After upgrading to v2.3.1 the app crashes. I'm on macOS 14.2.", "say that I'm on"),
        ("style.longer", "You must not start the engine.", "as far as"),
        ("style.longer", "A robe takes 2 bolts of blue fiber.", "generally"),
        ("word.swap", "What does SELECT name FROM users return?", "name SELECT"),
    ],
)  # fmt: skip
def test_no_sample_holds_what_was_wrong(name: str, text: str, never: str) -> None:
    for seed in range(8):
        for new in _drawn(name, text, seed):
            assert never not in new


def test_code_between_words_is_no_sentence_start() -> None:
    text = "Write a Python function `is_prime(n)` that returns True if n is prime."
    assert values("style.verbose", text) == {}


@pytest.mark.parametrize("name", ["word.rare", "word.synonym", "word.nonce", "word.hypernym"])
def test_a_thing_is_renamed_throughout_or_not_at_all(name: str) -> None:
    text = "Josh decides to try flipping a house. He buys the house. The value of the house rose."
    for seed in range(8):
        for new in _drawn(name, text, seed, rate=1.0):
            assert new.count("house") in (0, 3), new


def test_a_thing_that_an_instruction_or_the_gold_answer_names_keeps_its_name() -> None:
    prompt = rendered(
        "{% instruction %}Describe the house.{% endinstruction %}\nText: {{ text }}\n", {"text": "It is a house."}
    )
    operator = REGISTRY.get("word.rare")
    assert operator is not None
    assert list(operator.variants(prompt, operator.params(), Draw(0, "word.rare", "e"))) == []
    gold = Draw(0, "word.rare", "e", {}, (), "the house")
    assert list(operator.variants(review("He likes the house."), operator.params(), gold)) == []


def test_published_homophones_promise_nothing() -> None:
    operator = REGISTRY.get("rup.homophones")
    assert operator is not None
    assert operator.relation is Relation.NO_PROMISE


def _drawn(name: str, text: str, seed: int, **params: Any) -> list[str]:
    operator = REGISTRY.get(name)
    assert operator is not None
    prompt = review(text)
    draw = Draw(seed, name, "ex-1", {"text": text}, SENTIMENTS)
    made = operator.variants(prompt, operator.params(**params), draw)
    return ["".join(span.text for _, span in one.prompt.places(lambda span: span.kind == "variable")) for one in made]


def _rows(shared_data: Path) -> list[dict[str, str]]:
    file = shared_data.parent / "cases" / "operators.jsonl"
    if not file.is_file():
        pytest.skip(f"the list of inputs is not at {file}")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["operator"].split(".")[0] in FAMILIES]


def test_no_listed_input_gives_what_was_found_wrong(shared_data: Path) -> None:
    wrong = []
    for row in _rows(shared_data):
        text = row["input"]
        if text.startswith(("[", "{%", "docs:")) or REGISTRY.get(row["operator"]) is None:
            continue
        made = _drawn(row["operator"], text, 0)
        bad = row["got"].removeprefix("... ").removesuffix(" ...").strip()
        wrong += [(row["operator"], new) for new in made if bad and (new == bad or (len(bad) > 12 and bad in new))]
    assert not wrong


DOCUMENTS = "{% for d in documents %}[{{ loop.index }}] {{ d }}{% endfor %}\nQ: {{ q }}\nA:"
OPTIONS = "Reply with the letter only.\nQuestion: {{ q }}\nOptions:\n{{ options | choices }}\nAnswer:"
HAND_WRITTEN = "Q: {{ q }}\nA. {{ a }}\nB. {{ b }}\nC. {{ c }}\nD. {{ d }}\nAnswer:"


def _texts(name: str, template: str, fields: dict[str, Any], labels: tuple[str, ...] = (), gold: str = "") -> list[str]:
    operator = REGISTRY.get(name)
    assert operator is not None
    prompt = rendered(template, fields, labels)
    found: list[str] = []
    for seed in range(6):
        draw = Draw(seed, name, "e", fields, labels, gold or None)
        found += [one.prompt.messages[-1].text for one in operator.kept(prompt, operator.params(), draw)]
    return found


@pytest.mark.parametrize(
    "name", ["entity.number", "word.number", "whitespace.trailing", "punctuation.add", "spelling.asr"]
)
def test_numbers_of_documents_stay(name: str) -> None:
    fields = {"documents": ["Ann lives in Rome with 4 cats. ", "Ben lives in Oslo. ", "Cleo has 2 dogs."], "q": "Who?"}
    for text in _texts(name, DOCUMENTS, fields, gold="Ann"):
        for number in ("[1] ", "[2] ", "[3] "):
            assert number in text, text


@pytest.mark.parametrize(
    "name",
    [
        "word.number",
        "entity.number",
        "spelling.homophone",
        "word.synonym",
        "entity.place",
        "casing.lower",
        "typo.human",
    ],
)
def test_options_stay(name: str) -> None:
    wanted = ["10 m", "20 m", "To write", "The capital of Denmark"]
    question = {"q": "How far does a car go in 5 hours, and what is the capital of Australia?"}
    for text in _texts(name, OPTIONS, {**question, "options": wanted}, ("A", "B", "C", "D"), "C"):
        assert all(option in text for option in wanted), text
    by_hand = dict(zip("abcd", wanted, strict=True))
    for text in _texts(name, HAND_WRITTEN, {**question, **by_hand}, ("A", "B", "C", "D"), "C"):
        assert all(option in text for option in wanted), text


@pytest.mark.parametrize("name", ["casing.lower", "casing.upper", "casing.title", "casing.random"])
def test_paths_and_identifiers_keep_their_case(name: str) -> None:
    text = "Rename tmp in src/Utils/date_helper.py; it returns True if n is prime and False otherwise."
    for new in _drawn(name, text, 0):
        assert "src/Utils/date_helper.py" in new
        assert "True" in new


def test_numbers_in_digits_and_words_belong_together() -> None:
    fields = {"q": "The heating is repaired within 48 hours. Is that within two days?"}
    operator = REGISTRY.get("entity.number")
    assert operator is not None
    draw = Draw(0, "entity.number", "e", fields, ("yes", "no"), "yes")
    made = list(operator.variants(rendered("Q: {{ q }}\nA:", fields, ("yes", "no")), operator.params(), draw))
    assert {one.relation for one in made} <= {Relation.NO_PROMISE}
