"""Replaces words and short phrases by entries of a lexicon, at a rate: what all lexical operators have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from llmrobust.perturb.contract import Draw, Variant
from llmrobust.perturb.pieces import free_stretches
from llmrobust.perturb.spots import RateParams, at_spots, cased_like
from llmrobust.perturb.words.morphology import article
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

_ARTICLE = re.compile(r"(?<![\w'’-])an? \Z", re.IGNORECASE)
_LEAD = re.compile(r"an? ", re.IGNORECASE)
Allowed = Callable[[str, int, int], bool]
"""From a text and a spot to whether the entry that stands there may be replaced."""


class LexiconParams(RateParams):
    """Parameters of lexical operators; what could be edited are the words that the lexicon holds."""

    ladder = (0.1, 0.25, 0.5, 0.75, 1.0)


def by_lexicon(
    prompt: Prompt,
    params: RateParams,
    draw: Draw,
    lexicon: Mapping[str, str | Sequence[str]],
    allowed: Allowed | None = None,
    *,
    keep_case: bool = True,
    fit_article: bool = False,
) -> Iterator[Variant]:
    """Variants with a share of the lexicon's entries in the text replaced by what it gives for them.

    Keys in lower case are found in whatever case. keep_case: the replacement follows the case of what it replaces.
    fit_article: an "a" or "an" right before is replaced with the word, to fit the new one.
    """
    pattern = _pattern(tuple(lexicon))
    lower = {key.lower(): value for key, value in lexicon.items()}

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in free_stretches(text, draw.labels):
            for found in pattern.finditer(text, start, end):
                if allowed is None or allowed(text, *found.span()):
                    before = _ARTICLE.search(text[start : found.start()]) if fit_article else None
                    yield (found.start() if before is None else start + before.start()), found.end()

    def replaced(text: str, start: int, end: int, stream: Stream) -> str:
        old = text[start:end]
        lead = _LEAD.match(old) if fit_article else None
        if lead is not None:
            old = old[lead.end() :]
        given = lower[old.lower().replace("’", "'")]
        new = given if isinstance(given, str) else stream.choice(given)
        new = cased_like(new, old) if keep_case else new
        return new if lead is None else f"{cased_like(article(new), lead[0])} {new}"

    yield from at_spots(prompt, params, draw, spots, replaced, "word")


@lru_cache(maxsize=64)
def _pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    """Any entry as whole words, the longest first; apostrophes may be curly."""
    words = sorted(map(re.escape, entries), key=len, reverse=True)
    joined = "|".join(words).replace("'", "['’]")
    return re.compile(rf"(?<![\w'’-])(?:{joined})(?![\w'’-])", re.IGNORECASE)
