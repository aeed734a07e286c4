"""What "it" stands for in the subject's place: "Walking home took an hour." of "It took an hour to walk home."."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import question
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.parsed import joined

_TAKING = frozenset(("take", "cost"))
_JUDGED = frozenset(
    "possible impossible normal hard easy difficult safe expensive necessary important dangerous cheap worthwhile "
    "okay ok allowed".split()
)


def as_subject_clause(text: Analysis) -> str | None:
    """The sentence or question with the clause that "it" announces as its subject; None if it has none that can be."""
    return _taking(text) or _judged(text)


def _taking(text: Analysis) -> str | None:
    """ "How long does walking home take?" of "How long does it take to walk home?", and of statements."""
    verb = next((t for t in text.tokens if t.lemma in _TAKING and t.pos == "VERB"), None)
    it = text.first(verb.index, "nsubj") if verb is not None else None
    if verb is None or it is None or text[it].lower != "it":
        return None
    asked = question(text)
    to = next((t.index for t in text.tokens[verb.index + 1 :] if t.tag == "TO"), None)
    doing = _doing(text, to)
    if to is None or doing is None:
        return None
    if asked is not None:
        plain = asked.start == 0 and asked.asking is not None and text[0].lower == "how" and to == verb.index + 1
        if not plain or asked.subject != (it, it) or verb.index != it + 1:
            return None
        return like(f"{text.said(0, it - 1)} {doing} {verb.text}{_mark(text)}", text)
    measured = any(t.tag == "CD" or t.lower in ("a", "an", "hours", "days") for t in text.tokens[verb.index : to])
    if it != 0 or verb != text.root or not measured or text.text.endswith("?") or verb.tag not in ("VBD", "VBZ", "VB"):
        return None
    if any(t.lower in ("he", "she", "him", "his", "for", "not", "n't") for t in text.tokens[1:to]):
        return None
    return like(joined(doing, text.said(1, to - 1)) + _mark(text), text)


def _judged(text: Analysis) -> str | None:
    """ "Is opening an account possible?" of "Is it possible to open an account?", and of statements."""
    end = text.end
    asks = [t.lower for t in text.tokens[:2]] == ["is", "it"]
    states = [t.lower for t in text.tokens[:2]] == ["it", "is"]
    if len(text) < 6 or not (asks or states) or text[2].lower not in _JUDGED or text[3].tag != "TO":
        return None
    doing = _doing(text, 3)
    if doing is None or end - 3 > 11:
        return None
    if asks:
        return like(f"is {doing} {text[2].text}{_mark(text)}", text) if text.text.endswith("?") else None
    return like(f"{doing} is {text[2].text}{_mark(text)}", text)


def _doing(text: Analysis, to: int | None) -> str | None:
    """ "walking home" of "to walk home" at the end of the sentence; None where more is joined to it."""
    if to is None or to + 1 >= len(text) or text[to + 1].tag not in ("VB", "VBP", "NN"):
        return None
    end, verb = text.end, text[to + 1]
    rest = text.tokens[to + 2 : end + 1]
    if verb.lemma == "be" or any(
        t.text == "," or t.tag in ("WRB", "WP", "TO") or t.lower in ("and", "or", "but", "if", "so") for t in rest
    ):
        return None
    if any(t.lower in ("every", "each") and text[t.index + 1].tag == "CD" for t in rest[:-1]):
        return None  # "to cover every 3 miles": it is how often that is told
    if any(t.tag in ("VBZ", "VBD", "VBP", "MD") for t in rest) or len(rest) > 9 or not rest:
        return None
    return joined(inflected(verb.lemma if verb.tag != "NN" else verb.lower, "VBG"), text.said(to + 2, end))


def _mark(text: Analysis) -> str:
    return text.text[text[text.end].end :]
