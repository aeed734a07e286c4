"""A strong generator that goes wrong: every way in which its replies are bad is caught, and its good ones are kept."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from llmrobust.generate.guards import Candidate
from llmrobust.generate.guards.text_guards import text_guards
from llmrobust.generate.kinds import BY_NAME, Kind
from llmrobust.generate.questions import Question, questions_of, taken_back
from llmrobust.generate.subjects import Subject
from llmrobust.generate.written import Unusable, Written, written
from llmrobust.request import Response

INPUT = Subject(
    "text",
    "a",
    "My 3 cards, 2 phones and 40 euros were stolen in Leeds on Monday. Why was I not told at once?",
    ("lost card", "exchange rate"),
    "lost card",
)
INSTRUCTION = Subject(
    "instruction",
    None,
    "Sort the message of {{ name }} by topic. Answer with one of: lost card, exchange rate, fees. Use 2 words at most.",
    ("lost card", "exchange rate", "fees"),
)
GOOD_INPUT = "In Leeds somebody stole my 3 cards, 2 phones and 40 euros on Monday; why did nobody tell me at once?"
GOOD_INSTRUCTION = (
    "Which topic does the message of {{ name }} have: lost card, exchange rate, or fees? Reply in at most 2 words."
)


def found(subject: Subject, text: str, kind: str = "paraphrase") -> dict[str, str]:
    """The guards that fail, with why; "" for a reply that gives no variant."""
    given = json.dumps({"type": kind, "text": text, "rationale": "said otherwise"})
    return judged(subject, given, BY_NAME[kind])


def judged(subject: Subject, reply: str, kind: Kind = BY_NAME["paraphrase"]) -> dict[str, str]:
    (question, *_) = questions_of([subject], [kind], 1, seed=0, temperature=0)
    read = written(question, Response(reply, "stop"))
    if isinstance(read, Unusable):
        return {"": read.reason}
    one = candidate(question, read)
    scores = {guard.name: guard.scores([one])[0] for guard in text_guards()}
    return {name: score.why for name, score in scores.items() if score.verdict == "failed"}


def candidate(question: Question, read: Written) -> Candidate:
    return Candidate(
        question.subject,
        question.kind,
        question.subtype,
        question.name,
        read.text,
        read.addition if question.kind.adds else "",
        question.told,
    )


@pytest.mark.parametrize(("subject", "text"), [(INPUT, GOOD_INPUT), (INSTRUCTION, GOOD_INSTRUCTION)])
def test_good_texts_fail_nothing(subject: Subject, text: str):
    assert found(subject, text) == {}


BAD_INPUTS: dict[str, tuple[Callable[[str], str], str]] = {
    "another question": (lambda t: t.replace("why did", "when did"), "question"),
    "a negation less": (lambda t: t.replace("did nobody tell me", "was I told"), "logic"),
    "an answer in place of a question": (lambda t: t.split(";")[0] + ". They told me late.", "question"),
    "another number": (lambda t: t.replace("40", "14"), "contract"),
    "another number in words": (lambda t: t.replace("40", "fourteen"), "contract"),
    "a number more": (lambda t: t + " It took 9 days.", "contract"),
    "another unit": (lambda t: t.replace("euros", "pounds sterling dollars"), "logic"),
    "another day": (lambda t: t.replace("Monday", "Friday"), "logic"),
    "another place": (lambda t: t.replace("Leeds", "Hull"), "contract"),
    "a place translated": (lambda t: t.replace("Leeds", "Lieds"), "contract"),
    "the answer in the text": (lambda t: t + " (lost card)", "leak"),
    "the instruction in the text": (lambda t: t + " Rewrite the text in other words, its meaning must stay.", "leak"),
    "an answer before the text": (lambda t: "The answer is 2.33. " + t, "leak"),
    "a preamble": (lambda t: "Here is the rewritten text: " + t, "leak"),
    "another language": (
        lambda t: "In Leeds wurden mir am Monday 3 cards, 2 phones und 40 euros gestohlen; warum sagte man es nicht?",
        "language",
    ),
    "the original with other spaces": (lambda t: INPUT.text.replace(" ", "  ") + "\n", "duplicate"),
    "the original in other letters": (lambda t: INPUT.text.upper(), "duplicate"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_a_bad_input_is_caught(name: str):
    change, guard = BAD_INPUTS[name]
    failed = found(INPUT, change(GOOD_INPUT))
    assert guard in failed, failed


BAD_INSTRUCTIONS: dict[str, tuple[str, str, str]] = {
    "a label lost": (", or fees", "", 'the label "fees" is gone'),
    "a label translated": ("lost card", "verlorene Karte", 'the label "lost card" is gone'),
    "a label reworded": ("exchange rate", "rate of exchange", 'the label "exchange rate" is gone'),
    "a placeholder renamed": ("{{ name }}", "{{ customer }}", 'the placeholder "{{ name }}" is gone'),
    "a placeholder filled in": ("{{ name }}", "Ms Keller", 'the placeholder "{{ name }}" is gone'),
    "a number written out": ("2 words", "two words", 'the number "2" is gone'),
}


@pytest.mark.parametrize("name", BAD_INSTRUCTIONS)
def test_a_bad_instruction_is_caught(name: str):
    old, new, why = BAD_INSTRUCTIONS[name]
    assert old in GOOD_INSTRUCTION
    assert found(INSTRUCTION, GOOD_INSTRUCTION.replace(old, new)).get("contract") == why


@pytest.mark.parametrize(
    ("original", "text", "gone"),
    [
        ("We sell apples, pears, plums and figs.", "Apples, pears and figs are what we sell.", "plums"),
        ("Pick red, green or blue.", "Choose between red and blue.", "green"),
        ("Buy:\n- milk\n- bread\n- salt", "Please buy these:\n- milk\n- salt", "bread"),
        ("We sell apples, pears and figs.", "What we sell: figs, apples, pears.", ""),
        ("We sell apples, pears and figs.", "We sell apples, figs, and pears.", ""),
        ("He came, saw the house and left at once without a word.", "After he had seen the house he left at once.", ""),
    ],
)
def test_a_list_that_is_shorter_is_caught(original: str, text: str, gone: str):
    assert found(Subject("text", "a", original), text).get("contract", "") == (
        f'a list is shorter: "{gone}" is gone' if gone else ""
    )


def test_in_an_input_a_small_number_may_be_written_out():
    assert found(INPUT, GOOD_INPUT.replace("3 cards, 2 phones", "three cards, two phones")) == {}


def test_a_passage_that_states_an_answer_is_caught_right_or_wrong():
    for said in ("It sounds like a lost card.", "The exchange rate moved last week."):
        assert "leak" in found(INPUT, said, "red_herring")
    assert found(INPUT, "The station in Leeds was closed that week.", "red_herring") == {}


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("How do I locate my card?", "Wie finde ich meine Karte?"),
        ("How do I locate my card?", "Où est ma carte, et comment la trouver ?"),
        ("How do I locate my card?", "¿Cómo puedo saber dónde está mi tarjeta?"),
        ("How do I locate my card?", "我怎样才能找到我的卡？"),
        ("How do I locate my card?", "Как найти мою карту?"),
    ],
)
def test_short_texts_in_another_language_are_caught(original: str, text: str):
    assert "language" in found(Subject("text", "a", original), text)


@pytest.mark.parametrize(
    "text", ["Where is my card?", "Card gone", "In what way can I find it?", "Sao Paulo de Janeiro"]
)
def test_short_texts_that_may_be_english_are_not(text: str):
    assert "language" not in found(Subject("text", "a", "How do I locate my card?"), text)


REPLY = json.dumps({"type": "paraphrase", "text": GOOD_INPUT, "rationale": "x"})


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (GOOD_INPUT, "not JSON"),
        (REPLY[:-30], "not JSON"),
        ("", "not JSON"),
        ("[]", "not JSON"),
        (REPLY.replace("paraphrase", "formal"), "another type than asked for"),
        (json.dumps({"type": "paraphrase", "text": " \n", "rationale": ""}), "JSON without a text"),
        (json.dumps({"type": "paraphrase", "text": ["a"], "rationale": ""}), "JSON without a text"),
        (f"{REPLY}\n{REPLY.replace('nobody', 'no one')}", "several JSON objects"),
        ("As an AI language model I cannot do that.", "a refusal"),
    ],
)
def test_a_reply_that_gives_no_single_text_is_unusable(reply: str, why: str):
    assert judged(INPUT, reply) == {"": why}


@pytest.mark.parametrize(
    "form", ["```json\n{}\n```", "```\n{}\n```", "Sure!\n\n{}", "{}\n\n{}", "<think>{{a}}</think>{}"]
)
def test_a_fence_words_around_it_and_a_repetition_do_no_harm(form: str):
    assert judged(INPUT, form.replace("{}", REPLY)) == {}


@pytest.mark.parametrize(
    ("continued", "finish", "read"),
    [
        (GOOD_INPUT, "stop", GOOD_INPUT),
        (f'{GOOD_INPUT}"}}', "stop", GOOD_INPUT),
        (f'{GOOD_INPUT}"}}\n{{"type": "formal"}}', "stop", GOOD_INPUT),
        (f"{GOOD_INPUT} and on and on", "length", "cut off at the token limit"),
        (f'{GOOD_INPUT}", "rationale": "oth', "length", "cut off at the token limit"),
        ("", "stop", "JSON without a text"),
    ],
)
def test_a_model_that_cannot_be_held_to_a_form_continues_it(continued: str, finish: str, read: str):
    (question,) = questions_of([INPUT], [BY_NAME["paraphrase"]], 1, seed=0, temperature=0, enforced=False)
    assert question.request.messages[-1] == ("assistant", '{"type": "paraphrase", "text": "')
    assert "rationale" not in question.told
    found = written(question, Response(continued, finish))
    assert (found.reason if isinstance(found, Unusable) else found.text) == read


def test_both_hops_of_a_back_translation_are_begun():
    (question, *_) = questions_of([INPUT], [BY_NAME["back_translation"]], 1, seed=0, temperature=0, enforced=False)
    back = taken_back(question, "Aus Leeds ...")
    assert back.begun == '{"type": "back_translation.de", "text": "'
    assert back.request.sampling == question.request.sampling
