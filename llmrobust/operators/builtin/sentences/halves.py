"""A sentence of two clauses as two sentences, where a conjunction says how they hang together, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, clause_at, statement
from llmrobust.english.noun_phrases import inner, is_plural, raised
from llmrobust.operators.builtin.sentences.person_phrases import THIRD, acts, is_person
from llmrobust.operators.builtin.values.people import pronoun_of

_POINTING_BACK = frozenset("then so but and or".split())
_SHORT = 20
"""Tokens of the longest story of one event, which nobody tells in two sentences."""
_STILL = frozenset(("although", "though"))
_PEOPLE_DO = frozenset("go travel drive walk visit return stop come fly move head".split())
"""Verbs after which "to buy glasses" says what for."""


def supposed(text: Analysis) -> str | None:
    """ "Suppose Ann has two. How many are left?" of "If Ann has two, how many are left?"; None for other sentences."""
    root = text.root
    if root is None or not text.text.endswith("?"):
        return None
    conditions = [i for i in text.dependents(root.index, "advcl") if text[text[i].left].lower == "if"]
    if not conditions:
        conditions = [t.index for t in text.tokens if t.dep == "advcl" and text[t.left].lower == "if"]
    if len(conditions) != 1 or sum(t.lower == "if" for t in text.tokens) != 1:
        return None
    verb = conditions[0]
    first, last = text[verb].left, text[verb].right
    clause = clause_at(text, verb)
    if clause is None or clause.subject_range[0] != first + 1 or clause.is_inverted:
        return None
    end = len(text) - 2
    if first == 0 and last + 2 < end and text[last + 1].text == ",":
        asked = (last + 2, end)
    elif last == end and first > 2 and text[first - 1].text != ",":
        asked = (0, first - 1)
    elif last == end and first > 3:
        asked = (0, first - 2)
    else:
        return None
    opening = text[asked[0]]
    if opening.lower in _POINTING_BACK or opening.tag not in ("WRB", "WP", "WDT", "MD", "VBZ", "VBP", "VBD"):
        return None
    if opening.lower == "what" and text[asked[0] + 1].lower in ("if", "happens"):
        return None
    if asked[0] == 0 and _refers(text, 0, first - 1, first):
        return None
    said = text.said(first + 1, last)
    if text[clause.finite].lower == "were" and text[clause.subject].lower in ("i", "he", "she", "it"):
        return None
    return f"Suppose {said}. {raised(text.said(*asked))}?"


def conceded(text: Analysis) -> str | None:
    """ "It rained. Even so, we left." of "Although it rained, we left.", and "This is because ..."; None for others."""
    root = text.root
    if root is None or statement(text) is None or not text.text.endswith("."):
        return None
    if any(text[i].dep in ("conj", "parataxis") for i in root.children):
        return None
    for verb in text.dependents(root.index, "advcl"):
        token = text[verb]
        first, last = token.left, token.right
        opening = text[first].lower
        clause = clause_at(text, verb)
        if clause is None or clause.subject_range[0] != first + 1:
            continue
        subject = text.first(root.index, *SUBJECTS)
        if subject is None:
            return None
        if first == 0 and last + 2 < len(text) and text[last + 1].text == "," and text[subject].left == last + 2:
            if opening in _STILL:
                return f"{raised(text.said(1, last))}. Even so, {text.said(last + 2, len(text) - 1)}"
            if opening == "because":
                return f"{raised(text.said(1, last))}. Because of this, {text.said(last + 2, len(text) - 1)}"
        if opening == "since" and (statement(text) or clause).tense == clause.tense == "present":
            opening = "because" if not any(text[i].lemma == "have" for i in root.children) else opening
        if opening == "because" and last == len(text) - 2 and text[subject].left == 0:
            before = first - 1 - (text[first - 1].text == ",")
            if text[before].lower in ("just", "only", "simply", "and", "but", "not"):
                continue
            stated = statement(text)
            past = stated is not None and "past" in (stated.tense, clause.tense)
            if past and len(text) <= _SHORT:
                continue  # "Olga left because she was tired."
            return (
                f"{text.said(0, before)}. This {'was' if past else 'is'} because {text.said(first + 1, len(text) - 1)}"
            )
    return None


def told_apart(text: Analysis) -> str | None:
    """ "It takes a restart. This lasts an hour." of "It takes a restart, which lasts an hour."; None for others."""
    root = text.root
    if root is None or statement(text) is None or not text.text.endswith("."):
        return None
    for token in text.tokens:
        if token.dep != "relcl" or token.right != len(text) - 2 or text[token.left - 1].text != ",":
            continue
        which = text[token.left]
        if which.lower != "which" or which.dep not in ("nsubj", "nsubjpass") or which.head != token.index:
            continue
        thing = token.head
        plural = is_plural(text, thing)
        if plural is None or (which.index - 2 != text[thing].right and which.index - 2 > thing + 4):
            continue
        if any(t.dep == "cc" for t in text.tokens[which.index :]):
            continue
        pointing = "These" if plural else "This"
        return f"{text.said(0, which.index - 2)}. {pointing} {text.said(which.index + 1, len(text) - 1)}"
    return None


def described_apart(text: Analysis) -> str | None:
    """ "She bought ties. These cost $40 each." of "She bought ties that cost $40 each."; None for others."""
    root = text.root
    if root is None or statement(text) is None or not text.text.endswith("."):
        return None
    for token in text.tokens:
        opening, noun = text[token.left], text[token.head]
        if token.dep != "relcl" or token.right != len(text) - 2 or opening.index != noun.index + 1:
            continue
        clause, first = clause_at(text, token.index), text[noun.left]
        vague = first.lower in ("a", "an") or (noun.tag == "NNS" and first.tag in ("CD", "NNS", "JJ"))
        plural = is_plural(text, noun.index)
        if (
            clause is None
            or not vague
            or plural is None
            or noun.tag not in ("NN", "NNS")
            or is_person(text, noun.index)
        ):
            continue
        if (
            _hangs_below(text, noun.index)
            or text[root.index].lemma == "be"
            or any(t.text == "," or t.dep == "cc" for t in text.tokens[noun.index :])
        ):
            continue
        if (
            noun.lower in ("way", "time", "kind", "rate", "speed")
            or token.lemma in ("happen", "occur")
            or any(t.dep == "neg" for t in text.tokens[: noun.index])
        ):
            continue
        if opening.lower in ("that", "which") and opening.index == clause.subject:
            if plural == (text[clause.finite].tag == "VBZ") and text[clause.finite].tag in ("VBZ", "VBP"):
                continue  # "rides which costs $3": the verb fits no plural
            said = f"{'These' if plural else 'It'} {text.said(opening.index + 1, len(text) - 1)}"
        elif text[clause.subject].tag == "PRP" and text[len(text) - 2].index == token.index:
            start = opening.index if clause.subject == opening.index else opening.index + 1
            if clause.subject_range[0] != start or text.first(token.index, "dobj") not in (None, opening.index):
                continue
            said = f"{raised(text.said(start, token.index))} {'them' if plural else 'it'}."
        else:
            continue
        return f"{text.said(0, noun.index)}. {said}"
    return None


def _hangs_below(text: Analysis, index: int) -> bool:
    """Whether a token belongs to a clause within the sentence's main one."""
    while text[index].head != index:
        index = text[index].head
        if text[index].dep in ("advcl", "ccomp", "relcl", "acl", "csubj"):
            return True
    return False


