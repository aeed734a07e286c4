"""Syntax, style, dialect, discourse."""

from __future__ import annotations

import pytest

from llmrobust.operators import Relation
from llmrobust.operators.builtin.sentences.simple_clauses import is_plural, noun_phrase, read_clause
from tests.operators.prompts import SENTIMENTS, review, values, variants


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("the old waiter brought", "the old waiter"), ("Anna Smith left", "Anna Smith"), ("he left", "he"),
        ("Anna's dog left", ""), ("because it rained", ""), ("my friends watched", "my friends"), ("", ""),
        ("the concert yesterday", "the concert"), ("the man who left", "the man"),
    ],
)  # fmt: skip
def test_noun_phrases_end_where_the_clause_goes_on(text: str, phrase: str) -> None:
    assert noun_phrase(text) == phrase


def test_a_clause_is_read_with_its_object() -> None:
    clause = read_clause("The waiter brought the soup on Monday")
    assert clause is not None
    assert (clause.subject, clause.base, clause.tense, clause.object, clause.rest) == (
        "The waiter", "bring", "past", "the soup", "on Monday",
    )  # fmt: skip
    assert read_clause("Running is fun") is None
    assert is_plural("the children")
    assert not is_plural("the bus")


CASES = [
    ("syntax.passive", "The waiter brought the soup.", "The soup was brought by the waiter."),
    ("syntax.passive", "She cleaned the rooms.", None),
    ("syntax.passive", "The dog chased the cat across the yard.", "The cat was chased across the yard by the dog."),
    ("syntax.passive", "Ann will clean the rooms.", "The rooms will be cleaned by Ann."),
    ("syntax.passive", "Tom has sold two cars.", "Two cars have been sold by Tom."),
    ("syntax.passive", "The boys are painting the house.", "The house is being painted by the boys."),
    ("syntax.passive", "Tom didn't eat the cake.", "The cake wasn't eaten by Tom."),
    ("syntax.passive", "Tom can't open the door.", "The door can't be opened by Tom."),
    ("syntax.passive", "The boy turned on the light.", "The light was turned on by the boy."),
    ("syntax.passive", "I also blocked the card.", "The card was also blocked."),
    ("syntax.passive", "Did you decline my card?", "Was my card declined by you?"),
    ("syntax.passive", "How many clips did Natalia sell in May?", "How many clips were sold by Natalia in May?"),
    ("syntax.passive", "Carla is downloading the 200 GB file.", "The 200 GB file is being downloaded by Carla."),
    ("syntax.passive", "Janet’s ducks lay 16 eggs every day.", None),
    ("syntax.passive", "The trip takes three hours.", None),
    ("syntax.passive", "She hurt herself.", None),
    ("syntax.passive", "She washed the car and left.", None),
    ("syntax.passive", "Jordan gave Robin advice.", None),
    ("syntax.passive", "The book cost ten euros.", None),
    ("syntax.active", "The soup was brought by the waiter.", "The waiter brought the soup."),
    ("syntax.active", "The rooms will be cleaned by her.", "She will clean the rooms."),
    ("syntax.active", "My card has been declined by the shop.", "The shop has declined my card."),
    ("syntax.active", "The book wasn't written by him.", "He did not write the book."),
    ("syntax.active", "The trees are planted by two gardeners.", "Two gardeners plant the trees."),
    ("syntax.active", "The work was finished by Monday.", None),
    ("syntax.it_cleft", "I lost my card.", "It was my card that I lost."),
    ("syntax.it_cleft", "Why was my card declined?", "Why is it that my card was declined?"),
    ("syntax.it_cleft", "A farmer sold ten cows in May.", "It was in May that a farmer sold ten cows."),
    ("syntax.it_cleft", "How do I change my PIN?", "What is it that I have to do to change my PIN?"),
    ("syntax.it_cleft", "There are 20 cars.", None),
    ("syntax.it_cleft", "Shipping costs are not refunded.", None),
    ("syntax.it_cleft", "A robe takes 2 bolts of blue fiber and half that much white fiber.", None),
    ("syntax.it_cleft", "The waiter brought the soup.", None),
    ("syntax.it_cleft", "Ann ate. The waiter brought the soup.", "Ann ate. It was the soup that the waiter brought."),
    ("syntax.it_cleft", "It rained.", None),
    ("syntax.wh_cleft", "The waiter brought the soup.", None),
    ("syntax.wh_cleft", "Ann ate. The waiter brought the soup.", None),
    ("syntax.wh_cleft", "Ann ate. She sells eggs to her friends.", None),
    ("syntax.wh_cleft", "Ann has a plan.", None),
    ("syntax.wh_cleft", "My new PIN needs to be set.", None),
    ("syntax.wh_cleft", "Kylar wants to buy 16 glasses.", "What Kylar wants is to buy 16 glasses."),
    (
        "syntax.wh_cleft",
        "Ann wants eggs. How many does she buy?",
        "Ann wants eggs. What I would like to know is how many she buys.",
    ),
    ("syntax.wh_cleft", "The waiter saw Anna.", None),
    (
        "syntax.wh_cleft",
        "Ben did not help. Natalia sold clips to her friends and bought a book.",
        "Ben did not help. What Natalia did was sell clips to her friends and buy a book.",
    ),
    ("syntax.wh_cleft", "She needs three eggs.", "What she needs is three eggs."),
    ("syntax.wh_cleft", "How many clips did she sell?", "What I would like to know is how many clips she sold."),
    ("syntax.wh_cleft", "The film is good.", None),
    ("syntax.clause_order", "We left because it rained.", "Because it rained, we left."),
    ("syntax.clause_order", "Because it rained, we left.", "We left because it rained."),
    (
        "syntax.clause_order",
        "Shipping costs are not refunded unless the item was faulty.",
        "Unless the item was faulty, shipping costs are not refunded.",
    ),
    (
        "syntax.clause_order",
        "If she sold 3 clips, how many clips are left?",
        "How many clips are left if she sold 3 clips?",
    ),
    ("syntax.clause_order", "Can you check if my card has arrived?", None),
    ("syntax.clause_order", "When Tom arrived, he was tired.", "Tom was tired when he arrived."),
    ("syntax.split", "She washed the car and then cleaned the house.", "She washed the car. Then she cleaned the house."),
    ("syntax.split", "Tom likes tea, but Anna likes coffee.", "Tom likes tea. But Anna likes coffee."),
    ("syntax.split", "My card was stolen, what can I do?", "My card was stolen. What can I do?"),
    ("syntax.split", "He bought pens and pencils.", None),
    ("syntax.coordinate", "She bought 3 apples and 2 pears.", "She bought 2 pears and 3 apples."),
    ("syntax.coordinate", "She sold pens, cups, and books.", "She sold books, cups, and pens."),
    ("syntax.coordinate", "Tom and his dog left.", None),
    ("syntax.coordinate", "A robe takes 2 bolts of blue fiber and half that much white fiber.", None),
    ("syntax.split", "The bowl had a crack, so we left it.", "The bowl had a crack. So we left it."),
    ("syntax.coordinate", "It is small and quiet.", "It is quiet and small."),
    ("syntax.statement", "Where is the station?", "Tell me where the station is."),
    ("syntax.statement", "Why did the waiter leave?", "Tell me why the waiter left."),
    (
        "syntax.statement",
        "Why is my invoice for Q3 higher than the quote?",
        "Tell me why my invoice for Q3 is higher than the quote.",
    ),
    ("syntax.statement", "How many clips did Natalia sell?", "Tell me how many clips Natalia sold."),
    ("syntax.statement", "Who sold the clips?", "Tell me who sold the clips."),
    ("syntax.statement", "Can I use my card abroad?", "Tell me whether I can use my card abroad."),
    ("syntax.statement", "Could you block my card?", "Please block my card."),
    ("syntax.statement", "Why hasn't my card arrived?", "Tell me why my card hasn't arrived."),
    ("syntax.statement", "If it rains, what will you do?", "If it rains, tell me what you will do."),
    ("syntax.statement", "what's her salary?", "tell me what her salary is."),
    ("syntax.statement", "Find the total cost.", "Could you find the total cost?"),
    ("syntax.statement", "I lost my card what do I do?", None),
    (
        "syntax.fronting",
        "How many clips did she sell in April and May?",
        "In April and May, how many clips did she sell?",
    ),
    ("syntax.fronting", "He reads two books every week.", "Every week, he reads two books."),
    ("syntax.fronting", "She put the book on the table.", None),
    ("syntax.fronting", "We saw the play last week.", "Last week, we saw the play."),
    ("style.shorter", "It was actually good.", "It was good."),
    ("style.simplify", "I think that it was very long.", "It was very long."),
    ("style.plain", "We did it in order to win.", "We did it to win."),
    ("style.casual", "The children were there.", "The kids were there."),
    ("style.formal", "The kids were there.", "The children were there."),
    ("dialect.vocabulary", "The truck left.", "The lorry left."),
    ("dialect.aave", "She is leaving now.", "She leaving now."),
    ("dialect.aave", "She doesn't think that anyone could dislike it.", "She don't think that nobody could dislike it."),
    ("dialect.aave", "I didn't know anyone.", "I didn't know nobody."),
    ("syntax.clause_order", "Except on weekends when he walks 10 miles.", None),
    ("dialect.aave", "There are 20 cars.", "It's 20 cars."),
    ("dialect.aave", "I have lost my card.", "I done lost my card."),
    ("dialect.aave", "He works every day.", "He be working every day."),
    ("dialect.aave", "They were late.", "They was late."),
    ("dialect.aave", "Why was my card declined?", "Why my card was declined?"),
    ("dialect.aave", "I am cold.", None),
    ("dialect.indian", "He has two cars.", "He is having two cars."),
    ("dialect.indian", "We left.", None),
    ("dialect.learner", "He reads the book.", "He read book."),
    ("dialect.learner", "Tom plants 10 trees a year.", "Tom plant 10 trees a year."),
    ("discourse.replace", "He stayed because it rained.", "He stayed since it rained."),
    ("discourse.delete", "She also has a dog.", "She has a dog."),
    ("discourse.delete", "Then he ate.", "He ate."),
    ("discourse.delete", "Rosie runs 10 miles. After that, she runs 5 miles.", None),
    ("discourse.replace", "What can I do if it breaks?", None),
    ("discourse.add", "In 1967, the park was a meadow.", None),
    ("discourse.add", "A coda in every sense, the film shows a house.", None),
    ("discourse.add", "They finished the season 14–19.", None),
    ("discourse.add", "My card is lost. I need a refund.", "You see, my card is lost. I need a refund."),
    ("discourse.add", "I need a refund.", "Well, I need a refund."),
    ("discourse.add", "The birds are here. Ann saw 5 of them.", "So, the birds are here. Ann saw 5 of them."),
    ("discourse.replace", "He stayed partly because it rained.", None),
    ("discourse.replace", "He has also painted the house.", "In addition, he has painted the house."),
    ("discourse.reverse", "It rained, but we stayed.", "It rained, so we stayed."),
    ("discourse.add", "Sorry, I can't talk right now. I'm in a meeting with John until 4:30.", None),
    ("discourse.delete", "However, the room was small.", "The room was small."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_sentences_are_rewritten_or_left_alone(name: str, text: str, expected: str | None) -> None:
    params = {"rate": 1.0} if name.startswith(("style.shorter", "dialect.learner", "dialect.aave")) else {}
    assert next(iter(values(name, text, **params).values()), None) == expected


def test_sentences_are_joined_two_ways() -> None:
    assert values("syntax.merge", "Ann bought a car. She sold it in May.") == {
        "and": "Ann bought a car, and she sold it in May.",
        "semicolon": "Ann bought a car; she sold it in May.",
    }


def test_intricate_sentences_are_left_alone() -> None:
    for text in (
        'He said "no" because it rained.',
        "We (all of us) left because it rained.",
        "It was positive because it rained.",
    ):
        assert values("syntax.clause_order", text) == {}, text


def test_verbose_and_longer_add_words_and_keep_the_rest() -> None:
    for name in ("style.verbose", "style.longer", "discourse.add"):
        found = next(iter(values(name, "The room was awful. It was late.").values()))
        assert "room was awful" in found
        assert len(found) > len("The room was awful. It was late.")
    assert values("style.verbose", "Find the key.") == {}, "a command is no statement"


def test_swapped_roles_promise_nothing() -> None:
    found = variants("syntax.role_swap", review("Anna called Ben."), SENTIMENTS)["swapped"]
    assert "Ben called Anna." in found.prompt.messages[0].text


def test_appraisal_follows_a_map_or_promises_nothing() -> None:
    prompt = review("I walked to the beach.")
    plain = variants("appraisal.positive", prompt, SENTIMENTS)["positive"]
    assert plain.relation is None
    mapped = variants("appraisal.positive", prompt, SENTIMENTS, map={"negative": "positive"})["positive"]
    assert (mapped.relation, mapped.answer_map) == (Relation.FOLLOWS, {"negative": "positive"})


def test_markers_are_replaced_by_their_kind_or_the_opposite() -> None:
    same = values("discourse.replace", "However, the room was small.")["replaced"]
    assert same.split(",")[0] in ("Nevertheless", "Still", "Even so")
    other = values("discourse.reverse", "However, the room was small.")["reversed"]
    assert other.split(",")[0] in ("Therefore", "As a result", "Consequently", "Thus")


def test_markers_fit_what_the_sentence_does() -> None:
    rule = "The tenant shall not assign this lease without the consent of the landlord."
    assert values("discourse.add", rule)["added"].startswith(("Note that the", "Please note that the", "For the avoid"))
    for text in ("A robe takes 2 bolts of fiber. It is blue.", "Customer reviews help buyers. They tell a lot."):
        said = values("discourse.add", text)["added"]
        assert said.startswith("So, ")
        assert said.endswith(text[1:])
        assert said[-len(text)].islower(), "no capital inside of a sentence"
    assert values("discourse.add", "The food is awful.")["added"].startswith(("Frankly", "To be honest", "Honestly"))
    assert values("discourse.add", "How do I pay?")["added"] == "So, how do I pay?"
    later = values("discourse.add", "Ann! The robe is in the closet.")["added"]
    assert later.startswith(("Ann! As it happens, the", "Ann! As it turns out, the"))


def test_features_of_a_variety_are_chosen_by_name_and_by_rate() -> None:
    text = "He isn't late. She doesn't have any money. They were late. He needs two pens."
    some = values("dialect.aave", text, features=["aint", "was_for_were"])["0"]
    assert some == "He ain't late. She doesn't have any money. They was late. He needs two pens."
    one = values("dialect.aave", text, rate=0.01)["0"]
    before, after = text.split(), one.split()
    assert sum(a != b for a, b in zip(before, after, strict=False)) <= 1
    assert (
        values("dialect.indian", "The food is good.", features=["invariant_tag"])["0"] == "The food is good, isn't it?"
    )


def test_statements_and_questions_are_joined_by_a_semicolon_alone() -> None:
    assert values("syntax.merge", "I lost my card. How do I block it?") == {
        "semicolon": "I lost my card; how do I block it?"
    }
    assert values("syntax.merge", "I lost my card. But why did I?") == {}
