"""A question as a sentence that says what it takes for granted and a short question, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, question, statement
from llmrobust.english.noun_phrases import inner, like, raised
from llmrobust.operators.builtin.sentences.question_shapes import possible_apart, wish_apart
from llmrobust.operators.builtin.sentences.questions import indirect

_UNWANTED = frozenset(
    "be have need know think feel lose fall happen do seem come qualify pay owe wait understand believe deserve "
    "get go".split()
)
"""Verbs of what nobody sets out to do, or that "do that" does not stand for."""
_WISHED = frozenset(
    "change open cancel use add transfer send withdraw order update activate reactivate link verify return exchange "
    "book request stop delete close choose set reset unblock track buy link top".split()
)
"""What somebody wants who asks whether it can be done."""
_HELPERS = frozenset("do can could might".split())
_ANY = frozenset("any anyone anything anybody anywhere either ever".split())


def asked_apart(text: Analysis) -> str | None:
    """The question as a statement and a short question; None if it is none that can be told apart so."""
    shapes = (_wish_and_question, _why, _how_come, _unknown, wish_apart, possible_apart)
    return next((halves for shape in shapes if (halves := shape(text)) is not None), None)


def _wish_and_question(text: Analysis) -> str | None:
    """ "I want to track my card. How do I do that?" of "How do I track my card?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.start != 0 or asked.verb == asked.finite:
        return None
    first, last = asked.subject
    verb, finite = text[asked.verb], text[asked.finite]
    yes_no = asked.asking is None
    if first != last or text[first].lower not in ("i", "we") or verb.tag not in ("VB", "VBP") or verb.pos != "VERB":
        return None
    if not yes_no and (asked.asking != (0, 0) or text[0].lower not in ("how", "where")):
        return None
    if finite.lower not in _HELPERS or (yes_no and finite.lower == "do"):
        return None
    if last + 1 != verb.index or verb.lemma in _UNWANTED or (yes_no and verb.lemma not in _WISHED):
        return None
    end = text.end
    rest = text.tokens[verb.index : end + 1]
    if any(t.lower in _ANY or t.tag in ("WP", "WRB") or t.text in (",", "?") or t.dep == "parataxis" for t in rest):
        return None
    later = [i for i in text.dependents(verb.index, "advcl") if text[text[i].left].lower not in ("after", "before")]
    if later or text.dependents(verb.index, "conj", "neg") or verb.right < end:
        return None
    who = "I" if text[first].lower == "i" and text.text[:1].isupper() else text[first].text
    said = f"{who} want to {text.said(verb.index, end)}"
    asking = "" if yes_no else text[0].text
    short = raised(f"{asking} {finite.lower} {who} do that".strip())
    return f"{like(said, text)}. {short}{text.text[text[end].end :]}"


def _why(text: Analysis) -> str | None:
    """ "My card was declined. Why?" of "Why was my card declined?"."""
    asked, said = question(text), indirect(text)
    if asked is None or said is None or asked.start != 0 or asked.asking != (0, 0) or text[0].lower != "why":
        return None
    finite = text[asked.finite].lower
    if asked.subject is not None and text[asked.subject[1]].lower in ("this", "that", "it"):
        return None
    if asked.subject is None or finite in ("would", "should", "could", "might", "will") or not text.text.endswith("?"):
        return None
    if any(t.lower in _ANY or t.text == "," or t.dep == "parataxis" for t in text.tokens):
        return None
    return f"{raised(said.words[1])}. Why?"


def _how_come(text: Analysis) -> str | None:
    """ "You charge for that. How come?" of "How come you charge for that?"."""
    if len(text) < 5 or (text[0].lower, text[1].lower) != ("how", "come") or not text.text.endswith("?"):
        return None
    if any(t.lower in _ANY or t.text == "," for t in text.tokens) or text[2].pos not in ("PRON", "DET", "PROPN"):
        return None
    subjects = [t for t in text.tokens[2:] if t.dep in ("nsubj", "nsubjpass", "expl") and t.left == 2]
    if not any(t.head > t.right and text[t.head].tag not in ("VBG", "TO") for t in subjects):
        return None
    return f"{raised(text.said(2, text.end))}. How come?"


def _unknown(text: Analysis) -> str | None:
    """ "My payment failed. I don't know why." of "I don't know why my payment failed."."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range != (0, 0) or root.lemma not in ("know", "understand"):
        return None
    told = text.first(root.index, "ccomp")
    if told is None or clause.negation is None or any(text[i].dep in ("conj", "parataxis") for i in root.children):
        return None
    opening, inside, end = text[text[told].left], clause_at(text, told), text.end
    if opening.lower != "why" or opening.index != root.index + 1 or text[told].right != end or inside is None:
        return None
    who = inner(text, 0, root.index)
    anew = text[inside.subject].lower in ("he", "she", "they") and text[0].tag != "PRP"
    if (
        anew
        or text.dependents(told, "conj")
        or inside.is_inverted
        or who is None
        or any(t.text == "," or t.lower in _ANY for t in text.tokens)
    ):
        return None
    return f"{raised(text.said(opening.index + 1, end))}. {raised(who)} why{text.text[text[end].end :]}"
