"""Two things that one sentence tells, in a sentence each: "She sold 3 cups. She also sold 2 plates.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, statement
from llmrobust.english.noun_phrases import inner, is_plural, raised
from llmrobust.operators.builtin.sentences.parsed import joined
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.values.people import GIVEN

_TOGETHER = frozenset(
    "mix combine compare add multiply divide blend join link share swap split exchange trade separate pair "
    "connect confuse".split()
)
"""Verbs of what is done with two things at once."""
_UNITS = frozenset(
    "foot inch pound ounce mile yard meter metre centimeter kilometer kilogram gram liter litre hour minute second day "
    "week month year dollar cent quarter dozen half".split()
)
"""Nouns of measures, of which "2 hours and 30 minutes" is one."""
_JOINT = frozenset("each both together total respectively twice altogether between either all combined apiece".split())


def listed_apart(text: Analysis) -> str | None:
    """ "She sold 3 cups. She also sold 2 plates." of "She sold 3 cups and 2 plates."; None for other sentences."""
    clause = statement(text)
    if clause is None or clause.subject_range[0] != 0 or not text.text.endswith(".") or clause.is_passive:
        return None
    first, end = clause.object, text.end
    items = [] if first is None else _items(text, first)
    if first is None or len(items) not in (2, 3) or clause.negation is not None or text[items[-1]].right != end:
        return None
    second, link = items[-1], text[items[-1]].left - 1
    joint = {t.lower for t in text.tokens if t.lower != "each" or t.index + 1 != link} & _JOINT
    if text[link].lower != "and" or joint or any(t.dep in _CLAUSAL and t.index < second for t in text.tokens):
        return None
    if any(t.text == "," for t in text.tokens) != (len(items) == 3):
        return None
    verb = text[clause.verb]
    helpers = text.tokens[clause.subject_range[1] + 1 : verb.index]
    if verb.lemma in _TOGETHER or any(t.index not in clause.auxiliaries for t in helpers) or first < verb.index:
        return None
    if not all(_is_counted(text, i) and text[i].tag[:2] == text[first].tag[:2] for i in items):
        return None
    beside = [i for i in text[verb.index].children if i > verb.index and text[i].dep not in ("dobj", "punct", "dative")]
    if beside or _prepositions(text, first) != _prepositions(text, second):
        return None
    who = _again(text, clause)
    if who is None:
        return None
    doing = text.said(verb.index, text[first].left - 1)
    told = joined(who, text.said(helpers[0].index, helpers[0].index) if helpers else "", "also",
                  text.said(helpers[1].index, helpers[-1].index) if len(helpers) > 1 else "", doing)  # fmt: skip
    before = link - 1 - (text[link - 1].text == ",")
    listed = text.said(0, before)
    if len(items) == 3:
        comma = text[items[1]].left - 1
        listed = f"{text.said(0, comma - 1)} and {text.said(comma + 1, before)}"
    return f"{listed}. {told} {text.said(link + 1, len(text) - 1)}"


_CLAUSAL = ("advcl", "ccomp", "xcomp", "relcl", "acl", "parataxis", "pcomp")


def _items(text: Analysis, first: int) -> list[int]:
    """The heads of what is listed from one head on, however the pipeline hangs them on each other."""
    items = [first]
    while (following := text.first(items[-1], "conj", "appos")) is not None:
        items.append(following)
    return items


def _is_counted(text: Analysis, head: int) -> bool:
    """Whether a noun is counted, and not a measure: "3 cups", "a plate", "half that much milk"."""
    token = text[head]
    opening = text[token.left]
    fine = opening.tag == "CD" or opening.lower in ("a", "an", "half", "several", "some", "many")
    measures = token.lemma.lower() in _UNITS and not text.dependents(head, "prep")
    return fine and token.tag in ("NN", "NNS") and not measures and token.entity not in ("MONEY", "DATE", "TIME")


def _prepositions(text: Analysis, head: int) -> set[str]:
    return {text[i].lower for i in text.dependents(head, "prep")} - {"of"}


def _again(text: Analysis, clause: Clause) -> str | None:
    """What the subject is called in a second sentence: a pronoun, or its name again."""
    token = text[clause.subject]
    if token.tag == "PRP":
        return raised(token.text)
    if token.tag == "NNP" and token.left == token.right:
        known = GIVEN.get(token.text)
        return token.text if known is None else {"f": "She", "m": "He"}.get(known[0], token.text)
    plural = is_plural(text, token.index)
    if (
        plural is None
        or text[token.left].lower in ("each", "every", "no")
        or (is_person(text, token.index) and not plural)
    ):
        return None
    return "They" if plural else "It"


def contrast_apart(text: Analysis) -> str | None:
    """ "A pen costs $2. A cup costs $3." of "A pen costs $2, while a cup costs $3."; None for other sentences."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range[0] != 0 or not text.text.endswith("."):
        return None
    for verb in text.dependents(root.index, "advcl"):
        start, second = text[verb].left, clause_at(text, verb)
        if text[start].lower not in ("while", "whereas") or text[verb].right != text.end or second is None:
            continue
        if second.subject_range[0] != start + 1 or second.is_inverted or text[second.subject].tag == "PRP":
            continue
        if text[start].lower == "while" and text[verb].lemma != root.lemma:
            continue
        before = start - 1 - (text[start - 1].text == ",")
        rest = inner(text, start + 1, text.end)
        if rest is not None:
            return f"{text.said(0, before)}. {raised(rest)}{text.text[text[text.end].end :]}"
    return None
