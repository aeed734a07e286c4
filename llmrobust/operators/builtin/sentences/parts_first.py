"""A part, a price, a container or an aim at the front: "Of the eggs, Ann sold 2.", on the parse.

Each function gives the new sentence, or None where the sentence has another shape or the result would be no English.
"""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import question, statement
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.parsed import joined, moved_first
from llmrobust.operators.builtin.sentences.times_first import RATED

_CLAUSAL = frozenset("conj cc ccomp relcl acl advcl parataxis".split())
_BOUGHT = frozenset("buy purchase".split())
_WHOLES = frozenset("the his her their my our these those".split())


def part_first(text: Analysis) -> str | None:
    """The sentence with one of these at its front; None if it has none."""
    ways = (part_of_whole_first, price_first, taken_first, container_first, number_in_first, asked_rate_first)
    return next((new for way in ways if (new := way(text)) is not None), None)


def part_of_whole_first(text: Analysis) -> str | None:
    """ "Of the eggs, Ann sold 2." of "Ann sold 2 of the eggs."."""
    verb = _plain_statement(text)
    thing = text.first(verb, "dobj") if verb is not None else None
    if verb is None or thing is None or text[thing].left != verb + 1 or text[verb].lemma in ("have", "be"):
        return None
    of = next((i for i in text.dependents(thing, "prep") if text[i].lower == "of"), None)
    whole = text.first(of, "pobj") if of is not None else None
    counted = text[thing].tag == "CD" or text[thing].lower in ("half", "third", "quarter")
    if of is None or whole is None or not counted or text[of].right != text.end or of != thing + 1:
        return None
    return moved_first(text, of, text.end) if text[text[whole].left].lower in _WHOLES else None


def price_first(text: Analysis) -> str | None:
    """ "For $19, Kyle bought a book." of "Kyle bought a book for $19."."""
    verb = _plain_statement(text)
    thing = text.first(verb, "dobj") if verb is not None else None
    if verb is None or thing is None or text[verb].lemma not in _BOUGHT or text[thing].tag != "NN":
        return None
    price = next((t for t in text.tokens[thing:] if t.lower == "for" and t.right == text.end), None)
    paid = text.first(price.index, "pobj") if price is not None else None
    if price is None or paid is None or text[paid].entity != "MONEY" or text[text[thing].left].tag not in _DETERMINED:
        return None
    return moved_first(text, price.index, text.end)


_DETERMINED = ("DT", "PRP$", "JJ", "NN", "NNP")


def taken_first(text: Analysis) -> str | None:
    """ "To walk home, how long does it take?" of "How long does it take to walk home?", and of statements."""
    verb = next((t for t in text.tokens if t.lemma in ("take", "cost") and t.pos == "VERB"), None)
    it = text.first(verb.index, "nsubj") if verb is not None else None
    if verb is None or it is None or text[it].lower != "it" or verb != text.root:
        return None
    asked = question(text)
    asks = asked is not None and asked.start == 0 and asked.asking is not None and text[0].lower == "how"
    if not asks and (it != 0 or not text.text.endswith(".")):
        return None
    to = next((t.index for t in text.tokens[verb.index + 1 :] if t.tag == "TO"), None)
    if to is None or text[to + 1].tag != "VB" or text[to + 1].right != text.end or text.end - to < 2:
        return None
    if any(t.text == "," or t.dep in ("ccomp", "relcl", "advcl", "mark") for t in text.tokens if t.index != to + 1):
        return None
    before = text[to - 1]
    named = any(t.tag in ("PRP", "PRP$") and t.lower != "it" for t in text.tokens[to:])
    fits = (before.pos not in ("ADP", "ADJ") and not named) or before.index == verb.index
    return moved_first(text, to, text.end) if fits else None


def container_first(text: Analysis) -> str | None:
    """ "In the tank, how much water is there?" of "How much water is in the tank?"."""
    asked, end = question(text), text.end
    if (
        asked is None
        or asked.start
        or asked.asking is None
        or text[asked.finite].lower not in ("is", "are", "was", "were")
    ):
        return None
    place = text[asked.finite + 1]
    if text[0].lower != "how" or text[1].lower not in ("many", "much") or place.lower not in ("in", "on"):
        return None
    thing = text.first(place.index, "pobj")
    if asked.asking[1] < 2 or thing is None or place.right != end or text[text[thing].left].lower not in _WHOLES:
        return None
    if any(t.dep in _CLAUSAL or t.text == "," for t in text.tokens):
        return None
    main, mark = inner(text, 0, asked.finite), text.text[text[end].end :]
    return None if main is None else like(f"{text.said(place.index, end)}, {main} there{mark}", text)


def number_in_first(text: Analysis) -> str | None:
    """ "In the house, what is the number of rooms?" of "What is the number of rooms in the house?"."""
    asked, end = question(text), text.end
    if asked is None or asked.start or text[0].lower != "what" or text[asked.finite].lemma != "be":
        return None
    counted = next((t for t in text.tokens[asked.finite + 1 :] if t.dep == "nsubj"), None)
    if (
        counted is None
        or counted.lemma not in ("number", "total", "amount")
        or any(t.dep in _CLAUSAL for t in text.tokens)
    ):
        return None
    for token in text.tokens[counted.index + 2 : end]:
        thing = text.first(token.index, "pobj") if token.lower in ("in", "on", "at") and token.right == end else None
        if thing is not None and text[text[thing].left].lower in _WHOLES:
            return moved_first(text, token.index, end)
    return None


def asked_rate_first(text: Analysis) -> str | None:
    """ "In a week, how many hours does he work?" of "How many hours a week does he work?"."""
    asked = question(text)
    if asked is None or asked.start or asked.asking is None or text[0].lower != "how" or asked.asking[1] < 4:
        return None
    last = asked.asking[1]
    if text[last].lower not in RATED or text[last - 1].lower not in ("a", "per", "each", "every"):
        return None
    if text[last - 2].tag not in ("NN", "NNS") or any(t.lower in RATED for t in text.tokens[last + 1 :]):
        return None
    rate = text[last - 1].lower
    lead = f"{rate if rate in ('each', 'every') else 'in a'} {text[last].lower}"
    main = inner(text, 0, last - 2)
    return None if main is None else like(f"{lead}, {joined(main, text.text[text[last + 1].start :])}", text)


def _plain_statement(text: Analysis) -> int | None:
    """The verb of a statement of one clause."""
    clause = statement(text)
    plain = clause is not None and clause.subject_range[0] == 0 and clause.negation is None
    if clause is None or not plain or any(t.dep in _CLAUSAL or t.text == "," for t in text.tokens):
        return None
    return clause.verb
