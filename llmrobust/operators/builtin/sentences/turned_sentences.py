"""A text of a statement and a question in the other order: "Is it lost? My card has not come.", on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis
from llmrobust.english.clauses import question, statement
from llmrobust.operators.builtin.sentences.parsed import is_plain, parsed, whole_sentences
from llmrobust.operators.editing.text_edits import TargetParams
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt

_BACK = frozenset(
    "it its he she him her his they them their this that these those one ones so then there another other others "
    "same such now left remaining total altogether also too either else still and but again".split()
)
"""Words that lean on what was said before."""
_SPEAKERS = frozenset("i my me we our you your".split())
"""Words of a message, which is no story whose things are introduced one by one."""


def both_turned(prompt: Prompt, params: TargetParams, draw: Draw, name: str) -> Iterator[Variant]:
    """The variant with both sentences of a text in the other order, where one asks and the other states."""
    for place, parts, whole in whole_sentences(prompt, params.targets()):
        if len(parts) != 2 or len(whole) != 2 or "\n" in "".join(parts):
            continue
        first, second = parts[0].strip(), parts[1].strip()
        one, two = (parsed(said) if is_plain(said, draw) else None for said in (first, second))
        if one is None or two is None or not can_turn(one, two):
            continue
        lead = parts[0][: len(parts[0]) - len(parts[0].lstrip())]
        between, tail = parts[1][: len(parts[1]) - len(parts[1].lstrip())], parts[1][len(parts[1].rstrip()) :]
        ended = first if first[-1:] in ".!?" else f"{first}."
        yield Variant(prompt.with_texts({place: lead + second + (between or " ") + ended + tail}), name)
        return


def can_turn(one: Analysis, two: Analysis) -> bool:
    """Whether the second of two sentences may come first: one asks, the other states, and it leans on nothing."""
    asks, asks_too = (question(text) is not None and text.text.endswith("?") for text in (one, two))
    states, states_too = (statement(text) is not None and text.text.endswith((".", "!")) for text in (one, two))
    states = states or (one.text.endswith("!") and _tells(one))
    states_too = states_too or (two.text.endswith("!") and _tells(two))
    if not ((states and asks_too) or (asks and states_too)) or len(one) < 4 or len(two) < 4:
        return False
    words = [t.lower for t in two.tokens]
    if leans_back(two) or not {t.lower for t in (*one.tokens, *two.tokens)} & _SPEAKERS:
        return False
    counted = words[:2] in (["how", "many"], ["how", "much"]) and two[2].pos not in ("NOUN", "ADJ", "PROPN")
    said = {t.lemma.lower() for t in one.tokens if t.tag in ("NN", "NNS")}
    known = any(t.tag in ("NN", "NNS") and t.lemma.lower() in said and two[t.left].lower == "the" for t in two.tokens)
    return not counted and not known


def leans_back(text: Analysis) -> bool:
    """Whether a sentence says too little before the one that it follows: "Is it lost?", "Can you explain why?"."""
    return bool({t.lower for t in text.tokens} & _BACK) or any(_asks_bare(text, t.index) for t in text.tokens)


def _asks_bare(text: Analysis, index: int) -> bool:
    """Whether a word asks without a clause of its own, as "why" at the end does."""
    if text[index].tag not in ("WRB", "WP", "WDT"):
        return False
    follows = text[index + 1] if index + 1 < len(text) else None
    return follows is None or follows.pos == "PUNCT" or follows.lower in _AFTER_BARE


_AFTER_BARE = frozenset("please not so or and".split())


def _tells(text: Analysis) -> bool:
    """Whether an exclamation states something: it begins with a subject of a finite verb."""
    root = text.root
    subject = None if root is None else text.first(root.index, "nsubj", "nsubjpass")
    return subject is not None and text[subject].left == 0
