"""Red herrings about the people and things of a text itself, with numbers that no question asks for.

As GSM-NoOp has them (Mirzadeh et al. 2024, arXiv 2410.05229): "five of the kiwis were a bit smaller than average".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llmrobust.operators.builtin.values.people import people_of
from llmrobust.operators.builtin.words.fitting import is_named
from llmrobust.operators.builtin.words.morphology import singular
from llmrobust.operators.builtin.words.numbers import VALUES, cardinal
from llmrobust.operators.builtin.words.parts_of_speech import ADJECTIVES, AUXILIARIES, CONJUNCTIONS, PREPOSITIONS
from llmrobust.operators.editing.text_edits import sentences
from llmrobust.seeds import Stream

OF_OBJECTS = (
    "{Count} of the {things} {were} slightly smaller than the others.",
    "{Count} of the {things} {were} a different shade from the rest.",
    "{Count} of the {things} {were} a little heavier than the average one.",
)
"""For things that can be seen and touched."""
OF_ANYTHING = (
    "{Count} of the {things} {were} mentioned in a letter to a friend.",
    "A neighbour heard about {count} of the {things}.",
    "{Count} of the {things} came up in a conversation the day before.",
)
OF_PEOPLE = (
    "{person} has lived at number {number} on the same street for a long time.",
    "The last two digits of {person}'s telephone number are {digits}.",
    "{person} was wearing a shirt with the number {number} on it.",
    "{person}'s locker at the gym is number {number}.",
)
OF_NOBODY = (
    "There is a bus stop {number} metres from here.",
    "The building next door has {number} windows.",
    "A clock on the wall is {number} seconds fast.",
    "The car park behind the building has {number} spaces.",
)
_MANY = "|".join(word for word in VALUES if word not in ("zero", "one"))
_COUNTED = re.compile(
    rf"(?<![\w$£€.,:/-])(?:\d{{1,3}}(?:,\d{{3}})*|{_MANY})\s+"
    r"((?:[a-z]+\s+)?[a-z]{3,})(?=\s|[.,;?!]|\Z)"
)
_OBJECTS = frozenset(
    "eggs clips bolts glasses toys vases trees apples oranges pears lemons bananas peaches plums cherries "
    "grapes berries strawberries pumpkins melons watermelons potatoes carrots tomatoes onions peppers cookies "
    "cakes cupcakes pies donuts muffins brownies candies lollipops sandwiches pizzas burgers flowers roses "
    "tulips daisies plants bushes pots books notebooks comics magazines pens pencils crayons markers erasers "
    "papers cards stickers stamps envelopes letters boxes bags baskets bottles cans jars cups plates bowls "
    "forks spoons knives candles lamps chairs tables desks beds sofas pillows blankets towels shirts shorts "
    "pants dresses skirts jackets coats hats caps gloves socks shoes boots sandals scarves ties bracelets "
    "necklaces rings beads buttons marbles balls bats dolls puzzles blocks bricks tiles stones rocks shells "
    "coins bills cars trucks buses bikes bicycles boats tires wheels phones laptops computers tablets cameras "
    "dvds cds balloons ribbons kites flags posters photos photographs paintings frames dogs cats puppies "
    "kittens rabbits birds ducks chickens hens cows horses pigs sheep goats fish turtles snakes frogs spiders "
    "bees butterflies dinosaurs unicorns legos packages packs bouquets loaves slices sausages pancakes "
    "waffles bagels nuts almonds seeds beans cubes trains".split()
)
_SCALES = frozenset("dozen hundred thousand million billion more less fewer percent extra pairs".split())
_NO_THINGS = frozenset(
    "times hours minutes seconds days weeks months years miles feet inches yards pounds ounces grams "
    "kilograms meters metres liters litres gallons cups teaspoons tablespoons dollars cents euros pence "
    "degrees percent dozens hundreds thousands millions points people children kids students friends members "
    "girls boys men women adults others kilometers quarts units levels floors trips rounds sets halves thirds "
    "fourths kilos pints tons employees workers customers games laps siblings brothers sisters sons daughters "
    "calories servings marks votes clusters scores percentages "
    "teachers guests passengers players plus minus does has was is less".split()
)
"""What counts time, measures or people; nothing of that has a scratch."""


def things_of(text: str) -> Iterator[tuple[str, int]]:
    """(plural noun, how many) of the things that a text counts, in reading order."""
    for found in _COUNTED.finditer(text):
        words = found[1].split()
        if words[0] in _SCALES:
            continue
        if len(words) == 2 and words[0] not in ADJECTIVES:
            if words[0].endswith("s"):
                words = words[:1]
            elif words[1] in AUXILIARIES | PREPOSITIONS | CONJUNCTIONS:
                continue
        noun = words[-1]
        if noun in _NO_THINGS or not noun.endswith("s") or noun.endswith("ss") or singular(noun) == noun:
            continue
        if is_named(text, found.start(1)):
            continue
        raw = found[0].split()[0].replace(",", "")
        yield " ".join(words), int(raw) if raw.isdigit() else VALUES[raw.lower()]


def herrings_about(text: str, stream: Stream) -> list[str]:
    """Sentences about the things and people of a text, or about things nearby where it names none.

    None says how old, rich or far away somebody is: a question may ask for that.
    """
    said = []
    past = len(re.findall(r"\b(?:was|were|had|did|\w+ed|bought|sold|went|ate|gave|took|made)\b", text)) * 2 > len(
        sentences(text)
    )
    for things, count in dict.fromkeys(things_of(text)):
        if count >= 3:
            some = cardinal(2 + stream.below(min(count, 10) - 2)) if count > 2 else "two"
            forms = {"Count": some.capitalize(), "count": some, "things": things, "were": "were" if past else "are"}
            kinds = OF_OBJECTS if things.split()[-1] in _OBJECTS else OF_ANYTHING
            said += [sentence.format(**forms) for sentence in kinds]
    number = 11 + stream.below(80)
    numbers = {"number": str(number), "digits": str(number)}
    given = [name for name, one in people_of([text]).items() if one.role != "surname"]
    said += [sentence.format(person=person, **numbers) for person in given[:3] for sentence in OF_PEOPLE]
    return said or [sentence.format(**numbers) for sentence in OF_NOBODY]


def before_the_question(text: str, added: str) -> str | None:
    """The text with sentences before its last one, if that asks something; None where it does not."""
    parts: Sequence[str] = sentences(text)
    asked = next((i for i in range(len(parts) - 1, -1, -1) if parts[i].strip()), None)
    if asked is None or not parts[asked].rstrip().endswith("?"):
        return None
    start = sum(map(len, parts[:asked]))
    lead = re.match(r"\s*", parts[asked])
    start += lead.end() if lead else 0
    return f"{text[:start]}{added} {text[start:]}"
