"""How a sentence is negated, affirmed, or turned into its opposite, on the parse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Clause, agreement, clause_at, finite_form, full_form, question, statement
from llmrobust.english.noun_phrases import inner, raised
from llmrobust.operators.builtin.logic.opposites import PREFIXED, opposite_of
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined

Word = Literal["not", "never", "hardly"]
NEGATIVE = frozenset(
    "not n't n’t no never nothing nobody none nowhere neither nor without hardly scarcely barely cannot no-one few "
    "little rarely seldom".split()
)
_NEEDS_NEGATION = frozenset("any anyone anybody anything anywhere anymore either yet ever".split())
"""What needs a negation: "I knew anyone" is not English."""
_POSITIVE_ONLY = frozenset("some well already also too still just only even always about almost exactly".split())
"""What does not stand below a negation, or means something else there."""
_REVERSIBLE = frozenset(
    "lock load pack zip wrap block freeze plug subscribe connect agree approve like trust obey allow continue prove "
    "arm qualify understand activate cover".split()
)
"""Verbs that take a prefix."""
_NEVER_FAILED = frozenset(
    "do have be want need like love know seem appear believe own belong cost weigh contain take hold mean think "
    "hope live remain stay exist equal feel see hear understand lack fail owe total depend consist last refuse lose "
    "forget miss die break decide".split()
)
"""States that nobody fails to be in, and verbs that say that something went wrong."""


def negated(text: Analysis, word: Word, *, questions: bool = False) -> str | None:
    """The sentence with its first clause negated that can be; None where that is unsure, or it is negative already.

    questions: questions too, whose answer is another one then in a way that no map can say.
    """
    asked = question(text)
    if asked is not None:
        if not questions or word != "not" or any(t.lower in NEGATIVE for t in text.tokens) or asked.subject is None:
            return None
        return _negated_question(
            text, asked.finite, asked.subject, asked.verb, asking=asked.asking is not None, word=word
        )
    clause = statement(text)
    if clause is None or any(token.lower in NEGATIVE for token in text.tokens):
        return None
    return negated_clause(clause, word)


def negated_clause(clause: Clause, word: Word) -> str | None:
    """The sentence with this clause negated at its finite verb."""
    text, finite = clause.text, clause.finite
    token = text[finite]
    between = text.tokens[clause.subject_range[1] + 1 : finite]
    if any(t.lower in _POSITIVE_ONLY or t.dep not in ("advmod", "punct") or t.text == "," for t in between):
        return None
    if text.text[token.end : token.end + 1] in ("'", "’"):
        return None
    after = [t.lower for t in text.tokens[finite + 1 : clause.verb + 1] if t.dep == "advmod"]
    if set(after) & _POSITIVE_ONLY or (word != "not" and after) or token.lower in ("ought", "used", "'d", "’d"):
        return None
    if any(t.lower in ("already", "too") and text[t.head].index == clause.verb for t in text.tokens[finite:]):
        return None
    if token.lemma in ("be", "do") or token.tag == "MD" or (token.lemma == "have" and clause.auxiliaries):
        helper = full_form(text, finite)
        if word == "not" and helper == "can":
            helper, added = "cannot", ""
        else:
            added = word
        lead = " " if token.start and text.text[token.start - 1] != " " else ""
        return edited_at(text, (finite, finite, f"{lead}{joined(helper, added)}"))
    if token.lemma == "have" and clause.object is None and text.first(finite, "xcomp") is None:
        return None
    if word != "not":
        return edited_at(text, (finite, finite - 1, f"{word} "))
    do = {"VBD": "did", "VBZ": "does", "VBP": "do"}.get(token.tag)
    return None if do is None else edited_at(text, (finite, finite, f"{do} not {token.lemma}"))


def _negated_question(
    text: Analysis, finite: int, subject: tuple[int, int], verb: int, *, asking: bool, word: Word
) -> str | None:
    """ "Why was my card not declined?"; None for questions that cannot be asked of what is not so."""
    wh = [t.lower for t in text.tokens[:finite]]
    if asking and wh[-1:] and wh[0] == "how" and wh[1:2] not in (["many"], ["much"]):
        return None
    last = subject[1]
    if text[finite].lower in ("'s", "’s") or last + 1 >= len(text) or text[last].lower in ("there", "it"):
        return None
    if verb == finite or any(t.lower in _POSITIVE_ONLY for t in text.tokens[last + 1 : verb]):
        return None
    return edited_at(text, (last + 1, last, f"{word} "))


def affirmed(text: Analysis) -> str | None:
    """The sentence without its one negation; None where it has none, several, or something that depends on it."""
    negations = [t for t in text.tokens if t.lower in NEGATIVE and t.lower not in ("few", "little")]
    if len(negations) != 1 or any(t.lower in _NEEDS_NEGATION for t in text.tokens) or "at all" in text.text.lower():
        return None
    negation = negations[0]
    verb = negation.head
    if negation.lower in ("never", "hardly", "scarcely", "barely", "rarely", "seldom"):
        return None if negation.index == 0 else edited_at(text, (negation.index, negation.index, ""))
    if negation.lower == "no" and negation.dep == "det" and negation.index > 0:
        plural = text[verb].tag in ("NNS", "NNPS")
        return edited_at(text, (negation.index, negation.index, "some" if plural or text[verb].tag == "NN" else "a"))
    if negation.dep != "neg" or negation.lower not in ("not", "n't", "n’t"):
        return None
    before = text[negation.index - 1]
    if before.dep not in ("aux", "auxpass") and before.index != verb:
        return None
    if before.lemma != "do" or before.index == verb:
        if before.lower in ("ai",):
            return None
        return edited_at(text, (before.index, negation.index, _cased(full_form(text, before.index), before.text)))
    clause = clause_at(text, verb)
    if clause is None or before.index != clause.finite:
        return None
    if clause.is_inverted:
        return edited_at(text, (before.index, negation.index, before.text))
    between = text.tokens[negation.index + 1 : verb]
    if any(t.dep != "advmod" for t in between):
        return None
    agree = agreement(text, clause.subject)
    tense = "past" if before.lower == "did" else "present"
    plural = before.lower == "do" or (agree is not None and agree[0] and before.lower != "does")
    form = finite_form(text[verb].lemma, tense, plural=plural)  # type: ignore[arg-type]
    return edited_at(text, (before.index, verb, joined(" ".join(t.text for t in between), form)))


def failing(text: Analysis) -> str | None:
    """ "She failed to call the hotel." of "She called the hotel." """
    clause = statement(text)
    if clause is None or clause.is_passive or clause.is_copular or any(t.lower in NEGATIVE for t in text.tokens):
        return None
    verb = text[clause.verb]
    if (
        verb.lemma in _NEVER_FAILED
        or text[clause.subject].dep == "expl"
        or text[clause.subject].lower in ("it", "that", "this")
    ):
        return None
    if any(text[i].dep in ("prt",) and i < verb.index for i in verb.children):
        return None
    if not clause.auxiliaries:
        form = {"VBD": "failed to", "VBZ": "fails to", "VBP": "fail to"}.get(verb.tag)
        return None if form is None else edited_at(text, (verb.index, verb.index, f"{form} {verb.lemma}"))
    if (
        clause.tense == "modal"
        and len(clause.auxiliaries) == 1
        and text[clause.finite].lower in ("will", "'ll", "’ll", "would")
    ):
        lead = " " if text[clause.finite].text[0] in "'’" else ""
        helper = "would" if text[clause.finite].lower == "would" else "will"
        return edited_at(
            text, (clause.finite, clause.finite, lead + helper), (verb.index, verb.index, f"fail to {verb.lemma}")
        )
    return None


def opposite(text: Analysis) -> str | None:
    """The sentence with one word by its opposite, in its form: sell for buy, fewer for more."""
    return _turned(text, opposite_of)


def prefixed(text: Analysis) -> str | None:
    """The sentence with one word turned round by a prefix: unhappy, impossible, disconnect."""
    return _turned(text, _with_prefix)


def _with_prefix(text: Analysis, index: int) -> str | None:
    token = text[index]
    before = text[index - 1].lower if index else ""
    if (text.dependents(index, "xcomp", "ccomp") and token.tag.startswith("VB")) or before in ("as", "than"):
        return None
    if token.tag == "JJ":
        describes = token.dep in ("acomp", "oprd", "conj") or (token.dep == "amod" and token.head > index)
        certain = token.lower == "certain" and token.dep == "amod"
        return PREFIXED.get(token.lower) if describes and not certain else None
    if token.tag == "RB":
        return PREFIXED.get(token.lower)
    if token.tag.startswith("VB"):
        if token.tag in ("VBN", "VBD") and token.lower in PREFIXED and token.dep in ("amod", "acomp"):
            return PREFIXED[token.lower]
        other = PREFIXED.get(token.lemma.lower()) if token.lemma.lower() in _REVERSIBLE else None
        return inflected(other, token.tag) if other is not None and not text.dependents(index, "prt") else None
    return None


def _turned(text: Analysis, other: Callable[[Analysis, int], str | None]) -> str | None:
    if any(t.lower in NEGATIVE for t in text.tokens):
        return None
    for token in text.tokens:
        new = other(text, token.index)
        if new is None or token.entity in ("PERSON", "ORG", "GPE", "WORK_OF_ART", "PRODUCT"):
            continue
        before = text[token.index - 1] if token.index else None
        said = raised(new) if token.text[:1].isupper() else new
        if before is not None and before.lower in ("a", "an"):
            article = "an" if new[0] in "aeiou" and not new.startswith(("use", "unique", "univ")) else "a"
            return edited_at(text, (before.index, token.index, f"{_cased(article, before.text)} {said}"))
        return edited_at(text, (token.index, token.index, said))
    return None


def denied(text: Analysis, lead: str) -> str | None:
    """ "It is not true that the sky is blue." of "The sky is blue."; None if it is not a plain statement."""
    clause = statement(text)
    if clause is None or not text.text.endswith(".") or not text.text[:1].isupper():
        return None
    first = text[0]
    if first.pos == "ADV" and text[1].text == ",":
        return None
    if (
        (first.pos in ("INTJ", "CCONJ", "SCONJ", "PART") and first.lower not in ("neither", "either", "both"))
        or first.dep in ("mark", "intj")
        or first.lower in ("and", "but", "or", "so", "yet")
        or (clause.tense == "modal" and (text[clause.finite].lower in ("shall", "must", "may", "should")))
    ):
        return None
    root = text.root
    if root is None or any(
        text[i].dep == "advcl" and (i < root.index or text[text[i].left].lower not in _TIMES) for i in root.children
    ):
        return None
    if any(
        text[i].dep in ("parataxis", "intj") or text[i].lower in ("please", "also", "however", "then")
        for i in root.children
    ):
        return None
    if any(text[i].dep == "conj" and text.first(i, "nsubj", "nsubjpass", "expl") is not None for i in root.children):
        return None
    if (
        any(t.tag == "PRP" and t.lower in ("i", "we") for t in text.within(clause.subject))
        and text[clause.verb].lemma in _THINKING
    ):
        return None
    said = inner(text, 0, len(text) - 1)
    return None if said is None else f"{lead} {said}"


_TIMES = frozenset("when until before after while where since".split())
"""What begins a subordinate clause that belongs to what is denied."""
_THINKING = frozenset("think believe want hope need wish guess feel would like".split())
"""What nobody but the speaker can deny."""


def _cased(word: str, like: str) -> str:
    return raised(word) if like[:1].isupper() else word
