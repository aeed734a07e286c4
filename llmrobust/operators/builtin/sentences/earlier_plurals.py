"""Whether "they" of nobody in particular would be taken for those whom a text has named already."""

from __future__ import annotations

from collections.abc import Sequence

from llmrobust.english import Analysis, Token, analyse
from llmrobust.operators.builtin.sentences.noun_kinds import acts_of_itself
from llmrobust.operators.editing.text_edits import sentences

_MEASURES = ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY")


def may_be_they(text: Analysis, end: int, before: str) -> bool:
    """Whether a plural noun, or several names, stand before a token of a sentence, or in the text before it."""
    earlier = (analyse(part.strip()) for part in sentences(before) if part.strip())
    return _names_several(text, text.tokens[:end]) or any(_names_several(one, one.tokens) for one in earlier)


def _names_several(text: Analysis, tokens: Sequence[Token]) -> bool:
    return any(
        (t.tag in ("NNS", "NNPS") and t.entity not in _MEASURES)
        or (t.dep == "conj" and t.pos in ("NOUN", "PROPN") and acts_of_itself(text, t.index))
        for t in tokens
    )
