"""What is known of an analysed text, and that nothing is loaded or asked for before a text is read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from llmrobust.english import analyse, analyse_all, identity, inflected, missing
from llmrobust.english.clauses import is_command, main_clause, question, statement
from llmrobust.english.noun_phrases import inner, is_plural


def test_tokens_have_lemma_tag_dependency_and_entity() -> None:
    text = analyse("Natalia sold two clips in April.")
    sold, clips, april = text[1], text[3], text[5]
    assert (sold.lemma, sold.tag, sold.dep) == ("sell", "VBD", "ROOT")
    assert (clips.lemma, clips.tag, clips.dep, clips.head) == ("clip", "NNS", "dobj", 1)
    assert april.entity == "DATE"
    assert text.said(2, 3) == text.phrase(3) == "two clips"
    assert [text.said(*span) for span in text.noun_phrases] == ["Natalia", "two clips", "April"]
    assert text.root is sold


def test_every_token_stands_where_it_says() -> None:
    text = analyse("Don't  stop: it's $5 — really!  Go on.")
    assert all(text.text[token.start : token.end] == token.text for token in text.tokens)
    assert [first for first, _ in text.sentences] == sorted(first for first, _ in text.sentences)
    assert text.sentences[-1][1] == len(text) - 1


def test_a_text_without_one_root_has_none() -> None:
    assert analyse("").root is None
    assert analyse("It rained. We left.").root is None


def test_a_text_is_read_once_and_alike_alone_and_among_others() -> None:
    texts = [f"The waiter brought {number} cups of soup to our table." for number in range(40)]
    alone = [analyse(text) for text in texts[:5]]
    analyse_all(texts)
    assert all(analyse(text) is one for text, one in zip(texts[:5], alone, strict=True))
    from llmrobust.english import pipeline

    for text in texts[5:10]:
        among = pipeline._known.pop(text)
        assert analyse(text) == among


@pytest.mark.parametrize(
    ("lemma", "tag", "form"),
    [
        ("sell", "VBD", "sold"), ("eat", "VBN", "eaten"), ("bake", "VBG", "baking"), ("do", "VBZ", "does"),
        ("get", "VBN", "got"), ("child", "NNS", "children"), ("be", "VB", "be"), ("high", "JJR", "higher"),
    ],
)  # fmt: skip
def test_words_are_inflected(lemma: str, tag: str, form: str) -> None:
    assert inflected(lemma, tag) == form


@pytest.mark.parametrize(
    ("sentence", "begins"),
    [
        ("Shipping costs are not refunded.", "shipping"), ("Customer reviews help buyers.", "customer"),
        ("Nobody answered the phone.", "nobody"), ("Natalia sold clips.", "Natalia"), ("Paris is a city.", "Paris"),
        ("I lost my card.", "I"), ("Monday is a holiday.", "Monday"), ("USB cables are cheap.", "USB"),
        ("Neither of them left.", "neither"), ("Janet’s ducks lay 16 eggs.", "Janet’s"),
    ],
)  # fmt: skip
def test_inside_a_sentence_only_names_keep_their_capital(sentence: str, begins: str) -> None:
    text = analyse(sentence)
    said = inner(text, 0, len(text) - 1)
    assert said is not None
    assert said.split()[0] == begins


@pytest.mark.parametrize(
    ("phrase", "plural"),
    [
        ("Two clips", True), ("The clip", False), ("Tom and Anna", True), ("A 200 GB file", False),
        ("Half of the clips", True), ("Half of the water", False), ("Toys, books, and games", True),
    ],
)  # fmt: skip
def test_phrases_are_singular_or_plural(phrase: str, plural: bool) -> None:
    text = analyse(f"{phrase} will be sold.")
    clause = main_clause(text)
    assert clause is not None
    assert is_plural(text, clause.subject) is plural


def test_sentences_ask_state_or_command() -> None:
    asked = question(analyse("If it rains, how many clips did she sell?"))
    assert asked is not None
    assert asked.asking is not None
    assert asked.text.said(*asked.asking) == "how many clips"
    assert question(analyse("She sold clips.")) is None
    assert statement(analyse("She sold clips.")) is not None
    assert statement(analyse("Did she sell clips?")) is None
    assert is_command(analyse("Please sell the clips."))
    assert not is_command(analyse("She sells the clips."))


@pytest.mark.parametrize(
    ("sentence", "subject", "verb"),
    [
        ("How many tomatoes did Freda use?", "Freda", "use"),
        ("How many boxes of pizza did Marie order if each box costs $8.50?", "Marie", "order"),
        ("How much more revenue did the mechanic earn on the day with higher revenue?", "the mechanic", "earn"),
        ("What will her delivery order cost?", "her delivery order", "cost"),
        ("Why are fees charged on cash withdrawals?", "fees", "charged"),
        ("In what ATM can I change my pin?", "I", "change"),
        ("Do cash machines let me change my pin?", "cash machines", "let"),
        ("How many post-it notes were in the package?", None, "were"),
    ],
)
def test_a_question_has_its_verb_where_the_pipeline_reads_a_noun(sentence: str, subject: str | None, verb: str) -> None:
    text = analyse(sentence)
    asked = question(text)
    assert asked is not None
    assert (None if asked.subject is None else text.said(*asked.subject)) == subject
    assert text[asked.verb].text == verb


def test_the_pipeline_names_itself_without_being_loaded() -> None:
    code = (
        "import sys; from llmrobust.english import identity, missing; "
        "print(identity(), '|', missing(), '|', 'spacy' in sys.modules, 'lemminflect' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert out == f"{identity()} | {missing()} | False False"
    assert identity().startswith("en_core_web_")
    assert missing() == ""


def test_suites_without_operators_on_english_load_no_parser(tmp_path) -> None:
    suite = tmp_path / "t.robust.yaml"
    suite.write_text(
        "suite: t\nprompt: '{{ text }}'\nexamples: [{text: 'It works well.'}]\n"
        "perturb: [typo.drop, casing.upper, syntax.passive]\n"
    )
    code = (
        "import sys; from pathlib import Path; from llmrobust.loading import load_suite_file; "
        "from llmrobust.plan import plan_suite; from dataclasses import replace; "
        f"suite = load_suite_file(Path({str(suite)!r}), Path({str(tmp_path)!r})); "
        "plan_suite(replace(suite, perturb=suite.perturb[:2])); print('spacy' in sys.modules); "
        "plan_suite(suite); print('spacy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out == ["False", "True"]
