"""Sentences that have nothing to do with any prompt: no opinion, no request, no number that could be an answer.

Written for llmrobust, and free to use like the rest of it.
"""

from __future__ import annotations

UNRELATED = (
    "The word {word} appears in many texts.",
    "Somebody else wrote about the {word} too.",
    "A colleague asked about the {word} yesterday.",
    "There was an article about the {word} last year.",
    "A friend also mentioned the {word}.",
    "The {word} came up in a conversation last week.",
    "The word {word} is easy to spell.",
    "A different text mentions the {word} as well.",
)
"""Sentences about a word of the input that say nothing of what it is like."""

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
