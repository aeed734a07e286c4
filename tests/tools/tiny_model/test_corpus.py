"""The data of the tiny model: reproducible, without leaks from what is held out, balanced, and right."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from tools.tiny_model.corpus import (
    ASSISTANT,
    CURRICULUM,
    END,
    FULL,
    SYSTEM,
    USER,
    completion,
    sample,
    stage_at,
    stream,
    trained_voice,
    typos,
    voice,
    write,
)
from tools.tiny_model.draw import Draw
from tools.tiny_model.items import LABELS, TASKS, Fact, Item, make_item, relation_named, with_irrelevant
from tools.tiny_model.kinds import KINDS, UNCLEAR, kinds_of
from tools.tiny_model.layouts import (
    HELD_OUT_ENUMERATORS,
    HELD_OUT_JOINS,
    HELD_OUT_SEPARATORS,
    SYSTEMS_HELD_OUT,
    TRAINED_ENUMERATORS,
    TRAINED_JOINS,
    TRAINED_SEPARATORS,
    Layout,
)
from tools.tiny_model.wordings import (
    HELD_OUT,
    NONSENSE_HELD_OUT,
    SENSIBLE,
    TRAINED,
    expand,
    pointless_instruction,
    usual,
)
from tools.tiny_model.words import ASPECTS, IRRELEVANT, IRRELEVANT_HELD_OUT, NAMES, RELATIONS, THINGS

STAGES = [stage for _, stage in CURRICULUM] + [FULL]
DIGEST = "75002e5f61606c12dc57cbe846f2b84ea2553d0aa00bb476b19f3ac93b5d64f8"
"""Digest of the first 500 sequences of seed 22, the data of the last steps of the committed weights."""


def digest_of_stream() -> str:
    return hashlib.sha256(repr(stream(22, 0, 500)).encode()).hexdigest()


def items(task: str, count: int = 600, **settings: object) -> list[Item]:
    return [make_item(task, Draw("test", task, i), **settings) for i in range(count)]  # type: ignore[arg-type]


def training_texts(count: int = 3000) -> list[str]:
    return ["".join(text for text, _ in pieces) for stage in STAGES for pieces in stream(7, 0, count, stage)]


def test_stream_is_the_one_the_weights_were_trained_on() -> None:
    assert digest_of_stream() == DIGEST


@pytest.mark.parametrize("hash_seed", ["1", "12345"])
def test_stream_is_the_same_in_other_processes(hash_seed: str) -> None:
    code = (
        "import hashlib; from tools.tiny_model.corpus import stream; "
        "print(hashlib.sha256(repr(stream(22, 0, 500)).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    other = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == digest_of_stream()


def test_a_sequence_depends_on_its_number_only() -> None:
    assert stream(3, 0, 20)[12:] == stream(3, 12, 8)
    assert stream(3, 0, 20) != stream(4, 0, 20)


def test_sequences_hardly_ever_repeat() -> None:
    texts = [repr(pieces) for pieces in stream(5, 0, 5000)]
    assert len(set(texts)) > 0.98 * len(texts)


def test_held_out_instructions_do_not_leak_into_training() -> None:
    everything = "\n".join(training_texts()).lower()
    for kind, patterns in TRAINED.items():
        trained = {sentence for sentences in patterns for sentence in sentences}
        assert len(trained) > 50
        assert not trained & set(HELD_OUT[kind])
        assert usual(kind).lower() in everything
    for instruction in (*(said for held in HELD_OUT.values() for said in held), *NONSENSE_HELD_OUT):
        assert instruction.lower().rstrip(".?") not in everything


def test_patterns_stand_for_every_sentence_that_can_be_made_of_them() -> None:
    assert expand("{Say|Tell} {it|that}.") == ("Say it.", "Say that.", "Tell it.", "Tell that.")
    assert expand("Say it{| now}.") == ("Say it.", "Say it now.")


@pytest.mark.parametrize("task", TASKS)
def test_the_instruction_alone_decides_what_is_asked_for(task: str) -> None:
    differing = 0
    for i, item in enumerate(items(task, 100)):
        questions = [write(item, Layout(), voice(task, kind=kind)) for kind in kinds_of(task)]
        inputs = {
            question.text.replace(usual(kind), "") for question, kind in zip(questions, kinds_of(task), strict=True)
        }
        assert len(kinds_of(task)) >= 2
        assert len(inputs) == 1, i
        differing += len({question.answer for question in questions}) > 1
    assert differing >= 90


def test_every_kind_is_trained_in_each_stage_and_unclear_at_the_end() -> None:
    for stage in STAGES:
        pieces = [piece for sequence in stream(11, 0, 2000, stage) for piece in sequence]
        answers = Counter(text.removesuffix(END).strip() for text, is_answer in pieces if is_answer)
        assert {"happy", "unhappy", "yes", "no"} <= set(answers)
        assert set(NAMES) & set(answers)
        assert set(THINGS) & set(answers)
    share = answers[UNCLEAR] / sum(answers.values())
    assert share == pytest.approx(FULL.pointless, abs=0.025)


def test_an_instruction_trained_as_pointless_is_none_that_the_layout_could_answer() -> None:
    trained = {kind: {s.lower() for patterns in TRAINED[kind] for s in patterns} for kind in TRAINED}
    for task in TASKS:
        answerable = set().union(*(trained[kind] for kind in (*KINDS[task].asks, *SENSIBLE[task])))
        for i in range(300):
            assert pointless_instruction(task, Draw("pointless", task, i)).lower() not in answerable


def test_an_instruction_may_stand_after_the_input() -> None:
    item = Item("triage", "I love the map.", "praise")
    words = replace(voice("triage"), last=True)
    assert write(item, Layout(), words).text == f"Ticket: I love the map.\n{usual('triage')}\nCategory:"


def test_the_subject_of_a_review_is_named_in_it_before_all_other_things() -> None:
    for item in items("sentiment"):
        named = [word for word in re.findall(r"\w+", item.first) if word in {*THINGS, *ASPECTS}]
        assert item.subject in named[:2]


def test_second_kinds_have_the_answers_that_their_instruction_asks_for() -> None:
    said = Fact("Anna", "city", "Rome")
    choice = Item("choice", "Anna lives in Rome.", "Rome", "Where does Anna live?", ("Oslo", "Rome"), (said,), said)
    answers = {kind: write(choice, Layout(), voice("choice", kind=kind)).answer for kind in kinds_of("choice")}
    assert answers == {"choice": "B", "in full": "Rome", "last": "B"}
    for label, contradicts in (("true", "no"), ("false", "yes")):
        item = Item("boolean", "Anna lives in Rome.", label, "Anna lives in Rome.")
        assert write(item, Layout(), voice("boolean", kind="contradiction")).answer == contradicts
    for label, mood in (("praise", "happy"), ("bug", "unhappy"), ("billing", "unhappy")):
        assert write(Item("triage", "...", label), Layout(), voice("triage", kind="mood")).answer == mood
    assert write(choice, Layout(), trained_voice("choice", Draw(1), "person")).answer == "Anna"


def test_held_out_sentences_do_not_leak_into_training() -> None:
    everything = "\n".join(training_texts())
    assert any(sentence in everything for sentence in IRRELEVANT)
    for sentence in (*IRRELEVANT_HELD_OUT, *SYSTEMS_HELD_OUT):
        assert sentence not in everything


def test_held_out_formats_do_not_leak_into_training() -> None:
    everything = "\n".join(training_texts())
    assert not {value for value, _ in TRAINED_SEPARATORS} & set(HELD_OUT_SEPARATORS)
    assert not {value for value, _ in TRAINED_JOINS} & set(HELD_OUT_JOINS)
    assert not {value for value, _ in TRAINED_ENUMERATORS} & set(HELD_OUT_ENUMERATORS)
    for held_out in (*HELD_OUT_SEPARATORS, *HELD_OUT_JOINS):
        if held_out != ", ":
            assert held_out not in everything
    assert not re.search(r", (Answer|Question|Statement|Options|Category|Sentiment)\b", everything)
    assert not re.search(r"\[A\]|<A>|A \)|A /", everything)


def test_no_training_sequence_has_more_noise_than_the_card_says() -> None:
    for pieces in stream(9, 0, 2000):
        text = "".join(text for text, _ in pieces)
        assert sum(sentence in text for sentence in IRRELEVANT) <= 1


@pytest.mark.parametrize("task", sorted(LABELS))
def test_labels_are_balanced(task: str) -> None:
    counts = Counter(item.answer for item in items(task, 3000))
    assert set(counts) == set(LABELS[task])
    for count in counts.values():
        assert count / 3000 == pytest.approx(1 / len(LABELS[task]), abs=0.03)


@pytest.mark.parametrize("options", [2, 3])
def test_right_options_stand_at_every_place_equally_often(options: int) -> None:
    places = Counter(item.options.index(item.answer) for item in items("choice", 3000, options=options))
    assert len(places) == options
    for count in places.values():
        assert count / 3000 == pytest.approx(1 / options, abs=0.03)


def stated(sentence: str) -> tuple[str, str, str] | None:
    """(person, relation, value) that a sentence states, read from its words."""
    for relation in RELATIONS:
        for form in relation.facts:
            pattern = re.escape(form).replace(r"\{n\}", r"(\w+)").replace(r"\{v\}", r"(\w+)")
            if found := re.fullmatch(pattern, sentence):
                return found[1], relation.name, found[2]
    return None


def inquired(question: str) -> tuple[str, list[str]]:
    """The person a question names and the relations it may ask for."""
    relations = []
    person = ""
    for relation in RELATIONS:
        for form in relation.questions:
            if found := re.fullmatch(re.escape(form).replace(r"\{n\}", r"(\w+)"), question):
                relations.append(relation.name)
                person = found[1]
    return person, relations


def read(item: Item) -> dict[tuple[str, str], str]:
    """The facts of a context, by person and relation."""
    facts = [stated(sentence.strip()) for sentence in re.findall(r"[^.]+\.", item.first)]
    return {(person, relation): value for person, relation, value in filter(None, facts)}


@pytest.mark.parametrize("task", ["extraction", "choice"])
def test_gold_answers_follow_from_the_words_of_the_context(task: str) -> None:
    for item in items(task, facts=(1, 8)):
        facts = read(item)
        person, relations = inquired(item.second)
        assert [facts[person, relation] for relation in relations if (person, relation) in facts] == [item.answer]


def test_statements_are_true_exactly_if_the_context_says_so() -> None:
    for item in items("boolean", facts=(1, 8)):
        statement = stated(item.second)
        assert statement is not None
        person, relation, value = statement
        assert (read(item)[person, relation] == value) == (item.answer == "true")


def test_options_differ_and_one_is_right() -> None:
    for item in items("choice", facts=(1, 4)):
        assert len(set(item.options)) == 3
        assert item.options.count(item.answer) == 1
        assert item.asked is not None
        assert set(item.options) <= set(relation_named(item.asked.relation).values)


def test_irrelevant_sentences_leave_facts_and_answer_alone() -> None:
    for i, item in enumerate(items("extraction", 100)):
        longer = with_irrelevant(item, Draw("noise", i), 3, IRRELEVANT_HELD_OUT)
        assert read(longer) == read(item)
        assert (longer.answer, longer.second) == (item.answer, item.second)
        assert sum(sentence in longer.first for sentence in IRRELEVANT_HELD_OUT) == 3


def test_prompt_is_written_as_documented() -> None:
    item = Item("choice", "Anna lives in Rome.", "Rome", "Where does Anna live?", ("Oslo", "Rome", "Lima"))
    question = write(item, Layout(), voice("choice"))
    assert question.text == (
        "Choose the right option.\nContext: Anna lives in Rome.\nQuestion: Where does Anna live?\n"
        "Options:\nA. Oslo\nB. Rome\nC. Lima\nAnswer:"
    )
    assert question.answer == "B"


def test_gold_mark_follows_the_enumeration() -> None:
    item = Item("choice", "Anna lives in Rome.", "Rome", "Where does Anna live?", ("Oslo", "Rome", "Lima"))
    numbered = write(item, Layout(enumerator="({})", marks=("1", "2", "3")), voice("choice"))
    assert "\n(2) Rome\n" in numbered.text
    assert numbered.answer == "2"


def test_typos_change_letters_only() -> None:
    text = "Decide whether the review is positive or negative.\nReview: It was fine, 10 of 10!"
    for count in (1, 3, 6):
        for i in range(50):
            noisy = typos(text, Draw("typo", i), count)
            assert re.sub(r"[A-Za-z]", "", noisy) == re.sub(r"[A-Za-z]", "", text)
            assert abs(len(noisy) - len(text)) <= count
    assert typos(text, Draw(1), 0) == text


def test_chat_and_completion_differ_as_documented() -> None:
    chats = completions = 0
    for i in range(2000):
        pieces = sample(Draw("mode", i))
        text = "".join(part for part, _ in pieces)
        assert text.endswith(END)
        if USER in text:
            chats += 1
            assert text.startswith((USER, SYSTEM))
            assert text.count(ASSISTANT) == sum(flag for _, flag in pieces)
        else:
            completions += 1
            assert not any(special in text for special in (SYSTEM, ASSISTANT))
            assert all(part.startswith(" ") for part, flag in pieces if flag)
    assert completions / 2000 == pytest.approx(0.2, abs=0.03)


def test_completion_ends_only_after_its_last_answer() -> None:
    questions = [write(item, Layout(), voice("boolean")) for item in items("boolean", 3)]
    pieces = completion(questions)
    assert [part.endswith(END) for part, flag in pieces if flag] == [False, False, True]


def test_curriculum_ends_in_the_full_task() -> None:
    assert stage_at(0.0).facts == (1, 2)
    assert stage_at(1.0) is FULL
    assert FULL.facts == (1, 4)
    for stage in STAGES:
        assert sum(stage.shares) == pytest.approx(1)
        assert len(stage.shares) == len(TASKS)
