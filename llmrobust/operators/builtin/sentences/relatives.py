"""Relative clauses: what describes a thing said in a clause of its own, and "that" put in or left out, on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import clause_at, finite_form, question
from llmrobust.english.noun_phrases import is_plural, like
from llmrobust.operators.builtin.sentences.asked_clauses import asked_by_clause
from llmrobust.operators.builtin.sentences.described_things import beside_as_clause, degree_as_clause, pair_as_clause
from llmrobust.operators.builtin.sentences.origins_and_states import based_as_clause, from_as_clause, state_as_clause
from llmrobust.operators.builtin.sentences.parsed import ParsedParams, edited_at, first_rewritten, rewritten_by_parse
from llmrobust.operators.builtin.sentences.participle_clauses import (
    EVENTS,
    with_clause_as_participle,
    with_participle_as_clause,
)
from llmrobust.operators.builtin.sentences.person_phrases import is_person, who_or_that
from llmrobust.operators.builtin.sentences.told_tense import told_tense
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_DESCRIBING = frozenset(
    "red blue green yellow white black brown orange purple pink gray grey empty heavy expensive cheap broken damaged "
    "rotten ripe identical unoccupied vacant defective narrow wide wounded injured sick hungry striped".split()
)
"""Adjectives that say of a thing what "it is ..." says too, wherever they stand."""
_OWNED = frozenset(
    "card account money phone wallet passport bag purse book car bike house apartment laptop computer ticket chicken "
    "duck dog cat cow sheep horse garden farm truck boat ship iphone toy coin jewel marble store shop backpack egg "
    "pencil pen notebook cupcake cookie apple orange orchard suitcase tent camera watch ring shirt shoe hat coat bill "
    "savings pond fridge truck van bakery restaurant".split()
)
"""Things that belong to somebody."""
_PLACED = frozenset("in on at under inside above behind".split())
_CONTAINERS = frozenset(
    "account wallet bag box basket jar tank garden yard field shelf table car truck house room kitchen fridge drawer "
    "bottle glass pool pond box package pocket purse parking barn store shop class school library garage boat "
    "bus".split()
)


@operator(
    "syntax.relative_clause",
    version=8,
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1.2, 60),
    needs=("english",),
    source="RUPBench (Wang and Zhao 2024, arXiv 2406.11020): syntactic perturbation; kind made for llmrobust",
)
def relative_clause(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Describes a thing in a relative clause ("a bag that has five") or without one, or swaps which and that."""
    yield from rewritten_by_parse(prompt, params, draw, described_by_clause, "clause")
    yield from rewritten_by_parse(prompt, params, draw, with_other_pronoun, "pronoun")
    yield from rewritten_by_parse(prompt, params, draw, without_clause, "reduced")
    yield from rewritten_by_parse(prompt, params, draw, asked_by_clause, "asked")


def described_by_clause(text: Analysis) -> str | None:
    """The sentence with one description as a relative clause; None if it has none that can be one."""
    return first_rewritten(text, _RULES) or first_rewritten(text, _MORE_RULES)


def without_clause(text: Analysis) -> str | None:
    """The sentence with a relative clause cut to its participle, or to the noun that it names; None if none can be."""
    return first_rewritten(text, (with_clause_as_participle,))


