"""How a sentence is negated, affirmed, or turned into its opposite, on the parse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import (
    Clause,
    Question,
    clause_at,
    full_form,
    is_command,
    question,
    statement,
)
from llmrobust.english.noun_phrases import has_own_article, inner, like, raised
from llmrobust.operators.builtin.logic.opposites import PREFIXED, opposite_of
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.sentences.settings import setting_last

Word = Literal["not", "never", "hardly"]
NEGATIVE = frozenset(
    "not n't n’t no never nothing nobody none nowhere neither nor without hardly scarcely barely cannot no-one few "
    "little rarely seldom".split()
)
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

    questions: questions, commands and clauses beside the main one too, whose negation no answer map can follow.
    """
    if any(token.lower in NEGATIVE for token in text.tokens):
        return None
    asked = question(text)
    if asked is not None:
        return _negated_question(text, asked, word) if questions else None
    if questions and word == "not" and is_command(text) and text.root is not None and text.root.index == 0:
        if text.root.lemma in ("please", "help", "thank", "let", "be") or text.text.endswith("!"):
            return None
        return f"{like('do not', text)} {text.root.lower}{text.text[text.root.end :]}"
    clause = statement(text)
    new = None if clause is None else negated_clause(clause, word)
    return _negated_inside(text, word) if new is None and questions and clause is not None else new


def _negated_inside(text: Analysis, word: Word) -> str | None:
    """The sentence with the first clause negated that is joined to the main one, or says when or why."""
    for token in text.tokens:
        if token.dep in ("conj", "advcl", "ccomp") and token.pos in ("VERB", "AUX"):
            clause = clause_at(text, token.index)
            asks = (
                clause is None
                or clause.is_inverted
                or any(t.tag in ("WP", "WRB", "WDT") for t in text.within(token.index))
            )
            new = None if asks or clause is None else negated_clause(clause, word)
            if new is not None:
                return new
    return None


def negated_clause(clause: Clause, word: Word) -> str | None:
    """The sentence with this clause negated at its finite verb."""
    text, finite = clause.text, clause.finite
    token = text[finite]
    between = text.tokens[clause.subject_range[1] + 1 : finite]
    if any(t.lower in _POSITIVE_ONLY or t.dep not in ("advmod", "punct") or t.text == "," for t in between):
        return None
    if finite + 1 < len(text) and text[finite + 1].lower in _POSITIVE_ONLY:
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


def _negated_question(text: Analysis, asked: Question, word: Word) -> str | None:
    """ "Why was my card not declined?"; None for questions that cannot be asked of what is not so."""
    finite, verb = asked.finite, asked.verb
    wh = [t.lower for t in text.tokens[asked.start : finite]]
    said = "rarely" if word == "hardly" else word
    if word == "hardly" and not wh and text[finite].tag == "MD":
        return None
    if text[finite].lower in ("'s", "’s") or any(t.lower in _POSITIVE_ONLY for t in text.tokens[finite:verb]):
        return None
    if word != "not" and (wh[:1] == ["when"] or wh[:2] == ["how", "long"]):
        return None
    if asked.subject is None:
        return _negated_asker(text, asked, word)
    last = asked.subject[1]
    if last + 1 >= len(text) or text[last].lower in ("there", "it"):
        return None
    if verb == finite:
        described = not wh and text.first(verb, "acomp") is not None
        return edited_at(text, (last + 1, last, f"{said} ")) if described else None
    if wh[:1] == ["how"] and len(wh) > 1 and wh[1] not in ("many", "much"):
        return None
    return edited_at(text, (last + 1, last, f"{said} "))


def _negated_asker(text: Analysis, asked: Question, word: Word) -> str | None:
    """ "Which machines would not take my card?": a question for the subject."""
    finite, verb = text[asked.finite], asked.verb
    if finite.index + 1 >= len(text) or text[finite.index + 1].lower in ("there", "it"):
        return None
    if finite.tag == "MD" or (finite.lemma in ("be", "have", "do") and verb != finite.index):
        return edited_at(text, (finite.index + 1, finite.index, f"{word} "))
    if finite.lemma in ("be", "have") or finite.pos != "VERB":
        return None
    if word != "not":
        return edited_at(text, (finite.index, finite.index - 1, f"{word} "))
    do = {"VBD": "did", "VBZ": "does", "VBP": "do"}.get(finite.tag)
    return None if do is None else edited_at(text, (finite.index, finite.index, f"{do} not {finite.lemma}"))


def failing(text: Analysis, *, questions: bool = False) -> str | None:
    """ "She failed to call the hotel." of "She called the hotel."; questions: also "Why did she fail to call?"."""
    asked = question(text)
    if asked is not None:
        return _asked_to_fail(text, asked) if questions else None
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


