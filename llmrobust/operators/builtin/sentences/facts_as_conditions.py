"""The last fact of a problem as a condition of its question: "How much is it if eggs cost $2?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import statement
from llmrobust.english.noun_phrases import inner
from llmrobust.operators.builtin.sentences.parsed import Around, joined
from llmrobust.operators.builtin.sentences.person_phrases import is_person, may_mean
from llmrobust.operators.builtin.values.people import GIVEN, pronoun_of

_LONGEST = 230
"""Characters of a fact and a question that are still easy to follow as one sentence."""
_SPEAKERS = frozenset("i we you my our your me us".split())
_BACK = frozenset("then also so finally now later again another such too instead however therefore".split())
"""Words that lean on what was said before."""
_CROWDED = frozenset("if when because since unless until before as".split())
"""What opens a clause of a question that a second one would crowd."""
_COUNTS = frozenset("half twice thrice double triple quarter third dozen times once each every".split())
_POINTING = frozenset("the this that these those".split())
_GENDERED = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she"}


def fact_as_condition(one: Analysis, two: Analysis, /, *, around: Around) -> str | None:
    """ "How much does Ann pay if she buys 3 eggs?" of "Ann buys 3 eggs. How much does she pay?"; None where the
    question leans on the fact, or the fact counts nothing."""
    clause, end = statement(one), two.end
    if clause is None or not _can_follow(one, two):
        return None
    if clause.subject_range[0] != 0 or not one.text.endswith(".") or not two.text.endswith("?"):
        return None
    said = _with_names(one, two, clause.subject, around)
    return None if said is None else f"{said[1]} if {said[0]}{two.text[two[end].end :]}"


def _can_follow(one: Analysis, two: Analysis) -> bool:
    """Whether the fact counts something, and neither it nor the question leans on what stands before it."""
    if len(one.text) + len(two.text) > _LONGEST or two[0].lower not in ("how", "what"):
        return False
    if any(t.lower in _CROWDED for t in two.tokens) or any(t.dep == "mark" and t.lower != "that" for t in one.tokens):
        return False
    if any(t.lower in _POINTING - {"the"} and t.tag in ("DT", "PRP") for t in (*one.tokens, *two.tokens)):
        return False
    words = {t.lower for t in (*one.tokens, *two.tokens)}
    counts = any(t.tag == "CD" or t.lower in _COUNTS for t in one.tokens)
    if not counts or words & (_SPEAKERS | _BACK) or any(t.text in (",", ":") for t in two.tokens):
        return False
    new = {t.lemma.lower() for t in one.tokens if t.tag in ("NN", "NNS") and one[t.left].lower not in _POINTING}
    pointed = (t.lemma.lower() for t in two.tokens if t.tag in ("NN", "NNS") and two[t.left].lower in _POINTING)
    return not any(lemma in new for lemma in pointed)


def _with_names(one: Analysis, two: Analysis, subject: int, around: Around) -> tuple[str, str] | None:
    """Fact and question as parts of one sentence, a name before the pronouns that stand for it; None where it cannot be
    told for whom they stand."""
    who = one[subject]
    repeated = any(t.lower == who.lower for t in two.tokens)
    announces = who.lower == "it" and any(t.tag == "TO" for t in one.tokens)
    if who.lower in ("it", "they") and not (repeated or announces):
        return None
    same = _GENDERED.get(who.lower)
    leaning = [t for t in two.tokens if may_mean(t, one, 0, one.end) and _GENDERED.get(t.lower, t.lower) != same]
    if leaning:
        return _name_moved(one, two, subject, leaning)
    said = {_GENDERED[t.lower] for t in one.tokens if t.lower in _GENDERED}
    named = {t.text for t in two.tokens if t.tag == "NNP" and pronoun_of(t.text) in said}
    before = f"{around.before} {one.text}".replace("'s", "").replace("’s", "").split()
    rivals = {word.strip(".,?!") for word in before} & set(GIVEN)
    again = who.tag == "NNP" and any(t.text == who.text for t in two.tokens)
    if again and (subject or pronoun_of(who.text) is None or len(rivals) > 1 or one[1].tag == "POS"):
        return None
    fact = inner(one, 0, one.end) if not again else f"{pronoun_of(who.text)} {one.said(1, one.end)}"
    return None if fact is None or (named and len(rivals | named) > 1) else (fact, two.said(0, two.end))


def _name_moved(one: Analysis, two: Analysis, subject: int, leaning: list[Token]) -> tuple[str, str] | None:
    """The same where the fact names whom the question asks about: the name goes to the question."""
    who, first = one[subject], leaning[0]
    pronoun = pronoun_of(who.text) if who.tag == "NNP" and one[subject + 1].tag != "POS" else None
    people = [t for t in one.tokens if t.index != subject and (t.tag == "NNP" or is_person(one, t.index))]
    if pronoun is None or subject or people or any(_GENDERED.get(t.lower) != pronoun for t in leaning):
        return None
    if first.lower not in ("he", "she", "his") and (first.lower, first.tag) != ("her", "PRP$"):
        return None
    name = f"{who.text}'s" if first.tag == "PRP$" else who.text
    asked = joined(two.said(0, first.index - 1), name, two.said(first.index + 1, two.end))
    return f"{pronoun} {one.said(1, one.end)}", asked