def with_other_pronoun(text: Analysis) -> str | None:
    """The sentence with "that" put into, or left out of, a relative clause, or in place of "which"; None if it has no
    such clause."""
    for token in text.tokens:
        if token.tag == "WDT" and token.lower == "that" and token.dep in ("nsubj", "nsubjpass") and token.index > 1:
            if sum(t.tag in ("WDT", "WP") for t in text.tokens[1:]) > 1:
                continue
            before = text[token.index - 1]
            if text[token.index + 1].text.startswith(("'", "’")):
                continue  # "that's": "which's" is no English
            plain = (
                before.tag in ("NN", "NNS") and text[token.head].dep == "relcl" and text[token.head].index > token.index
            )
            if plain and not is_person(text, before.index) and not is_person(text, text[token.head].head):
                return edited_at(text, (token.index, token.index, "which"))
        if token.dep != "relcl" or token.head > token.index or token.pos not in ("VERB", "AUX"):
            continue
        if any(t.tag in ("WDT", "WP") for i in text.dependents(token.index, "conj") for t in text.within(i)):
            continue  # "which won last year and which has": both or none
        if token.text.startswith(("'", "’")) or any(text[i].text.startswith(("'", "’")) for i in token.children):
            continue
        opening, noun = text[token.left], text[token.head]
        if noun.tag not in ("NN", "NNS") or opening.index != noun.index + 1 or opening.index > token.index:
            continue
        subject = text.first(token.index, "nsubj", "nsubjpass")
        if subject is None or clause_at(text, token.index) is None:
            continue
        word = opening.lower
        if word in ("that", "which") and opening.dep == "dobj" and text[subject].left == opening.index + 1:
            if text[subject].tag in ("PRP", "NNP") and not _leads_question(text, noun):
                return edited_at(text, (opening.index, opening.index, ""))
        elif word == "which" and subject == opening.index:
            return edited_at(text, (opening.index, opening.index, "that"))
        elif word == "that" and subject == opening.index and opening.tag == "WDT":
            who = who_or_that(text, noun.index)
            return edited_at(text, (opening.index, opening.index, "which" if who == "that" else who))
        elif word == "who" and subject == opening.index and noun.lemma != "person":
            return edited_at(text, (opening.index, opening.index, "that"))
        elif text[subject].left == opening.index and text[subject].tag in ("PRP", "NNP"):
            if text[subject].left != subject or noun.lemma in _WHEN_OR_HOW or noun.entity in ("DATE", "TIME"):
                continue
            if text.dependents(token.index, "dobj", "dative") or any(
                text[i].dep == "ccomp" and i < text[subject].left for i in token.children
            ):
                continue  # "If he doesn't return the money he will tell Ann": a clause of its own
            return edited_at(text, (opening.index, opening.index - 1, "that "))
    return None


def _leads_question(text: Analysis, noun: Token) -> bool:
    """Whether a noun is asked for as a subject: "How many people that she invited came?"."""
    return noun.dep in ("nsubj", "nsubjpass") and text.text.endswith("?")


def _has_features(text: Analysis, noun: int, thing: int) -> bool:
    """Whether "with" names what a thing has: "a film with fine actors", not "a talk with new customers"."""
    described = text[thing].tag == "NNS" and bool(text.dependents(thing, "amod")) and not text.dependents(thing, "det")
    return described and text[noun].lemma not in _BETWEEN_TWO and text[text[noun].left].lower in ("a", "an")


_BETWEEN_TWO = frozenset(
    "conversation talk interview argument fight relationship connection agreement contract friend love affair concern "
    "association experience difficulty comparison contrast war battle visit discussion dispute negotiation date "
    "appointment partnership correspondence encounter collaboration career role part cooperation bond link obsession "
    "fascination treaty marriage alliance chat quarrel clash pact".split()
)
"""What somebody has with somebody else."""
_WHEN_OR_HOW = frozenset("weekend time way day year reason moment place".split())
"""Nouns before which "that" would not be what a clause has left out."""


