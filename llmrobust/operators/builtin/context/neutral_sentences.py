"""Sentences that have nothing to do with any prompt: no opinion, no request, no number that could be an answer.

Written for llmrobust, and free to use like the rest of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from llmrobust.operators.lexicons import read_lexicon

SPOKEN = ("en", "de", "zh")
"""The languages that sentences exist in."""


def sentences_in(language: str, kind: Literal["unrelated", "truism", "opener", "proverb"]) -> Sequence[str]:
    """The sentences of a kind in a language other than English."""
    return [said for one, said in read_lexicon(__package__ or "", f"sentences.{language}") if one == kind]


UNRELATED = (
    "The library closes early on weekdays.",
    "A tram runs along the harbour.",
    "The window faces the street.",
    "Snow falls in the mountains during winter.",
    "The baker opens the shop before dawn.",
    "A bridge connects the two banks of the river.",
    "The clock on the tower strikes every hour.",
    "Maple trees lose their leaves in autumn.",
    "The ferry leaves from the old pier.",
    "A path leads through the forest.",
    "The train stops at the next station.",
    "Rain is expected in the afternoon.",
    "The museum is next to the town hall.",
    "Sheep graze on the hill behind the farm.",
    "The neighbour keeps a ladder in the garage.",
    "A lighthouse stands at the end of the bay.",
    "The kettle is on the stove.",
    "Bees collect nectar from flowers.",
    "The road turns left after the church.",
    "A printer stands in the corner of the office.",
    "The tide rises and falls twice a day.",
    "The gardener waters the plants in the evening.",
    "A canal crosses the city centre.",
    "The bus to the airport leaves from the square.",
    "Water freezes at a low temperature.",
    "The bookshelf is made of oak.",
    "A kite was flying over the field.",
    "The post office is across the street.",
    "Fishermen repair their nets on the beach.",
    "The moon was visible above the roofs.",
    "The carpet in the hallway is green.",
    "A cyclist waited at the crossing.",
    "The market takes place on the main square.",
    "The river flows into a lake.",
    "Swallows build their nests under the roof.",
    "The elevator stops on every floor.",
    "A fence surrounds the playground.",
    "The lamp on the desk has a long cable.",
    "The harvest begins at the end of summer.",
    "A stone wall separates the two gardens.",
    "The captain keeps a log of the voyage.",
    "The tailor works on the ground floor.",
    "Fog covered the valley in the morning.",
    "The stairs lead down to the cellar.",
    "A caravan crossed the desert at night.",
    "The orchestra rehearses in the old theatre.",
    "The mill by the stream grinds flour.",
    "A sailboat was anchored near the island.",
    "The map hangs on the wall of the classroom.",
    "Salt dissolves in water.",
    "The conductor checks the tickets on board.",
    "A squirrel ran across the lawn.",
    "The tunnel goes under the hill.",
    "The potter shapes the clay on a wheel.",
    "A calendar hangs beside the door.",
    "The cable car takes visitors to the summit.",
    "The suitcase has two wheels.",
    "Oak trees can live for centuries.",
    "The fountain in the park is switched off in winter.",
    "A row of poplars lines the avenue.",
    "The warehouse is near the railway line.",
    "The telescope points to the north.",
    "A wooden bench stands under the tree.",
    "The courier delivers parcels in the morning.",
)

RELATED = (
    'The word "{word}" appears in many texts.',
    "Somebody else wrote about the {word} too.",
    "A colleague asked about the {word} yesterday.",
    "There was an article about the {word} last year.",
    "A friend also mentioned the {word}.",
    "The {word} came up in a conversation last week.",
    'The word "{word}" is easy to spell.',
    "A different text mentions the {word} as well.",
)
"""Sentences about a word of the input that do not describe it."""

_FUNCTION_WORDS = (
    "about above after again against also although always another anyone anything around because become been before "
    "being below between both came cannot come could does doing done down during each either ever every everyone "
    "everything except found from further gave give going have having here herself himself however into itself just "
    "know like made make many maybe might mine more most much must myself never none nothing often only other others "
    "ourselves over quite rather really said same says seem seems shall should simply since some someone something "
    "still such than that their theirs them themselves then there these they thing things this those though through "
    "thus together told took toward under until upon used very want well went were what whatever when where whether "
    "which while whole whom whose will with within without would your yours yourself"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

_OPINIONS = (
    "amazing awesome bad beautiful best better bomb bore brilliant cheap charm classic clever cool delight disaster "
    "disgrace dull dumb excellent excuse fail failure fault fine flaw flop fool fresh funny garbage gem genius good "
    "great hard hate hero horror joke joy junk kind lack laugh light loss love luck masterpiece mess miracle mistake "
    "nice nightmare pain pity pleasure poor praise pretty problem rare real regret rich rotten scam shame short sick "
    "slow smart success surprise sweet talent terror thrill tired tragedy trash treasure treat triumph trouble true "
    "ugly victory warm waste weak whole winner wonder worse worst worth wrong"
)
OPINIONS = frozenset(_OPINIONS.split())
"""Words that judge, and short adjectives: no topic to write about."""
