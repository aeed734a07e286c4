"""A question for what a relative clause describes: "What is the number of eggs that she sold?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import question
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.question_shapes import steps_cleft
from llmrobust.operators.builtin.sentences.questions import indirect

_GOING = frozenset("travel run walk drive ride swim fly bike hike cover throw jump go".split())
"""Verbs that say how far."""
_CURRENCIES = frozenset("dollar cent pound euro penny".split())
_PRICED = frozenset("cost earn weigh owe charge pay".split())
_NOT_DESCRIBED = frozenset("kind kinds sort type types time age".split())
"""Nouns that are asked for and take no plain "that": "What age can I open an account?"."""


def asked_by_clause(text: Analysis) -> str | None:
    """ "What is the number of eggs that she sold?" of "How many eggs did she sell?"; None where that is no English."""
    said, asked = indirect(text), question(text)
    if said is None or asked is None or said.yes_no or not text.text.endswith("?") or asked.asking is None:
        return None
    if text[asked.finite].lemma == "be" and asked.verb == asked.finite:
        return None
    before = {b.lower for b, t in zip(text.tokens, text.tokens[1:], strict=False) if t.lower == "total"}
    if before - {"in", "a", "the"} and any(t.lemma == "cost" for t in text.tokens):
        return None  # "How much will it cost total?"
    plain = text.said(*asked.asking).lower() == "how much"
    if plain and text[asked.verb].lemma in _PRICED:
        return None  # nobody asks for "the amount that it costs"
    if asked.subject is not None and any(
        t.dep in ("relcl", "acl") for t in text.tokens[asked.asking[0] : max(asked.subject) + 1]
    ):
        return None
    lead, clause = said.words
    words = lead.split()
    if asked.subject is not None and text[asked.subject[0]].lower in ("it", "there"):
        return None
    if said.wh == "why" and len(words) == 1:
        new = f"what is the reason why {clause}"
    elif steps_cleft(text) is not None and asked.subject is not None:
        task = text.said(asked.verb, len(text) - 2)
        new = f"what are the steps that {text.said(*asked.subject)} need to take to {task}"
    else:
        thing = _counted(text, asked.asking)
        if thing is None or _leaves_preposition(text, asked.asking[1]):
            return None
        several = words[0].lower() in ("what", "which") and text[asked.asking[1]].tag == "NNS"
        new = f"what {'are' if several else 'is'} the {thing} that {clause}"
    return like(f"{said.before}{new}?", text)


def _counted(text: Analysis, asking: tuple[int, int]) -> str | None:
    """ "number of eggs" of "how many eggs", "amount of money" of "how much money", "speed" of "what speed"."""
    first, last = asking
    words = [t.lower for t in text.tokens[first : last + 1]]
    if any(
        t.text == "," or t.lower == "until" or t.tag in ("MD", "VBD", "VBZ", "VBP", "EX")
        for t in text.tokens[first : last + 1]
    ):
        return None
    if words[0] == "how" and len(words) > 2 and words[1] in ("many", "much"):
        if words[2] in ("in", "of", "is", "are", "times", "more", "less", "longer", "further", "farther", "fewer"):
            return None
        noun = text[last] if text[last].tag in ("NN", "NNS") else None
        if noun is None or any(
            t.tag in ("JJR", "RBR") or t.lower in ("total", "that") for t in text.tokens[first:last]
        ):
            return None
        if words[1] == "much" and text[len(text) - 2].lower == "be":
            return None  # "how much profit would this be?"
        if noun.lemma in _CURRENCIES:
            plain = noun.lower == "dollars" and first + 2 == last and not any(t.lemma == "cent" for t in text.tokens)
            return "amount of money" if plain else None
        return f"{'number' if words[1] == 'many' else 'amount'} of {text.said(first + 2, last)}"
    if words == ["how", "much"]:
        return "amount"
    if words == ["how", "long"] and not any(t.lemma == "be" for t in text.tokens[last : last + 6]):
        return "amount of time"
    if words == ["how", "far"] and any(t.lemma in _GOING for t in text.tokens[last:]):
        return "distance"
    if "of" in words or words[0] not in ("what", "which") or len(words) < 2 or text[first + 1].tag not in ("NN", "JJ"):
        return None
    if any(t.lower == "be" and t.dep not in ("aux", "auxpass") for t in text.tokens[last:]):
        return None  # "What age do I have to be?"
    named = words[1] not in _NOT_DESCRIBED and text[last].tag in ("NN", "NNS")
    return text.said(first + 1, last) if named else None


def _leaves_preposition(text: Analysis, asking: int) -> bool:
    """Whether a preposition after what is asked for has nothing after it: "How many points will they win by?"."""
    return any(
        t.dep == "prep" and t.pos == "ADP" and t.right == t.index and t.index > asking
        for t in text.tokens[: text.end + 1]
    )