def _with(text: Analysis, index: int) -> str | None:
    """ "a bag that has 5 servings" of "a bag with 5 servings"."""
    token = text[index]
    if token.lower != "with" or token.dep != "prep" or token.head != index - 1:
        return None
    noun, pobj = text[token.head], text.first(index, "pobj")
    if pobj is None or noun.tag not in ("NN", "NNS") or text[pobj].tag not in ("NN", "NNS"):
        return None
    parts = text.dependents(pobj, "nummod", "det")
    counted = any(text[i].tag == "CD" or text[i].lower in ("a", "an", "no") for i in parts)
    if is_person(text, pobj) or not (counted or _has_features(text, noun.index, pobj)):
        return None
    first = text[noun.left]
    if not (first.lower in ("a", "an", "the", "each", "every") or first.tag == "CD" or noun.tag == "NNS"):
        return None
    if noun.entity in ("DATE", "TIME", "MONEY") or text[pobj].entity in ("MONEY", "PERCENT") or noun.lower in EVENTS:
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, index)
    if plural is None or tense is None:
        return None
    who = who_or_that(text, noun.index)
    return edited_at(text, (index, index, f"{who} {finite_form('have', tense, plural=plural)}"))


_UNDERGONE = {"stolen": "was", "lost": "is", "declined": "was", "damaged": "is", "missing": "is"}
"""What befell a thing, and the verb that says so after "that"."""


def _undergone(text: Analysis, index: int) -> str | None:
    """ "a card that was stolen" of "a stolen card"."""
    token = text[index]
    be = _UNDERGONE.get(token.lower)
    if be is None or token.dep not in ("amod", "compound") or token.head != index + 1:
        return None
    noun, before = text[token.head], text[index - 1] if index else None
    if noun.tag != "NN" or noun.lemma not in _OWNED or noun.right != noun.index or before is None:
        return None
    if before.lower != "a" or before.index != noun.left or noun.text[:1].lower() in "aeiou":
        return None
    return edited_at(text, (index, noun.index, f"{noun.text} that {be} {token.lower}"))


def _kind(text: Analysis, index: int) -> str | None:
    """ "What kind of machines are there that would allow it?" of "What kind of machines would allow it?"."""
    asked = question(text)
    if index or asked is None or asked.subject is not None or asked.asking is None or asked.start != 0:
        return None
    first, last = asked.asking
    words = [t.lower for t in text.tokens[first : last + 1]]
    plain = words[0] in ("what", "which") and len(words) > 1 and text[last].tag == "NNS"
    if not plain or text[asked.finite].tag not in ("MD", "VBP") or text[asked.finite].lemma == "be":
        return None
    return edited_at(text, (asked.finite, asked.finite - 1, "are there that "))


def _way(text: Analysis, index: int) -> str | None:
    """ "a way that I can know" of "a way to know", where it is asked for."""
    token = text[index]
    if token.lower != "way" or index + 2 >= len(text) or text[index - 1].lower not in ("a", "any", "another"):
        return None
    to, verb = text[index + 1], text[index + 2]
    asks = text.text.endswith("?") and text[0].lower in ("is", "are")
    if not asks or to.tag != "TO" or verb.tag != "VB":
        return None
    return edited_at(text, (to.index, to.index, "that I can"))


def _adjective(text: Analysis, index: int) -> str | None:
    """ "fiber that is blue" of "blue fiber"."""
    token = text[index]
    if token.dep != "amod" or token.head != index + 1 or token.lower not in _DESCRIBING or token.left != token.right:
        return None
    noun = text[token.head]
    if noun.dep == "pobj" and text[noun.head].lower == "of":
        return None  # "five times the number of white carnations"
    if noun.tag not in ("NN", "NNS") or noun.right != noun.index or noun.dep in ("compound", "npadvmod"):
        return None
    before = text[index - 1] if index else None
    whole = text.tokens[noun.left : index]
    if any(t.dep in ("amod", "poss", "compound") or t.tag in ("JJR", "JJS") for t in whole):
        return None
    if before is None or (before.lower == "the" and noun.tag == "NN"):
        return None  # "The damaged bridge": the only one
    if before.lower in ("more", "most", "very", "less", "than", "as", "fewer", "and", "or"):
        return None
    if any(
        t.lower == "than" or t.dep in ("cc", "conj") for t in (*text.within(token.head), *text.tokens[index - 1 :][:3])
    ):
        return None
    follows = text[noun.index + 1] if noun.index + 1 < len(text) else None
    if (follows is not None and follows.dep in ("cc", "case")) or any(t.lower == "twice" for t in text.tokens):
        return None
    if sum(t.lemma == noun.lemma for t in text.tokens) > 1:
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, index)
    if plural is None or tense is None:
        return None
    if noun.dep in ("nsubj", "nsubjpass") and text[min(noun.index + 1, len(text) - 1)].lemma == "be":
        return None  # "A bridge that was damaged was closed"
    be = finite_form("be", tense, plural=plural)
    who = who_or_that(text, noun.index)
    edits = [(index, noun.index, f"{noun.text} {who} {be} {token.lower}")]
    if before.lower in ("a", "an"):
        article = "an" if noun.text[:1].lower() in "aeiou" else "a"
        article = article.capitalize() if before.text[0].isupper() else article
        edits = [(before.index, noun.index, f"{article} {noun.text} {who} {be} {token.lower}")]
    return edited_at(text, *edits)


