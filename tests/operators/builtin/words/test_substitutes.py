"""Where a lexicon's words may be replaced: what readers of real rows found to be right and wrong."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.sentences import register_lexicon
from llmrobust.operators.builtin.words.hypernyms_and_idioms import DERIVATIONS, IDIOMS
from llmrobust.operators.builtin.words.kinds import FITS
from llmrobust.operators.builtin.words.substitutes import Substitutes
from llmrobust.operators.builtin.words.synonyms import RARER, SYNONYMS
from tests.operators.prompts import values

LEXICONS = {
    "synonyms": SYNONYMS,
    "rarer words": RARER,
    "idioms": IDIOMS,
    "derivations": DERIVATIONS,
    **{
        name.lower(): getattr(register_lexicon, name)
        for name in ("CASUAL", "FORMAL", "PLAIN", "COMPLEX", "OLD_FASHIONED")
    },
}


@pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=LEXICONS)
def test_every_entry_has_a_known_kind_and_changes_something(lexicon: Substitutes) -> None:
    for form, (new, kind, _) in [(form, row) for form, rows in lexicon._entries.items() for row in rows]:
        assert kind in FITS, (form, kind)
        assert new.lower() != form, form
        assert form == form.lower()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("word.synonym", "He buys his house.", "He purchases his home."),
        ("word.synonym", "She needed to put in 4 more.", None),
        ("word.synonym", "I need a card.", "I require a card."),
        ("word.synonym", "I just happened to check it.", None),
        ("word.synonym", "It happened on my account.", "It occurred on my account."),
        ("word.synonym", "He paid within 48 hours.", None),
        ("word.synonym", "Most of the way is the town hall.", None),
        ("style.formal", "I have not received my card.", None),
        ("style.formal", "She wants to buy 16 glasses.", "She wishes to purchase 16 glasses."),
        ("style.formal", "Do I have to pay?", "Am I required to pay?"),
        ("style.formal", "I have to pay.", "I am obliged to pay."),
        ("style.formal", "If it is long, it is good.", None),
        ("style.formal", "If I am ill, who pays?", None),
        ("style.formal", "I need to pay.", "I must pay."),
        ("style.formal", "He starts to run.", None),
        ("style.plain", "She earned $40 a day.", None),
        ("style.plain", "She earns $40 a day.", "She gets $40 a day."),
        ("style.plain", "He has a minimum payment.", None),
        ("style.plain", "The marks obtained by him are low.", None),
        ("style.plain", "It has reduced fat.", None),
        ("style.plain", "They reduced the price.", "They cut the price."),
        ("style.simplify", "She earned $40 a day.", None),
        ("style.complex", "She got a gift.", None),
        ("style.complex", "We have two employees.", "We have two members of staff."),
        ("style.casual", "He was currently in Rome.", None),
        ("style.casual", "Currently, he works there.", "Right now, he works there."),
        ("style.casual", "He is going to the store.", "He's going to the store."),
        ("style.casual", "He is going to buy it.", "He is gonna buy it."),
        ("style.casual", "We left because of the rain.", None),
        ("style.casual", "It costs $2 per egg.", "It costs $2 an egg."),
        ("style.complex", "If it rains, we stay.", "In the event that it rains, we stay."),
        ("style.complex", "I know if it rains.", None),
        ("style.complex", "He walks even if it rains.", None),
        ("style.plain", "A weekly allowance.", None),
        ("style.plain", "It is due to the fact that it rains.", "It is because it rains."),
        ("style.old_fashioned", "Pune lost the match.", None),
        ("word.derivation", "She buys a car, which costs $25.", None),
        ("word.derivation", "He weighs 125 pounds.", None),
        ("word.derivation", "He changed his decision.", None),
        ("word.derivation", "He pays $20.", "He makes a payment of $20."),
        ("word.idiom", "My card was declined.", "My card was turned down."),
        ("word.idiom", "My account has been declined.", None),
        ("word.idiom", "How much does he want to pay?", None),
        ("word.derivation", "Jill gets paid $20 an hour.", None),
        ("word.idiom", "He weighs 2 pounds less than 40 kilos.", None),
        ("word.idiom", "How much did he spend on toys?", "How much did he shell out on toys?"),
        ("word.idiom", "How much time did he spend on toys?", None),
        ("word.idiom", "How much is he paid?", None),
        ("word.idiom", "How much does a cup cost?", "How much does a cup set you back?"),
        ("word.idiom", "He completed the test at a rate of 5.", None),
        ("word.idiom", "He finished his homework.", "He wrapped up his homework."),
        ("word.idiom", "Finally, he has one.", None),
        ("word.idiom", "What should I do if I lost it?", None),
        ("word.idiom", "Someone stole my card.", "Someone made off with my card."),
        ("word.idiom", "My card was stolen.", None),
        ("word.rare", "Each of his children can swim.", None),
        ("word.rare", "He made a quick trip.", None),
        ("word.rare", "How many times did it ring?", None),
        ("style.complex", "If there are now 3, we stay.", None),
        ("style.complex", "He used to be here.", None),
        ("style.formal", "If looking for a ride, who do I ask?", "If seeking a ride, who do I ask?"),
        ("style.simplify", "What is the reason for this fee?", None),
        ("style.plain", "My payments are declining.", None),
        ("style.plain", "My card was declined.", "My card was turned down."),
        ("word.synonym", "I have not received it.", None),
        ("word.idiom", "He earned less than 40 euros.", "He earned south of 40 euros."),
        ("word.synonym", "Ann laughed at adams ' attempts to get home.", None),
        ("word.synonym", "We attempt to get home.", "We try to get home."),
        ("word.rare", "Please, it's urgent.", None),
        ("word.rare", "Please explain it.", "Kindly explain it."),
        ("word.rare", "He finished his homework.", None),
        ("word.rare", "He sold 10 times as many copies.", None),
        ("word.idiom", "She teaches 5 classes every day, on the weekdays.", None),
        ("word.idiom", "She swims each day.", None),
        ("word.idiom", "He spent $200 on ties.", None),
        ("word.idiom", "He spent $5.50 more than Ann.", None),
        ("word.idiom", "He spent $200.", "He shelled out $200."),
        ("word.idiom", "It weighs about 200 pounds.", "It weighs in the region of 200 pounds."),
        ("word.idiom", "It weighs only about 200 pounds.", None),
        ("word.idiom", "It weighs about 3 pounds.", None),
        ("word.idiom", "I waited longer than expected for my card.", None),
        ("word.derivation", "I want to track my card.", None),
        ("word.derivation", "I need a card.", None),
        ("word.derivation", "I did not receive the money.", None),
        ("word.derivation", "I want to update my name to Ann.", None),
        ("word.derivation", "I want to visit my aunt.", "I want to pay a visit to my aunt."),
        ("word.derivation", "Ted was planning to bring salad.", None),
        ("word.derivation", "They eat 2 eggs a day.", "They eat 2 eggs daily."),
        ("word.derivation", "He runs 3 days a week.", None),
        ("word.derivation", "How much does he use every month?", "How much does he use on a monthly basis?"),
        ("word.derivation", "I want to report my stolen card.", "I want to report the theft of my card."),
        ("word.derivation", "It was divided equally.", "It was divided into equal parts."),
        ("word.idiom", "How can I change my PIN?", "How can I go about changing my PIN?"),
        ("word.idiom", "He works 8 hours a day.", "He puts in 8 hours a day."),
        ("word.idiom", "He works 8 miles from home.", None),
        ("word.idiom", "How much money did she make in 1 week?", None),
        ("word.idiom", "How much money did she make per day?", "How much money did she bring in per day?"),
        ("word.idiom", "How much soup did she make for $5?", None),
        ("word.idiom", "Calculate the sum.", "Work out the sum."),
        ("word.idiom", "She decides to leave.", "She makes up her mind to leave."),
        ("word.idiom", "When will I get my card?", "When will I get my hands on my card?"),
        ("word.idiom", "When will I get my card back?", None),
        ("spelling.chat", "I need a card.", None),
        ("spelling.chat", 'Spell "tomorrow".', None),
        ("word.expand", "What's the rate? She's gone. Let's see.", "What is the rate? She's gone. Let us see."),
        ("word.contract", "What is the rate?", "What's the rate?"),
        ("word.abbreviate", "She ran 3 miles in many hours.", "She ran 3 mi in many hours."),
        ("word.intensify", "How much does he need to pay?", "Exactly how much does he need to pay?"),
        ("word.intensify", "I need help.", "I really need help."),
        ("word.irregular_verb", "She bought it.", "She buyed it."),
        ("style.shorter", "She says that her car is red.", "She says her car is red."),
        ("style.simplify", "Could you please cancel my card?", "Cancel my card."),
    ],
)
def test_words_are_replaced_where_they_fit(name: str, text: str, expected: str | None) -> None:
    found = next(iter(values(name, text, **({} if name == "style.simplify" else {"rate": 1.0})).values()), None)
    assert found == expected


def test_a_word_of_size_on_a_scale_stays_and_articles_follow() -> None:
    assert values("word.rare", "He saw a small woman.", rate=1.0)["0"] == "He saw a diminutive woman."
    assert values("word.hypernym", "She ate a pizza.", rate=1.0)["0"] == "She ate a dish."
    assert values("word.rare", "It is a hard, small, large thing.", rate=1.0) == {}
