"""The first of the clauses that a sentence joins, and its subject, as far as rules that rewrite it alone ask."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import SUBJECTS, Clause, statement
from llmrobust.english.noun_phrases import inner

_POINTING = frozenset("it this that these those there one someone somebody something nothing nobody who which".split())
_APOSTROPHES = ("'", "’", "n't", "n’t")
_NOT_SAID_AGAIN = frozenset("a an each every some any no".split())


def end_of_first_clause(text: Analysis, verb: int) -> int | None:
    """The last token of a main clause: before "but" and a clause with a subject of its own, else of the sentence.

    None where what follows shares the subject, and would have to be rewritten too.
    """
    if text.dependents(verb, "parataxis"):
        return None
    joints = text.dependents(verb, "conj")
    if not joints:
        return text.end
    links = [i for i in text.dependents(verb, "cc") if i > verb]
    if len(links) != 1 or any(text.first(joint, *SUBJECTS) is None for joint in joints):
        return None
    if text[links[0]].lower not in ("but", "and", "yet", "so") or text[text[joints[0]].left].dep == "mark":
        return None
    return links[0] - 1 - (text[links[0] - 1].text == ",")


def told_of(text: Analysis) -> tuple[Clause, str, int] | None:
    """As `subject_told`, with the last token of the clause; None where what follows shares its subject."""
    found = subject_told(text)
    end = end_of_first_clause(text, found[0].verb) if found is not None else None
    return None if found is None or end is None else (*found, end)


def subject_told(text: Analysis) -> tuple[Clause, str] | None:
    """The main clause of a statement that begins with its subject, and the subject as it is written inside a sentence;
    None where the subject is only pointed to, or nothing that is known."""
    clause = statement(text)
    if clause is None or clause.subject_range[0] != 0 or text[clause.subject].dep not in ("nsubj", "nsubjpass"):
        return None
    first, last = clause.subject_range
    subject = inner(text, first, last)
    if subject is None or last - first > 14 or text[last + 1].pos == "PUNCT":
        return None
    if text[clause.subject].lower in _POINTING or text[first].lower in _NOT_SAID_AGAIN:
        return None
    if any(t.tag in ("WP", "WDT", "WRB") or t.text == "," or t.tag == "CD" for t in text.tokens[: last + 1]):
        return None
    return clause, subject


def beside(subject: str, rest: str) -> str:
    """A subject and what follows it, without a space before a contraction: "I'd like"."""
    return f"{subject}{'' if rest.startswith(_APOSTROPHES) or not rest else ' '}{rest}"


def is_past(clause: Clause) -> bool:
    """Whether a clause is in the past, also where the pipeline takes its verb for a present: "I forgot"."""
    finite = clause.text[clause.finite]
    past = inflected(finite.lemma, "VBD")
    return clause.tense == "past" or (finite.tag == "VBP" and finite.lower == past and past != finite.lemma)


def is_or_was(clause: Clause) -> str | None:
    """The form of be between the parts of a cleft; None beside a modal verb."""
    if clause.tense == "modal":
        return None
    perfect = bool(clause.auxiliaries) and clause.text[clause.finite].lemma == "have"
    return "was" if is_past(clause) and not perfect else "is"
