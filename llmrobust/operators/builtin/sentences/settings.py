"""A time or a place that opens a sentence, at its end: "She ate eggs in the morning.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import question_start
from llmrobust.operators.builtin.sentences.parsed import moved_last
from llmrobust.operators.builtin.sentences.person_phrases import may_stand_for

_SETTING = frozenset("in on at after before during by over for with within throughout from since".split())
_LINKS = frozenset(
    "fact addition contrast turn general conclusion time end meantime first last once least most best average total "
    "all other course case way moment hand that this these which".split()
)
"""Nouns and pronouns of phrases that link sentences, or that say of what kind a count is."""
_CLAUSAL = ("advcl", "relcl", "ccomp", "xcomp", "pcomp", "acl", "parataxis", "mark")
_TOTAL_ASKED, _ALL_ASKED = ["in", "total", ",", "how"], ["in", "all", ",", "how"]


def setting_last(text: Analysis) -> str | None:
    """The sentence with the phrase of time or place at its end that it opened with; None if it has none that can go."""
    end = text.end
    summed = [t.lower for t in text.tokens[:4]] in (_TOTAL_ASKED, _ALL_ASKED)
    comma = next((t.index for t in text.tokens if t.text == ","), 0)
    if comma < 2 or sum(t.text == "," for t in text.tokens) != 1 or end - comma < 3:
        return None
    openings = (_opens_with_preposition, _opens_with_a_day, _opens_with_an_aim)
    if not summed and not any(opens(text, comma) for opens in openings):
        return None
    main = text.tokens[comma + 1 : end + 1]
    if any(t.dep in _CLAUSAL or (t.dep == "conj" and t.pos in ("VERB", "AUX")) for t in main):
        return None
    if any(t.lower in ("than", "as", "then", "despite", "because", "due") for t in main) or any(
        t.entity in ("DATE", "TIME") for t in main
    ):
        return None
    asks = question_start(text) == comma + 1
    subject = next((t for t in main if t.dep in ("nsubj", "nsubjpass", "expl")), None)
    states = (
        subject is not None and subject.left == comma + 1 and any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in main)
    )
    if not (asks and text.text.endswith("?")) and not (states and text.text.endswith(".")):
        return None
    if any(may_stand_for(text, t.index, 0, comma - 1) for t in main):
        return None
    return moved_last(text, comma - 1, comma + 1)


def _opens_with_preposition(text: Analysis, comma: int) -> bool:
    """ "In the morning," "After 60 days,": not "In fact,", "After that,"."""
    first = text[0]
    thing = text.first(0, "pobj") if first.dep == "prep" and first.lower in _SETTING else None
    if thing is None or first.right != comma - 1 or comma > 8:
        return False
    if text[thing].lower in _LINKS or any(t.tag in ("WDT", "WP", "VBG") or t.dep == "cc" for t in text.tokens[:comma]):
        return False
    known = text.dependents(thing, "det", "poss", "nummod") or text[thing].entity in ("DATE", "TIME", "GPE")
    return bool(known) and text[thing].tag in ("NN", "NNS", "NNP", "CD")


def _opens_with_an_aim(text: Analysis, comma: int) -> bool:
    """ "To make a flan, she needs 3 eggs." """
    verb = text[text[0].head]
    fits = text[0].tag == "TO" and verb.tag == "VB" and verb.dep == "advcl" and verb.right == comma - 1
    fits = fits and verb.lemma not in ("be", "tell", "sum", "put", "say", "start", "begin", "conclude")
    return fits and comma < 9 and not any(t.dep in ("conj", "relcl", "ccomp") for t in text.tokens[:comma])


def _opens_with_a_day(text: Analysis, comma: int) -> bool:
    """ "Last week," "Every day,"."""
    return text[comma - 1].dep == "npadvmod" and text[comma - 1].left == 0 and (
        text[0].lower in ("last", "next", "every", "each", "this")
    )  # fmt: skip
