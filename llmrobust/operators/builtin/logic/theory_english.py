"""Reads theories and statements in the English of RobustLR and RuleTaker.

Facts ("Erin is kind.", "Gary is not the son of Fiona.", "It is not true that Erin is kind.", "Erin is kind and tall."),
rules with the condition first or last, with or without a comma, about people or about someone ("they").
"""

from __future__ import annotations

import re
from dataclasses import replace

from llmrobust.operators.builtin.logic.theory import SOMEONE, Connective, Form, Literal, Rule, Sentence, Theory

_PERSON = r"(?:(?:[Tt]he )?[A-Z][\w-]*|[Tt]he [a-z][\w-]*)"
_ATTRIBUTE = (
    r"(?:the [a-z][\w-]*(?: [a-z][\w-]*)? of (?:the )?[A-Za-z][\w-]*|(?!not\b|the\b|and\b|or\b|if\b|then\b)[a-z][\w-]*)"
)
_SUBJECT = rf"(?:{_PERSON}|{'|'.join(SOMEONE)}|[Ss]omeone|[Ss]omebody|[Aa]nyone|[Aa]nybody|A person|[Tt]hey)"
_NOT = r"(?:(?P<untrue>[Ii]t is not (?:true|the case) that )?)"
_LITERAL = re.compile(
    rf"{_NOT}(?P<subject>{_SUBJECT}) (?:is|are|(?P<short>isn['’]t|aren['’]t)) (?P<negation>not )?"
    rf"(?P<attribute>{_ATTRIBUTE})"
)
_ELLIPSIS = re.compile(rf"(?:(?:is|are) )?(?P<negation>not )?(?P<attribute>{_ATTRIBUTE})")
_RULES: tuple[tuple[re.Pattern[str], Form], ...] = (
    (re.compile(r"If (?P<conditions>[^,.]+), then (?P<conclusions>[^,.]+)\."), "if-comma-then"),
    (re.compile(r"If (?P<conditions>[^,.]+?) then (?P<conclusions>[^,.]+)\."), "if-then"),
    (re.compile(r"If (?P<conditions>[^,.]+), (?!then\b)(?P<conclusions>[^,.]+)\."), "if-comma-then"),
    (re.compile(r"(?P<conclusions>[^,.]+), if (?P<conditions>[^,.]+)\."), "trailing"),
    (re.compile(r"(?P<conclusions>[^,.]+?) if (?P<conditions>[^,.]+)\."), "trailing-plain"),
)


def parse_theory(text: str) -> Theory | None:
    """The theory in a text; None where any sentence has another form."""
    sentences: list[Sentence] = []
    for part in re.split(r"(?<=\.)\s+", text.strip()):
        read = _sentence(part)
        if read is None:
            return None
        sentences += read
    return Theory(tuple(sentences)) if sentences else None


def parse_literal(text: str) -> Literal | None:
    """The statement that a text makes, or None."""
    found = _LITERAL.fullmatch(text.strip().removesuffix("."))
    read = None if found is None else _literal(found, "")
    return None if read is None or read.is_general else read


def _sentence(text: str) -> list[Sentence] | None:
    """A sentence as a rule, or as one fact or several."""
    for pattern, form in _RULES:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        trailing = form.startswith("trailing")
        read = _rule(found["conclusions"], found["conditions"]) if trailing else None
        if trailing:
            return None if read is None else [Rule(read[1], read[0], read[2], form, text)]
        read = _rule(found["conditions"], found["conclusions"], first_is_condition=True)
        return None if read is None else [Rule(read[0], read[1], read[2], form, text)]
    if not text.endswith("."):
        return None
    facts = _joined(text.removesuffix("."), "and", "")
    if facts is None or any(one.is_general for one in facts):
        return None
    return [replace(facts[0], told=text)] if len(facts) == 1 else list(facts)


def _rule(
    first: str, second: str, *, first_is_condition: bool = False
) -> tuple[tuple[Literal, ...], tuple[Literal, ...], Connective] | None:
    """Both parts of a rule in the order in which they are said, and what joins its conditions."""
    condition = first if first_is_condition else second
    connective: Connective = "or" if " or " in condition else "and"
    if connective == "or" and " and " in condition:
        return None
    before = _joined(first, connective if first_is_condition else "and", "")
    if before is None:
        return None
    someone = next((one.subject for one in before if one.is_general), "")
    after = _joined(second, "and" if first_is_condition else connective, someone)
    return None if after is None else (before, after, connective)


def _joined(text: str, connective: str, someone: str) -> tuple[Literal, ...] | None:
    """The literals that a text joins by the connective; a later one may leave out its subject.

    someone: whom "they" refers to.
    """
    literals: list[Literal] = []
    for part in text.split(f" {connective} "):
        found = _LITERAL.fullmatch(part)
        if found is not None:
            read = _literal(found, someone or next((one.subject for one in literals if one.is_general), ""))
        else:
            short = _ELLIPSIS.fullmatch(part) if literals else None
            read = Literal(literals[-1].subject, short["attribute"], short["negation"] is None) if short else None
        if read is None:
            return None
        literals.append(read)
    return tuple(literals)


def _literal(found: re.Match[str], someone: str) -> Literal | None:
    """The literal; None where "they" refers to nobody."""
    subject = found["subject"]
    if subject.lower() == "they":
        if not someone:
            return None
        subject = someone
    elif subject.lower() in SOMEONE:
        subject = subject.lower()
    elif subject.startswith("the "):
        subject = f"The {subject[4:]}"
    denials = sum(found[name] is not None for name in ("untrue", "short", "negation"))
    return Literal(subject, found["attribute"], denials % 2 == 0)
