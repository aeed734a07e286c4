"""What "and" joins, joined otherwise: "as well as", "and" again, a clause with its subject said again, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, is_command, statement
from llmrobust.english.inflection import is_verb
from llmrobust.english.noun_phrases import inner
from llmrobust.operators.builtin.sentences.added_links import and_so, comma_as_and
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import THIRD, is_person
from llmrobust.operators.builtin.sentences.subjects_joined import with_subject_again, with_subject_once
from llmrobust.operators.builtin.values.people import GIVEN

_OTHER_USE = frozenset(
    "between both either half twice respectively total together each same altogether combined as".split()
)


def linked_otherwise(text: Analysis) -> str | None:
    """The sentence with one coordination written in another way; None if it has none that can be."""
    return (
        with_subject_again(text)
        or with_subject_once(text)
        or _although(text)
        or _listed(text)
        or as_well_as(text)
        or and_also(text)
        or _since(text)
        or comma_as_and(text)
        or and_so(text)
    )


def and_also(text: Analysis) -> str | None:
    """ "and also bakes" of "and bakes", "2 bags of rice and also 3 of beans"; not of what comes one after the other."""
    if not _is_free(text, []) or any(t.lower in _NO_ALSO for t in text.tokens) or is_command(text):
        return None
    for token in text.tokens:
        chain = _chain(text, token.index)
        if len(chain) != 2:
            continue
        first, second = text[chain[0]], text[chain[1]]
        links = [i for i in text.dependents(first.index, "cc") if text[i].lower == "and"]
        if len(links) != 1 or links[0] + 1 != second.left or text[links[0] - 1].text == "," or first.tag != second.tag:
            continue
        alone = not text.dependents(second.index, "nsubj", "nsubjpass", "expl", "aux", "auxpass", "prt")
        does = (
            first.tag == "VBZ"
            and {first.lemma, second.lemma} <= _LASTING
            and alone
            and second.left == second.index
            and links[0] > first.index + 1
        )
        if does and first.pos == second.pos == "VERB" and is_verb(second.lower):
            return edited_at(text, (links[0], links[0], "and also"))
        counted = bool(text.dependents(first.index, "nummod")) and bool(text.dependents(second.index, "nummod"))
        priced = {first.entity, second.entity} & {"MONEY", "DATE", "TIME", "PERCENT"}
        if counted and not priced and first.dep == "dobj" and first.tag in ("NN", "NNS") and links[0] > first.index:
            return edited_at(text, (links[0], links[0], "and also"))
    return None


def _since(text: Analysis) -> str | None:
    """ "Since I was short of cash, I asked for some." of "I was short of cash, so I asked for some."."""
    found = cause_and_result(text)
    first = inner(text, 0, found[0]) if found is not None else None
    if found is None or first is None:
        return None
    lead = "Since" if text.text[:1].isupper() else "since"
    return f"{lead} {first}, {text.text[text[found[1]].start :]}"


def cause_and_result(text: Analysis) -> tuple[int, int] | None:
    """The last token of the first clause and the first one of the second in "I was short, so I asked for cash."; None
    for other sentences."""
    root = text.root
    if root is None or statement(text) is None or sum(t.lower == "so" for t in text.tokens) != 1:
        return None
    so = next(t for t in text.tokens if t.lower == "so")
    following = text[so.index + 1] if so.index + 1 < len(text) else None
    if so.index < 3 or following is None or following.dep not in ("nsubj", "nsubjpass") or following.tag != "PRP":
        return None
    before = so.index - 1 - (text[so.index - 1].text == ",")
    inside = [t for t in text.tokens[: before + 1] if t.dep in ("nsubj", "nsubjpass", "expl")]
    if not inside or inside[0].left != 0 or any(t.text == "," or t.tag in ("WRB", "WP") for t in text.tokens[:before]):
        return None
    second = clause_at(text, following.head)
    if second is None or second.is_inverted or clause_at(text, inside[0].head) is None:
        return None
    if second.tense == "modal":
        return None  # "so he could see": what for, not why
    return before, following.index


_LASTING = frozenset(
    "work teach own have contain play study offer provide include serve cover support produce write speak run help "
    "love like need know use live manage".split()
)
"""What somebody does or has at all times, so that no order is told."""
_NO_ALSO = frozenset("then also or but it them some one rest".split())
"""Words of what follows in time, or takes up what was said."""


def _although(text: Analysis) -> str | None:
    """ "Although it rained, we left." of "It rained, but we left."."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range[0] != 0:
        return None
    joints, links = text.dependents(root.index, "conj"), text.dependents(root.index, "cc")
    if len(joints) != 1 or len(links) != 1 or text[links[0]].lower != "but":
        return None
    second, link = clause_at(text, joints[0]), links[0]
    if any(t.text.endswith(".") and t.index < link for t in text.tokens):
        return None
    if second is None or second.is_inverted or second.subject_range[0] != link + 1 or text[link - 1].text != ",":
        return None
    first = inner(text, 0, link - 2)
    named = [
        t
        for t in text.tokens[:link]
        if t.tag in ("NNP", "NN", "NNS") and (t.entity == "PERSON" or is_person(text, t.index))
    ]
    if text[second.subject].tag == "PRP" and len(named) > 1:
        return None  # who "she" is would be read in another way
    if _is_hindered(text, clause, second, link):
        return None
    negated = second.negation is not None and (clause.negation is not None or text[second.subject].lower in THIRD)
    if first is None or negated or any(t.text == "," for t in text.tokens[: link - 1]):
        return None
    lead = "Although" if text.text[:1].isupper() else "although"
    return f"{lead} {first}, {text.text[text[link + 1].start :]}"


