"""Two clauses in the other order, with the link that then says the same, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import statement
from llmrobust.english.inflection import is_verb
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.coordinating import UNLIKE
from llmrobust.operators.builtin.sentences.links import cause_and_result
from llmrobust.operators.builtin.sentences.names_swapped import clauses_turned
from llmrobust.operators.builtin.sentences.person_phrases import is_person, may_stand_for
from llmrobust.operators.builtin.values.people import pronoun_of

_BACK = UNLIKE | frozenset("they there this these those so then again".split())
"""Words of a second clause that lean on the first one."""


def result_first(text: Analysis) -> str | None:
    """ "I asked for cash because I was short." of "I was short, so I asked for cash."; None for other sentences."""
    found = cause_and_result(text)
    if found is None:
        return None
    last, start = found
    result = text.tokens[start : text.end + 1]
    if any(t.lower in _BACK or t.text == "," or t.dep in ("advcl", "neg") for t in result[1:]):
        return None
    cause, said = inner(text, 0, last), text.said(start, text.end)
    if any(may_stand_for(text, t.index, 0, last) for t in result):
        name, pronoun = text[0].text, pronoun_of(text[0].text)
        named = [t for t in text.tokens if t.tag == "NNP" or is_person(text, t.index)]
        if pronoun != text[start].lower or any(t.index and t.tag != "PRP" for t in named) or text[1].tag == "POS":
            return _with_because(text, last, start)
        cause, said = f"{pronoun} {text.said(1, last)}", f"{name} {text.said(start + 1, text.end)}"
    return None if cause is None else like(f"{said} because {cause}{text.text[text[text.end].end :]}", text)


def _with_because(text: Analysis, last: int, start: int) -> str | None:
    """ "The bowl was thrown away because it had a crack." of "The bowl had a crack, so it was thrown away."."""
    turned = clauses_turned(text, (start, text.end), (0, last), comma=False, link="because")
    return turned if text[start].dep in ("nsubj", "nsubjpass") else None


def later_first(text: Analysis) -> str | None:
    """ "He sells it after buying a house." of "He buys a house and then sells eggs."; None for other sentences."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range != (0, clause.subject) or clause.auxiliaries:
        return None
    joints, links = text.dependents(root.index, "conj"), text.dependents(root.index, "cc")
    if len(joints) != 1 or len(links) != 1 or text[links[0]].lower != "and" or text[links[0] + 1].lower != "then":
        return None
    link, joint = links[0], text[joints[0]]
    if joint.index != link + 2 or joint.tag != root.tag or not is_verb(joint.lower) or clause.negation is not None:
        return None
    if any(t.dep in ("advcl", "relcl", "ccomp", "neg", "nsubj") and t.index > clause.subject for t in text.tokens):
        return None
    if any(t.lower in _BACK or t.text == "," for t in text.tokens[link + 2 :]):
        return None
    before = link - 1 - (text[link - 1].text == ",")
    doing = f"{inflected(root.lemma, 'VBG')} {text.said(root.index + 1, before)}".rstrip()
    said = f"{text.said(0, root.index - 1)} {text.said(joint.index, text.end)} after {doing}"
    return said + text.text[text[text.end].end :]