def _asked_to_fail(text: Analysis, asked: Question) -> str | None:
    finite, verb = text[asked.finite], text[asked.verb]
    if asked.subject is None or any(t.lower in NEGATIVE for t in text.tokens) or verb.index == finite.index:
        return None
    if not (finite.lemma == "do" or finite.lower in ("will", "would")) or verb.tag not in ("VB", "VBP"):
        return None
    if verb.lemma in _NEVER_FAILED or text[asked.subject[0]].lower in ("it", "that", "this", "there"):
        return None
    helpers = [i for i in text.dependents(verb.index, "aux", "auxpass") if i != finite.index]
    return None if helpers else edited_at(text, (verb.index, verb.index, f"fail to {verb.text}"))


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


def denied(text: Analysis, lead: str, *, twice: bool = False) -> str | None:
    """ "It is not true that the sky is blue." of "The sky is blue."; None if it is not a plain statement.

    twice: whether the lead leaves what is said as it is, so that it does not matter how much of a sentence it takes.
    """
    clause, root = statement(text), text.root
    if clause is None or root is None or text.text.endswith(("?", "!", ":", ",")) or not _is_plain_start(text):
        return None
    if clause.tense == "modal" and text[clause.finite].lower in ("shall", "must", "may", "should"):
        return None
    if any(text[i].dep == "advcl" and not _is_denied_too(text, i, root.index, twice=twice) for i in root.children):
        return None
    kept = ("please", "however", "then") if twice else ("please", "also", "however", "then")
    if any(text[i].dep in ("parataxis", "intj") or text[i].lower in kept for i in root.children):
        return None
    if any(text[i].dep == "ccomp" and i < root.index for i in root.children):
        return None  # two sentences in a row
    if any(text[i].dep == "conj" and not _goes_on(text, i, twice=twice) for i in root.children):
        return None
    speaks = any(t.tag == "PRP" and t.lower in ("i", "we") for t in text.within(clause.subject))
    said = _setting_behind(text) if _is_opened(text, clause) else inner(text, 0, len(text) - 1)
    said = text.text if has_own_article(text, 0) else said
    if said is None or (speaks and text[clause.verb].lemma in _THINKING):
        return None
    return like(f"{lead[:1].lower()}{lead[1:]} {said}", text)


def _is_opened(text: Analysis, clause: Clause) -> bool:
    """Whether anything with a comma comes before the subject, or is taken for a part of it: "Jubilant, Ann tries"."""
    comma = next((t.index for t in text.tokens[: clause.verb] if t.text == ","), None)
    if comma is None:
        return False
    if len(text.dependents(clause.verb, "nsubj", "nsubjpass")) > 1:
        return True
    before, after = text[comma - 1], text[comma + 1]
    alike = before.tag == after.tag == "JJ" and after.head == clause.subject and text[clause.subject].tag != "NNP"
    inside = comma > text[clause.subject].left and (after.dep == "conj" or alike)
    return comma < clause.subject and not inside


def _setting_behind(text: Analysis) -> str | None:
    """What follows "that", with the time or place at its end that opened the sentence; None where it cannot go."""
    comma = next(t.index for t in text.tokens if t.text == ",")
    opening = inner(text, 0, comma - 1)
    owned = any(t.tag in ("PRP", "PRP$") for t in text.tokens[:comma])
    if opening is None or owned or text[0].tag == "TO" or setting_last(text) is None:
        return None
    return f"{text.said(comma + 1, text.end)} {opening}{text.text[text[text.end].end :]}"


def _is_plain_start(text: Analysis) -> bool:
    """Whether a sentence begins with what may follow "that"."""
    first = text[0]
    if first.pos == "ADV" and text[1].text == ",":
        return False
    if first.pos in ("INTJ", "CCONJ", "SCONJ", "PART") and first.lower not in ("neither", "either", "both"):
        return False
    return first.dep not in ("mark", "intj") and first.lower not in ("and", "but", "or", "so", "yet")


def _is_denied_too(text: Analysis, below: int, root: int, *, twice: bool) -> bool:
    """Whether a clause below the main one belongs to what is denied: not one that grants something after a comma."""
    first = text[text[below].left]
    if below < root:
        return False
    if twice and first.lower in _GRANTING:
        return clause_at(text, below) is not None
    apart = text[first.index - 1].text == ","
    return first.lower in _TIMES or (first.lower in _REASONS and (twice or not apart))


def _goes_on(text: Analysis, joined: int, *, twice: bool) -> bool:
    """Whether what is joined to the main clause may stay: it shares the subject, or what is said is left as it is."""
    if text.first(joined, "nsubj", "nsubjpass", "expl") is None:
        return True
    return twice and clause_at(text, joined) is not None and text[text[joined].head].dep == "ROOT"


_TIMES = frozenset("when until before after while where since".split())
"""What begins a subordinate clause that belongs to what is denied."""
_REASONS = frozenset("because so if".split())
"""What begins a reason, an aim or a condition, which belongs to it unless a comma sets it apart."""
_GRANTING = frozenset("although though even whereas".split())
_THINKING = frozenset("think believe want hope wish guess feel would like appreciate".split())
"""What nobody but the speaker can deny."""


def _cased(word: str, like: str) -> str:
    return raised(word) if like[:1].isupper() else word
