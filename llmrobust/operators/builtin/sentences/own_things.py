"""Clefts of what befell something of the speaker's, and of a reason asked within a sentence, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, statement
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.clefts import with_new_start
from llmrobust.operators.builtin.sentences.first_clauses import is_past
from llmrobust.operators.builtin.sentences.joining import statement_and_question
from llmrobust.operators.builtin.sentences.limits import is_limited
from llmrobust.operators.builtin.sentences.parsed import edited_at, parsed
from llmrobust.operators.builtin.sentences.person_phrases import is_person

_BEFALLING = frozenset("arrive come work go change fail expire break disappear show".split())
"""What cards, payments and the like do."""
_STATES = frozenset("lost gone missing stuck blocked frozen broken late delayed damaged stolen".split())
_NEWS = frozenset("still yet already finally again".split())
"""Words of what is told as news, which a cleft takes for known."""
_WONDERING = frozenset("know understand tell see explain wonder idea sure ask remember".split())


def own_thing_cleft(text: Analysis) -> str | None:
    """ "It is my card that has not arrived." of "My card has not arrived.", alone, before a question, or as thought."""
    clause = statement(text)
    if clause is not None:
        return _of(clause) or _thought(clause)
    halves = statement_and_question(text)
    first = parsed(f"{halves[0].rstrip('.')}.") if halves is not None else None
    clause = statement(first) if first is not None else None
    comma = text.text.find(",")
    if clause is None or comma < 0 or text.text.count(",") != 1:
        return None
    new = _of(clause)
    plain = clause.text.text.rstrip(".") == text.text[:comma]
    return new.rstrip(".") + text.text[comma:] if new is not None and plain else None


def why_cleft(text: Analysis) -> str | None:
    """ "I don't know why it is that my payment failed." of "I don't know why my payment failed."."""
    for token in text.tokens[2:-2]:
        if token.lower not in ("why", "where", "when") or token.tag != "WRB" or token.left != token.index:
            continue
        asker, clause = text[token.head], clause_at(text, token.head)
        known = text[token.index - 1].lemma in _WONDERING or text[token.index - 2].lemma in _WONDERING
        if clause is None or clause.is_inverted or not known or clause.subject_range[0] != token.index + 1:
            return None
        if asker.dep not in ("ccomp", "acl", "advcl", "pcomp") or text[clause.subject].lower in ("it", "there", "that"):
            return None
        wondered = text[token.index - 1].lemma in _WONDERING or text[token.index - 1].tag == "PRP"
        told = text[token.index - 1].tag == "PRP" or text[token.index - 1].lemma in ("tell", "see")
        if not wondered or (token.lower == "when" and (told or not is_past(clause))):
            return None  # "Let me know when you get home", "She told him when it was ready": the time of the telling
        be = "was" if _was_then(text, clause, token.lower) else "is"
        return edited_at(text, (token.index, token.index, f"{token.text} it {be} that"))
    return None


def _was_then(text: Analysis, clause: Clause, asked: str) -> bool:
    """Whether the time of what is wondered is past: a place or a time always, a reason where the wondering is."""
    main = statement(text)
    wondered = main is not None and is_past(main)
    return wondered or (asked != "why" and is_past(clause))


def _thought(clause: Clause) -> str | None:
    """ "I think it was my card that was stolen." """
    text = clause.text
    told = text.first(clause.verb, "ccomp")
    if text[clause.verb].lemma not in ("think", "believe") or clause.auxiliaries or clause.negation is not None:
        return None
    inside = clause_at(text, told) if told is not None and clause.subject_range == (0, 0) else None
    if inside is None or inside.subject_range[0] not in (2, 3) or text[text.end].index != text[inside.verb].right:
        return None
    start = inside.subject_range[0]
    if start == 3 and text[2].lower != "that":
        return None
    own = parsed(f"{text.said(start, text.end)}.")
    sub = statement(own) if own is not None else None
    new = _of(sub) if sub is not None else None
    return None if new is None else text.text[: text[start].start] + new.rstrip(".") + text.text[text[text.end].end :]


def _of(clause: Clause) -> str | None:
    text, head = clause.text, clause.subject
    first, last = clause.subject_range
    words = list(text.within(head))
    aside = any(t.lower == "including" for t in words)
    if first != 0 or words[0].lower not in ("my", "our") or (len(words) > 4 and not aside):
        return None
    if is_person(text, head) or text[head].tag not in ("NN", "NNS") or any(t.dep in ("cc", "conj") for t in words):
        return None
    if any(
        t.dep in ("conj", "advcl", "ccomp", "parataxis") or (t.text in (",", "-") and not aside) for t in text.tokens
    ):
        return None
    if any(t.lower in _NEWS for t in text.tokens) or is_limited(text):
        return None
    helped = {text[i].lemma for i in clause.auxiliaries}
    state = clause.is_copular and clause.verb == last + 1 and text.end == last + 2 and text[text.end].lower in _STATES
    done = clause.is_passive or text[clause.verb].lemma in _BEFALLING or state
    if not done or clause.tense == "modal" or text[last + 1].lower.startswith(("'", "’")):
        return None
    be = "was" if clause.tense == "past" and "have" not in helped else "is"
    new = with_new_start(text, 0, last, f"it {be} {text.said(0, last).lower()} that")
    return None if new is None else like(new, text)
