"""Passages are found however a template writes them, and support is judged by more than the answer's string."""

from __future__ import annotations

from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation, Variant
from llmrobust.operators.editing.passages import passages_in
from llmrobust.operators.editing.support import breaks_a_link, supports
from tests.operators.prompts import rendered

BORN, CAPITAL = "Marie Curie was born in Warsaw in 1867.", "Warsaw is the capital of Poland."
QUESTION = "Where was Marie Curie born?"
JOINED = {
    "blank lines": f"{BORN}\n\n{CAPITAL}",
    "numbers": f"[1] {BORN}\n[2] {CAPITAL}",
    "list": f"1. {BORN}\n2. {CAPITAL}",
    "words": f"Document 1: {BORN}\nDocument 2: {CAPITAL}",
    "titles": f"Document [1](Title: Curie) {BORN}\nDocument [2](Title: Poland) {CAPITAL}",
    "bold": f"**Source 1:** {BORN}\n**Source 2:** {CAPITAL}",
    "tags": f"<doc id='1'>{BORN}</doc>\n<doc id='2'>{CAPITAL}</doc>",
    "numbered tags": f"<document_1>\n{BORN}\n</document_1>\n<document_2>\n{CAPITAL}\n</document_2>",
    "headings": f"## Curie\n{BORN}\n## Poland\n{CAPITAL}",
    "bullets": f"- {BORN}\n- {CAPITAL}",
    "rules": f"{BORN}\n---\n{CAPITAL}",
    "lines": f"{BORN}\n{CAPITAL}",
}


@pytest.mark.parametrize("joined", JOINED.values(), ids=JOINED.keys())
def test_one_value_with_joined_passages_is_read(joined: str) -> None:
    found = [joined[start:end] for start, end in passages_in(joined)]
    assert len(found) == 2
    assert found[0].endswith(BORN)
    assert found[1].endswith(CAPITAL)
    made = variants("order.documents", "Context:\n{{ context }}\n\nQuestion: {{ question }}\nAnswer:", joined)
    text = made["reversed"].prompt.messages[0].text
    assert text.index(CAPITAL) < text.index(BORN)
    for mark in ("[1]", "[2]", "1.", "2.", "Document 1:", "</doc>", "---", "**Source 2:**"):
        assert text.count(mark) == f"{joined}".count(mark)


@pytest.mark.parametrize("text", ["One passage only, of one line.", "", "A line\nand another of a poem\nwithout stops"])
def test_one_passage_is_not_cut(text: str) -> None:
    assert passages_in(text) == ()


def variants(
    name: str, template: str, context: Any, field: str = "context", expected: str = "Warsaw", **params: Any
) -> dict[str, Variant]:
    fields = {field: context, "question": QUESTION, "wrong": "Kraków"}
    other = {field: ["Oslo is in Norway.", "The fjord is deep and cold."], "question": "Where is Oslo?"}
    if isinstance(context, str):
        other[field] = "\n\n".join(other[field])
    operator = REGISTRY.get(name)
    assert operator is not None
    draw = Draw(0, name, "e", fields, (), expected, (("e", fields), ("f", other)))
    made = operator.variants(rendered(template, fields), operator.params(**params), draw)
    return {one.name: one for one in made}


LOOP = "{% for d in documents %}[{{ loop.index }}] {{ d }}\n{% endfor %}Question: {{ question }}\nAnswer:"
OBJECTS = "{% for d in docs %}Title: {{ d.title }}\n{{ d.text }}\n{% endfor %}Question: {{ question }}\nAnswer:"


def test_a_loop_without_tags_is_read() -> None:
    text = variants("order.documents", LOOP, [BORN, CAPITAL], "documents")["reversed"].prompt.messages[0].text
    assert text.startswith(f"[1] {CAPITAL}\n[2] {BORN}\n")
    docs = [{"title": "a", "text": BORN}, {"title": "b", "text": CAPITAL}]
    made = variants("order.documents", OBJECTS, docs, "docs")["reversed"].prompt.messages[0].text
    assert made.index(CAPITAL) < made.index(BORN)


def test_a_contradicted_answer_is_not_promised() -> None:
    found = variants("rag.counterfactual", LOOP, [BORN, CAPITAL], "documents", rate=0.5, samples=4)
    for one in found.values():
        text = one.prompt.messages[0].text
        assert "Kraków" in text
        assert one.relation is Relation.NO_PROMISE, text


def test_an_answer_that_more_passages_support_than_contradict_is_promised() -> None:
    documents = [BORN, "Marie Curie, born in Warsaw, studied in Paris.", "Curie: born 1867, in Warsaw, as Marie.", "x"]
    relations = {
        one.relation
        for one in variants("rag.counterfactual", LOOP, documents, "documents", rate=0.25, samples=3).values()
    }
    assert relations == {None}


def test_support_that_is_gone_is_not_promised() -> None:
    for name in ("rag.irrelevant", "rag.mix"):
        for one in variants(name, LOOP, [BORN, CAPITAL], "documents", rate=0.5, samples=6).values():
            text = one.prompt.messages[0].text
            assert (one.relation is None) == (BORN in text), text


@pytest.mark.parametrize(
    ("passage", "question", "answer", "expected"),
    [
        (BORN, QUESTION, "Warsaw", True),
        (CAPITAL, QUESTION, "Warsaw", False),
        ("She was born in Warsaw.", QUESTION, "Warsaw", False),
        ("Emma is a novel by Jane Austen.", "Who wrote Emma?", "Jane Austen", True),
        ("Jane Austen died in Winchester.", "Who wrote Emma?", "Jane Austen", False),
        ("The tower is 330 metres tall.", "How tall is the tower?", "330 metres", True),
        ("The river is 330 metres wide.", "How tall is the tower?", "330 metres", False),
        (BORN, "", "Warsaw", False),
    ],
)
def test_support_is_judged_by_what_is_asked(passage: str, question: str, answer: str, expected: bool) -> None:
    assert supports(passage, question, answer) is expected


def test_a_passage_that_links_the_question_to_its_answer_is_missed() -> None:
    kept = ["Collar cells have tiny hairs that trap the particles."]
    question = "What do choanocytes have to trap the particles?"
    assert breaks_a_link(question, ["Collar cells, or choanocytes, are the work horses of sponges."], kept)
    assert not breaks_a_link(question, ["Sponges live in the sea."], kept)


def test_code_stays_with_what_is_said_before_it() -> None:
    text = "Steps:\n\n    x = f(1)\n\nThen go on.\n\nStop."
    assert [text[a:b] for a, b in passages_in(text)] == ["Steps:\n\n    x = f(1)\n", "Then go on.", "Stop."]
