"""Plain statements of news, stories, encyclopaedias, mail and reviews: what may open, lengthen or stress them."""

from __future__ import annotations

import pytest

from llmrobust.operators import REGISTRY, Draw
from tests.operators.prompts import rendered


def made(name: str, text: str, **params: object) -> set[str]:
    """What an operator makes of a text that is neither a review's nor a problem's, over many examples."""
    operator = REGISTRY.get(name)
    assert operator is not None
    prompt = rendered(
        "{% instruction %}Read what a user sent.{% endinstruction %}\nText: {{ text }}\nAnswer:", {"text": text}
    )
    found = set()
    for n in range(20):
        draw = Draw(0, name, str(n), {"text": text}, (), None)
        for one in operator.variants(prompt, operator.params(target="text", **params), draw):
            said = one.prompt.messages[0].text
            found.add(said.removeprefix("Read what a user sent.\nText: ").removesuffix("\nAnswer:"))
    return found


@pytest.mark.parametrize(
    ("text", "openers"),
    [
        ("The blue whale is the largest animal on Earth.", {"In fact, the", "As a matter of fact, the"}),
        ("The new bridge is longer than the old one.", {"In fact, the", "As a matter of fact, the"}),
        ("The printer stops when the paper tray is empty.", {"Note that the"}),
        ("The supplier may end this agreement.", {"Note that the"}),
        ("the battery is weak and the screen scratches easily.", {"to be honest, the", "honestly, the", "frankly, the"}),
        ("a slow, clumsy thriller that wastes a good cast.", {"in short, a", "all in all, a", "simply put, a"}),
        ("great little cafe with friendly staff.", {"in short, great", "all in all, great", "simply put, great"}),
        ("manages to bore us with a terrible plot.", {"in short, manages", "all in all, manages", "simply put, manages"}),
    ],
)  # fmt: skip
def test_a_lone_statement_is_opened_by_its_kind(text: str, openers: set[str]) -> None:
    rest = text.partition(" ")[2]
    assert {one.removesuffix(f" {rest}") for one in made("discourse.add", text)} == openers


@pytest.mark.parametrize(
    "text",
    [
        "Elin Hilderbrand is an American writer mostly of romance novels.",
        "The mayor opened the new bridge on Saturday.",  # news and stories hold no surprise
        "Shares fell sharply on Monday and the index lost almost 2 percent.",
        "The old man had a dog that nobody liked.",
        "The nurse who works at night has two sons.",
        "Olivia wants to make amends.",
        "Bees are important because they pollinate crops.",
        "After the war, Young was excluded from the amnesty.",  # opened already
        "In the end everybody agreed that the dog had won.",
        "Less commonly, cases of hypersexuality have been reported.",
        "Glutamine synthetase uses ammonia.",  # a name, or a word with a capital of the sentence
        "Carefully remove the cover and disconnect the battery.",  # manuals do not chat
        "Mix the flour with the butter until it looks like crumbs.",
        "I'm sorry I couldn't make it yesterday.",
        "They had already eaten when we arrived, so we ordered a pizza.",
        "a coda in every sense, the film splits time between two accounts.",
        "at times, the suspense is palpable and the plot is clever.",
        "Thank you for your order.",
        "omg that gig was amazing.",
        "Later, the lands were passed to his cousin.",
        "In particular, they may be lampooned for their beliefs.",
        "Hidden by a hill, it is seldom visited.",
        "This led to the war. The town was burnt.",
        "Gene is sewing.",
    ],
)
def test_an_introduction_a_greeting_or_what_is_opened_already_takes_no_opener(text: str) -> None:
    assert not {one for one in made("discourse.add", text) if not one.startswith("So, ")}


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("The team won the cup in 2011.", {"The team won the cup in the year 2011."}),
        ("It often rains in November.", {"It often rains in the month of November."}),
        ("The river destroyed many farms.", {"The river destroyed a large number of farms."}),
        ("Olivia feeds the cat every morning.", {"Olivia feeds the cat each and every morning."}),
        ("Noa intervened to save his life.", {"Noa intervened in order to save his life."}),
        ("Ronald will travel to Iceland.", {"Ronald is going to travel to Iceland."}),
        ("Anna can beat Larry at chess.", {"Anna is able to beat Larry at chess."}),
        ("Anna couldn't open the jar.", {"Anna was not able to open the jar."}),
        ("The dog barked at the postman, so he ran.", {"The dog barked at the postman, and for that reason he ran."}),
        ("The album was made by a band led by Ann.", {"The album was made by a band that was led by Ann."}),
        ("a slow, clumsy thriller.", {"this is a slow, clumsy thriller.", "what we have here is a slow, clumsy thriller."}),
        ("enormously entertaining for all.", {"it is enormously entertaining for all."}),
        ("the teen movie is dull.", {"i must say, the teen movie is dull."}),
        ("The device automatically updates its software once a week.", {"It should be noted that the device automatically updates its software once a week."}),
    ],
)  # fmt: skip
def test_one_thing_is_said_in_more_words(text: str, longer: set[str]) -> None:
    assert made("style.longer", text) - {f"Here are the facts: {text}"} == longer