def _is_hindered(text: Analysis, first: Clause, second: Clause, link: int) -> bool:
    """Whether "but" says what came in the way, or sets one amount beside another: nothing is granted."""
    verb = text[first.verb]
    if verb.lemma in _AIMING or verb.tag == "VBG" or any(t.dep == "mark" for t in text.tokens[:link]):
        return True
    speaks, other = text[first.subject], text[second.subject]
    if speaks.lower in ("i", "we") and other.lower != speaks.lower:
        return True
    return all(
        any(t.tag == "CD" or t.lower in ("half", "twice", "times") for t in part)
        for part in (text.tokens[:link], text.tokens[link:])
    )


_AIMING = frozenset(
    "try attempt want wish like hope plan intend mean expect need ask call write contact wait go".split()
)
"""Verbs of what somebody sets out to do."""


def _listed(text: Analysis) -> str | None:
    """ "seeds and nuts and berries" of "seeds, nuts, and berries"."""
    for token in text.tokens:
        chain = _chain(text, token.index)
        if len(chain) != 3 or any(text[i].pos not in ("NOUN", "PROPN") for i in chain) or not _is_free(text, chain):
            continue
        links = [i for i in range(chain[0] + 1, chain[2]) if text[i].lower == "and"]
        commas = [i for i in range(chain[0] + 1, chain[2]) if text[i].text == ","]
        if len(links) != 1 or not commas or len(commas) > 2 or links[0] < chain[1]:
            continue
        if any(t.dep in ("relcl", "acl", "amod") and t.index > chain[0] for t in text.tokens[chain[0] : chain[2]]):
            continue
        edits = [(commas[0], commas[0], " and")]
        if len(commas) == 2:
            if commas[1] != links[0] - 1:
                continue
            edits.append((commas[1], commas[1], ""))
        return edited_at(text, *edits)
    return None


def along_with(text: Analysis) -> str | None:
    """ "trucks along with cars" of the object "trucks and cars"; not of what happens to each apart."""
    apart = any(t.lemma in ("treat", "cause", "prevent", "avoid") for t in text.tokens)
    return None if apart else as_well_as(text, "along with", ("dobj",))


def as_well_as(text: Analysis, words: str = "as well as", deps: tuple[str, ...] = ("dobj", "pobj")) -> str | None:
    """ "trucks as well as cars" of "trucks and cars"; not of a subject, whose verb would have to change."""
    for token in text.tokens:
        chain = _chain(text, token.index)
        if len(chain) not in (2, 3) or not _is_free(text, chain):
            continue
        first, second = text[chain[0]], text[chain[-1]]
        if first.dep not in deps or first.pos != second.pos or first.pos not in ("NOUN", "PROPN"):
            continue
        if first.pos == "PROPN" and first.entity and first.entity == second.entity:
            continue  # "Newfoundland and Labrador" may be one name
        if first.tag == second.tag == "NNP" and {first.text, second.text} & set(GIVEN):
            continue
        if first.dep == "pobj" and first.tag == "NNP" and text[first.head].lower == "by":
            continue
        if {first.tag, second.tag} & {"VBG", "JJ"} or second.entity in ("DATE", "TIME", "MONEY", "PERCENT"):
            continue
        if first.tag != second.tag and not all(_is_counted(text, i) for i in chain):
            continue
        link = second.left - 1
        commas = [i for i in range(link) if text[i].text == ","]
        listed = len(chain) == 3 and all(_is_counted(text, i) for i in chain) and commas[-1:] == [link - 1]
        if text[link].lower != "and" or any(text[i].dep == "compound" for i in first.children):
            continue
        if (len(chain) == 2 and commas) or (len(chain) == 3 and not (listed and len(commas) == 2)):
            continue
        return edited_at(text, (link, link, words))
    return None


def _is_counted(text: Analysis, head: int) -> bool:
    opening = text[text[head].left]
    return opening.tag == "CD" or opening.lower in ("a", "an", "half", "some", "several")


def _chain(text: Analysis, first: int) -> list[int]:
    """The heads of what is joined, if the token is the first of them."""
    if text[first].dep == "conj":
        return []
    chain = [first]
    while (following := text.first(chain[-1], "conj")) is not None:
        chain.append(following)
    return chain if len(chain) > 1 else []


def _is_free(text: Analysis, chain: list[int]) -> bool:
    """Whether nothing counts or pairs what is joined."""
    return not any(t.lower in _OTHER_USE for t in text.tokens)