def _placed(text: Analysis, index: int) -> str | None:
    """ "the money that is in my account" of "the money in my account"."""
    token = text[index]
    if token.dep != "prep" or token.lower not in _PLACED or token.head != index - 1:
        return None
    noun, pobj = text[token.head], text.first(index, "pobj")
    if pobj is None or noun.tag not in ("NN", "NNS") or text[noun.left].lower not in ("the", "these", "those", "all"):
        return None
    if noun.dep == "dobj" and text[noun.head].lemma in ("see", "find", "get", "put", "show"):
        return None  # "When will I see the transfer in my account?"
    if text[pobj].lemma.lower() not in _CONTAINERS or noun.entity or noun.lower in _RELATIONAL:
        return None
    if token.right != text[pobj].right or text[text[pobj].left].lower not in ("the", "my", "his", "her", "their", "a"):
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, index)
    if plural is None or tense is None:
        return None
    return edited_at(text, (index, index, f"that {finite_form('be', tense, plural=plural)} {token.lower}"))


_RELATIONAL = frozenset(
    "number name amount total end beginning top bottom rest way day average change increase".split()
)


def _owner(text: Analysis, index: int) -> str | None:
    """ "the iPhone that belongs to Ben" of "Ben's iPhone"."""
    token = text[index]
    if token.dep != "poss" or token.head < index:
        return None
    noun = text[token.head]
    if noun.lemma.lower() not in _OWNED or not noun.tag.startswith("NN") or noun.left != token.left:
        return None
    if noun.dep in ("compound", "poss") or any(
        text[i].dep in ("relcl", "acl", "prep", "cc", "conj") for i in noun.children
    ):
        return None
    if noun.index + 1 < len(text) and (text[noun.index + 1].dep == "case" or text[noun.index + 1].tag == "POS"):
        return None
    if token.tag == "NNP" and token.left == token.right - 1 and text[token.right].tag == "POS":
        owner, start = token.text, token.right + 1
    else:
        return None
    if any(text[i].dep in ("amod", "nummod") and text[i].tag == "CD" for i in noun.children):
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, noun.index)
    if plural is None or tense is None:
        return None
    if noun.index + 1 < len(text) and text[noun.index + 1].tag in ("WDT", "WP"):
        return None
    belong = "belonged" if tense == "past" else "belong" if plural else "belongs"
    said = f"the {text.said(start, noun.index)} that {belong} to {owner}"
    return edited_at(text, (token.left, noun.index, like(said, text) if token.left == 0 else said))


_RULES = (_with, with_participle_as_clause, _adjective, _undergone, _placed, _owner, _way, _kind)
"""In the order in which they are tried at each word of a sentence."""
_MORE_RULES = (
    beside_as_clause, degree_as_clause, pair_as_clause, from_as_clause, based_as_clause, state_as_clause,
)  # fmt: skip
"""Tried where none of the others applies."""