@pytest.mark.parametrize(
    "text",
    [
        "The mayor opened the new bridge.",  # news
        "When the bell rang, the children ran outside.",  # a story
        "He sat down by the window and drank his tea.",
        "Daniela is also enchanted by Nina.",
        "Glutamine synthetase uses ammonia.",
        "I'm sorry I was late yesterday.",
        "I would appreciate it if you called me back.",
        "I was wondering whether you could send me the invoice.",
        "I have never had a better coffee in this town.",
        "What is the capital of Mongolia, and how many people live there?",
        "at times, the suspense is palpable and clever.",
    ],
)
def test_a_plot_an_apology_and_what_is_polite_already_are_not_lengthened(text: str) -> None:
    assert made("style.longer", text) == set()


def test_a_reason_and_a_contrast_are_said_in_more_words() -> None:
    because = made("style.longer", "Bees matter because they pollinate crops.")
    assert {one.split(" that ")[0] for one in because} >= {
        "Bees matter due to the fact",
        "Bees matter owing to the fact",
    }
    although = made("style.longer", "Although it rained, the show went on.")
    assert "Despite the fact that it rained, the show went on." in although


@pytest.mark.parametrize(
    "kept",
    [
        "He left partly because it rained, and we stayed because of her.",
        "She goes to see him in 1994 and 1996.",
        "So many people cannot help it.",
        "Thank you for almost every letter.",
        "The end leaves the viewer haunted by the waste of talent.",  # what becomes of it
        "Nobody can win, but even the best chef can't make a meal of it.",
        "It is over in every sense.",
    ],
)
def test_what_a_longer_form_would_change_stays(kept: str) -> None:
    words = ("who is", "due to", "owing", "the year", "in order", "able to", "number of", "each and")
    assert not [one for one in made("style.longer", kept) if any(word in one for word in words)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In particular, Reform Jews may be lampooned.", "Reform Jews may be lampooned."),
        ("Later, the lands were passed to his cousin in 1215.", "The lands were passed to his cousin in 1215."),
        ("The rule, of course, is plain.", "The rule is plain."),
        ("Marcia eventually goes to see her.", "Marcia goes to see her."),
        ("He bought a pen as well.", "He bought a pen."),
        ("He bought 3 pens, and then Ann gave him 2.", None),
        ("Ann has 3 pens. Then, Bo gives her 2.", None),
    ],
)
def test_markers_are_taken_away_but_not_the_order_of_numbered_events(text: str, expected: str | None) -> None:
    assert made("discourse.delete", text) == ({expected} if expected else set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beverly thinks that Olivia walked.", "Beverly thinks Olivia walked."),
        ("The museum is located in Leeds.", "The museum is in Leeds."),
        ("Ann, who is a nurse, left.", "Ann, a nurse, left."),
        ("He left in the year 2002.", "He left in 2002."),
        ("the film is both moving and wise.", "the film is moving and wise."),
        ("it was a decision which she regretted.", "it was a decision she regretted."),
        ("the band has once again reinvented itself.", "the band has again reinvented itself."),
        ("what makes it special is that it moves us.", None),
        ("he has a message that he can read minds.", None),
    ],
)
def test_words_that_a_statement_can_spare_go(text: str, expected: str | None) -> None:
    assert made("style.shorter", text) == ({expected} if expected else set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("After the park was opened, it saw many guests.", "Once the park was opened, it saw many guests."),
        ("He left two days after she came.", None),
        ("Marcia initially refuses to see her.", "Marcia at first refuses to see her."),
        ("He failed because of the rain.", "He failed owing to the rain."),
        ("Ann goes to see her.", None),
        ("Also, how much is this fee?", None),  # chat
        ("Unplug the machine and wait ten minutes.", None),  # added, not replaced
        ("Please block the card and send a new one.", None),
        ("Shares in the company fell after it named a new chief.", None),
        ("He used to play the cello, but he has sold it.", "He used to play the cello; however, he has sold it."),
        ("She called him, but he did not answer.", "She called him, yet he did not answer."),
        ("The bus was late, so they walked home.", "The bus was late, and so they walked home."),
    ],
)
def test_links_of_plain_statements_are_replaced(text: str, expected: str | None) -> None:
    assert made("discourse.replace", text) == ({expected} if expected else set())