def somebody_apart(text: Analysis) -> str | None:
    """ "Ann is a writer. Ann lives in Rome." of "Ann is a writer who lives in Rome."; None for other sentences."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or root.lemma != "be" or clause.subject_range != (0, 0):
        return None
    thing, name = text.first(root.index, "attr"), text[clause.subject]
    verb = text.first(thing, "relcl") if thing is not None else None
    if thing is None or verb is None or name.tag != "NNP" or not text.text.endswith("."):
        return None
    who = text[text[verb].left]
    plain = who.lower == "who" and who.index == thing + 1 and who.dep in ("nsubj", "nsubjpass")
    if not plain or text[verb].right != text.end or text[text[thing].left].lower not in ("a", "an"):
        return None
    return f"{text.said(0, thing)}. {name.text} {text.said(who.index + 1, len(text) - 1)}"


def with_purpose_apart(text: Analysis) -> str | None:
    """ "Ann went to the shop. She did so to buy tea." of "Ann went to the shop to buy tea."; None for others."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range[0] != 0 or not text.text.endswith("."):
        return None
    subject = text[clause.subject]
    if not acts(text, subject.index) or subject.left != subject.right or root.tag != "VBD" or clause.auxiliaries:
        return None
    if root.lemma not in _PEOPLE_DO or any(text[i].dep in ("conj", "xcomp", "ccomp") for i in root.children):
        return None
    for verb in text.dependents(root.index, "advcl"):
        to = text[text[verb].left]
        if to.tag != "TO" or text[verb].right != len(text) - 2 or to.index - root.index < 2:
            continue
        who = pronoun_of(subject.text) if subject.tag == "NNP" else inner(text, 0, 0)
        others = {"he": ("she", "her"), "she": ("he", "his")}.get(who or "", ())
        if any(t.lower in others for t in text.tokens):
            return None  # "Cameron went out of her way to help": a woman after all
        if who is not None:
            return f"{text.said(0, to.index - 1)}. {raised(who)} did so {text.said(to.index, len(text) - 1)}"
    return None


def _refers(text: Analysis, first: int, last: int, after: int) -> bool:
    """Whether a pronoun of the suppositions would come before the name that it refers to."""
    said = {t.lower for t in text.tokens[after:] if t.tag in ("PRP", "PRP$")} & THIRD
    named = [t for t in text.tokens[first : last + 1] if t.tag in ("NN", "NNS", "NNP", "NNPS")]
    people = [t for t in named if t.tag == "NNP" and t.entity not in ("DATE", "MONEY")]
    return bool(said) and (bool(people) or bool(said & {"it", "its", "they", "them", "their"}))
