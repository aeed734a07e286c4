"""Clauses, nouns for verbs and joints that read wrongly in some sentences: made where they are right, else left."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

WHO_OR_THAT = [
    ("It is a team led by Ann.", "It is a team that was led by Ann."),
    ("Dr Patel, a surgeon trained in Leeds, arrived.", "Dr Patel, a surgeon who was trained in Leeds, arrived."),
    ("I met a committee elected by the students.", "I met a committee that was elected by the students."),
]
STANDING = [
    ("Last year she joined a company based in Leeds.", "Last year she joined a company that is based in Leeds."),
    ("In 1890 she joined a company based in Leeds.", None),
    ("She lived in a cottage located near a river.", None),
    ("She works for a London-based bank.", "She works for a bank that is based in London."),
    ("The London-based bank fined its traders.", None),
]
RESTRICTING = [
    ("The damaged bridge fell into the river.", None),
    ("A damaged bridge was closed.", None),
    ("He admired a cluster of houses built around a well.", None),
]
OTHER_PRONOUN = [
    ("The team which won last year and which has a new coach lost.", None),
    ("How many people that she invited came?", None),
    ("The car that I bought is red.", "The car I bought is red."),
]
ASKED = [
    ("How much does she earn?", None),
    ("How much did the two coats that she bought cost?", None),
    ("How much money does she raise in May?", "What is the amount of money that she raises in May?"),
]
NOUNS = [
    ("The bank intends to close its plant and to move.", None),
    ("The bank intends to close its plant.", "The bank has the intention of closing its plant."),
    ("They agreed to meet and that nobody would bring guns.", None),
    ("The pool is 25 metres long, 10 metres wide.", None),
    ("The pool is 25 metres long.", "The pool has a length of 25 metres."),
    ("The house is 20 years old.", None),
    ("She complained about the noise.", "She made a complaint about the noise."),
    ("She complained about the noise twice.", None),
    ("People complain about the noise.", None),
    ("The carton holds 24 eggs.", None),
    ("The tank holds 24 gallons.", "The tank has a capacity of 24 gallons."),
    ("I need milk.", None),
    ("I need advice.", "I am in need of advice."),
    ("He visited a branch of the bank.", None),
    ("He visited the museum.", "He paid a visit to the museum."),
    ("How much did he spend on ties?", None),
    ("Why have I been charged a fee?", None),
    ("How long is my transfer wait?", None),
]
MERGED = [
    ("I stayed at home. I was ill.", None),
    ("She is happy. She passed the exam.", None),
    ("He sold the ring. He needed money.", None),
    ("He bought a car. He sold it.", "He bought a car, and he sold it."),
    ("I bought a phone. It was stolen the next day.", "I bought a phone, and it was stolen the next day."),
    ("Ann has two cats. She has a dog.", "Ann has two cats, and she has a dog."),
]
LINKED = [
    ("Press the button and hold it.", None),
    ("He intends to study law and become a judge.", None),
    ("I tried to call you, but your phone was switched off.", None),
    ("I am writing because it has not come, but your shop has charged me.", None),
    ("It rained all day, but the show went on.", "Although it rained all day, the show went on."),
]
APART = [
    ("When will you open on Sunday?", None),
    ("How many pieces did she obtain?", None),
    ("My sister bought a house and painted every room.", "My sister bought a house. She painted every room."),
    ("The king died in 1066 and was succeeded by his son.", "The king died in 1066. He was succeeded by his son."),
    ("My neighbour sold his car and bought a bike.", "My neighbour sold his car. He bought a bike."),
    ("Lena saw her aunt and waved.", "Lena saw her aunt. Lena waved."),
    ("The president signed the bill and left for Rome.", None),
    ("The ministry, an institution known for delays, apologised.", None),
]
CASES = [
    *(("syntax.relative_clause", "clause", *case) for case in (*WHO_OR_THAT, *STANDING, *RESTRICTING)),
    *(("syntax.relative_clause", "pronoun", *case) for case in OTHER_PRONOUN),
    *(("syntax.relative_clause", "asked", *case) for case in ASKED),
    *(("syntax.nominalisation", "noun", *case) for case in NOUNS),
    *(("syntax.merge", "and", *case) for case in MERGED),
    *(("syntax.coordinate", "linked", *case) for case in LINKED),
    *(("syntax.split", "two", *case) for case in APART),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_clause_is_made_where_it_is_right(name: str, variant: str, text: str, expected: str | None) -> None:
    assert values(name, text).get(variant) == expected
