"""Clauses of news, stories, encyclopaedias, reviews and mail: joined, taken apart, described, said with a noun, or kept."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

APART = [
    ("He was appointed captain and took part in the siege.", "He was appointed captain. He took part in the siege."),
    ("The committee met on Monday and approved the plan.", "The committee met on Monday. It approved the plan."),
    ("The storm hit the village and destroyed it.", "The storm hit the village. The storm destroyed it."),
    ("The firm was founded in 1919 and moved to Leeds.", "The firm was founded in 1919. It moved to Leeds."),
    ("Every guest came late and left early.", None),
    ("The film is short, dull and has no ending.", None),
    ("Kai had thought and hoped that she would win.", None),
    ("She said that Tom came home and left again.", None),
    ("Emma agrees to go, but after she has slept.", None),
    ("Ava pursues Mia, although she plays hard to get.", "Ava pursues Mia. However, she plays hard to get."),
    ("He ate breakfast before he went to school.", "He ate breakfast. Then he went to school."),
    ("She left two days before he arrived.", None),
    ("The shop is closed since few people come.", "The shop is closed. This is because few people come."),
    ("The bridge, which was built in 1920, collapsed.", "The bridge was built in 1920. It collapsed."),
    ("She married Tom, who worked at a bank.", "She married Tom. He worked at a bank."),
    ("London, a city of nine million people, has many parks.", "London is a city of nine million people. It has many parks."),
    ("It is a lovely film with lovely performances.", "It is a lovely film. It has lovely performances."),
    ("I lost my card, I need a new one.", "I lost my card. I need a new one."),
    ("He lost his card, he said.", None),
    ("Robin didn't know why she had bad luck.", None),
    ("Cameron went to the shop to meet her mother.", None),
]  # fmt: skip
AT_A_MARK = [
    ("The tree is thick; it will not fall.", "The tree is thick. It will not fall."),
    ("i had to look away - this was god awful.", "i had to look away. this was god awful."),
    ("Bring pens; paper; glue.", None),
]
DESCRIBED = [
    ("Tom, a farmer, had five cows.", "Tom, who was a farmer, had five cows."),
    ("Berlin, the capital of Germany, has many lakes.", "Berlin, which is the capital of Germany, has many lakes."),
    ("Ann Lee, the head of the firm, resigned.", None),
    ("He fired his servant, Luigi.", None),
    ("She met Tom, a doctor, and Ann at the party.", None),
    ("I read a book written by a friend of mine.", "I read a book that was written by a friend of mine."),
    ("The law banning smoking takes effect in May.", "The law that bans smoking takes effect in May."),
    ("It contains material relating to health.", "It contains material that relates to health."),
    ("The fear of prices rising again is real.", None),
    ("a sometimes tedious film.", "a film that is sometimes tedious."),
    ("a smart, witty comedy.", "a comedy that is smart and witty."),
    ("She bought a very expensive phone.", "She bought a phone that was very expensive."),
    ("She had a very good time.", None),
    ("He is a very heavy smoker.", None),
    ("It is a very long film.", None),
    ("The Paris-based firm makes shoes.", None),
    ("We hired a Berlin-based lawyer.", None),
    ("The affected customers will be told.", "The customers who are affected will be told."),
    ("She is a tall woman with green eyes.", "She is a tall woman who has green eyes."),
    ("We had a talk with new customers.", None),
    ("the quality of the art combined with humor is high.", None),
]
REDUCED = [
    ("The book that was written by Ann sold well.", "The book written by Ann sold well."),
    ("Bath, which is a city in England, grew.", "Bath, a city in England, grew."),
    ("The trilogy that was never planned is over.", None),
]
OTHER_PRONOUN = [
    ("If he doesn't return the money he will tell Rod.", None),
    ("She kept the money he gave back.", "She kept the money that he gave back."),
]
LINKED = [
    ("The committee met on Monday and approved the plan.", "The committee met on Monday, and it approved the plan."),
    ("She called the bank, and she asked for help.", "She called the bank and asked for help."),
    ("I tried the app, but I could not log in.", "I tried the app but could not log in."),
    ("Tom met Bill, and he left the shop.", None),
    ("She was tired and she was hungry.", None),
    ("It has a natural, unforced style.", "It has a natural and unforced style."),
    ("Carl lent a book, but the book never came back.", "Although Carl lent a book, the book never came back."),
]
SWAPPED = [
    ("a delectable and intriguing thriller.", "an intriguing and delectable thriller."),
    ("It looks as good or better than before.", None),
]
NOUNS = [
    ("After he died in 1990, the house was sold.", "After his death in 1990, the house was sold."),
    ("She moved after her father died.", "She moved after her father's death."),
    ("He stayed until the war ended.", "He stayed until the end of the war."),
    ("The film sold well after it was released in May.", "The film sold well after its release in May."),
    ("Nobody has seen him since he returned from Rome.", "Nobody has seen him since his return from Rome."),
    ("She was sad since he returned from Rome.", None),
    ("We left after they died.", None),
    ("Nathan warns Vince that he will leave.", "Nathan gives Vince a warning that he will leave."),
    ("The minister claimed that taxes would fall.", "The minister made the claim that taxes would fall."),
    ("Studies claim that diets fail.", None),
    ("Gennie becomes interested in Emma.", "Gennie develops an interest in Emma."),
    ("Carcetti is dubious about working with Davis.", "Carcetti has doubts about working with Davis."),
    ("He hugged Anna at the station.", "He gave Anna a hug at the station."),
    ("Carson kissed Alex gently on the cheek.", None),
    ("Tony helped Jeff because he needed help.", None),
    ("Smoking contributes to illness.", None),
]
MERGED = [
    ("and", "It was late. But we stayed until the end.", "It was late, but we stayed until the end."),
    ("and", "The printer broke. So we called the help desk.", "The printer broke, so we called the help desk."),
    ("semicolon", "The train was late. However, nobody complained.", "The train was late; however, nobody complained."),
    ("semicolon", "The food was cold, the waiter was rude.", "The food was cold; the waiter was rude."),
    ("semicolon", "When it rains, the roof leaks.", None),
    ("and", "I love pizza. Almonds grow on trees.", None),
]
CASES = [
    *(("syntax.split", "two", *case) for case in APART),
    *(("syntax.split", "mark", *case) for case in AT_A_MARK),
    *(("syntax.relative_clause", "clause", *case) for case in DESCRIBED),
    *(("syntax.relative_clause", "reduced", *case) for case in REDUCED),
    *(("syntax.relative_clause", "pronoun", *case) for case in OTHER_PRONOUN),
    *(("syntax.coordinate", "linked", *case) for case in LINKED),
    *(("syntax.coordinate", "swapped", *case) for case in SWAPPED),
    *(("syntax.nominalisation", "noun", *case) for case in NOUNS),
    *(("syntax.merge", *case) for case in MERGED),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_plain_statement_is_said_otherwise_or_kept(name: str, variant: str, text: str, expected: str | None) -> None:
    assert values(name, text).get(variant) == expected
