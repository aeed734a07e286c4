"""Markers within a sentence by others that say the same: "In addition, he bought" for "he also bought", "in all" for
"in total", a semicolon and "however" for "but"."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, statement
from llmrobust.english.noun_phrases import inner_word, raised
from llmrobust.operators.builtin.sentences.deleted_markers import too_at
from llmrobust.operators.builtin.sentences.joined_clauses import contrasting
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.operator import Draw

_SUBJECTS = frozenset("i he she we they it there".split())
_SUMS = ("in total", "altogether", "in all")


def said_alike(text: Analysis, draw: Draw) -> str | None:
    """The sentence with one marker by another of the same sense; None where it has none that can be."""
    return (
        _in_addition(text, draw)
        or after_that(text)
        or _other_sum(text, draw)
        or _whereas(text)
        or _because(text)
        or _as_well(text)
    )


def however_apart(text: Analysis, link: int) -> str | None:
    """ "I ordered a card; however, it is late." of "I ordered a card, but it is late."."""
    before = link - 1 - (text[link - 1].text == ",")
    if statement(text) is None or before < 2 or text[before].tag in ("WRB", "WP") or link + 2 >= len(text):
        return None
    if [t.lower for t in text.tokens].count("but") > 1 or text[link + 1].pos in ("ADV", "SCONJ", "PUNCT", "VERB"):
        return None
    return f"{text.text[: text[before].end]}; however, {text.text[text[link + 1].start :]}"


def other_phrase(text: Analysis, draw: Draw, others_of: Mapping[str, tuple[str, ...]]) -> str | None:
    """ "in spite of the rain" of "despite the rain", by a table of phrases."""
    for token in text.tokens:
        for phrase, others in others_of.items():
            last = token.index + phrase.count(" ")
            if last + 1 >= len(text) or text.said(token.index, last).lower() != phrase:
                continue
            following = text[last + 1]
            if following.tag == "VB" or (following.pos in ("PUNCT", "ADJ") and following.text != ","):
                continue  # "due to arrive"
            if token.lower == "along" and text[token.index - 1].pos == "VERB":
                continue  # "go along with it"
            new = draw.stream("phrase").choice(others)
            return edited_at(text, (token.index, last, raised(new) if token.text[:1].isupper() else new))
    return None


def _in_addition(text: Analysis, draw: Draw) -> str | None:
    """ "In addition, she bought tea." of "She also bought tea.": after a pronoun, so that what is done is new."""
    clause = statement(text)
    if clause is None or clause.subject_range != (0, 0) or text[0].lower not in _SUBJECTS:
        return None
    also = next((t.index for t in text.tokens if t.lower == "also"), 0)
    if not 0 < also <= clause.verb + 1 or text[also].head != clause.verb or clause.negation is not None:
        return None
    first = inner_word(text, 0)
    if first is None or also + 1 >= len(text) or text[also + 1].pos in ("SCONJ", "PUNCT"):
        return None
    said = edited_at(text, (also, also, ""))
    return f"{draw.stream('also').choice(('In addition,', 'Additionally,'))} {first}{said[len(first) :]}"


def after_that(text: Analysis, when: str = "after that") -> str | None:
    """ "After that, he goes home." of "He then goes home."."""
    clause = statement(text)
    if clause is None or len(text) < 4 or text[1].lower != "then" or clause.subject_range != (0, 0):
        return None
    first = inner_word(text, 0) if text[0].lower in _SUBJECTS else None
    if first is None or text[2].pos not in ("VERB", "AUX") or any(t.lower == "if" for t in text.tokens):
        return None
    return f"{raised(when)}, {first}{edited_at(text, (1, 1, ''))[len(first) :]}"


def _other_sum(text: Analysis, draw: Draw) -> str | None:
    """ "How many eggs are there in all?" of "... in total?", and "In total, ..." otherwise too."""
    if not any(t.tag == "CD" or t.lower in ("many", "much") for t in text.tokens):
        return None
    for token in text.tokens[:-1]:
        said, last = next(
            (
                (words, token.index + words.count(" "))
                for words in _SUMS
                if text.said(token.index, min(token.index + words.count(" "), len(text) - 1)).lower() == words
            ),
            ("", token.index),
        )
        following = text[last + 1] if last + 1 < len(text) else None
        before = text[token.index - 1]
        counts = before.pos in ("VERB", "AUX", "PRON") or before.lower == "there"
        alone = token.lower == "total" and counts and token.index == text.end
        if following is None or not (said or alone) or (following.pos != "PUNCT" and following.pos != "AUX"):
            continue
        inside = following.pos == "AUX"
        others = [words for words in _SUMS if words != said and not (inside and words == "in all")]
        new = draw.stream("sum").choice(others)
        return edited_at(text, (token.index, last, raised(new) if token.text[:1].isupper() else new))
    return None


def _whereas(text: Analysis) -> str | None:
    """ "Ann has 5, whereas Bo has 2." of "Ann has 5, while Bo has 2."."""
    link = contrasting(text)
    return None if link is None else edited_at(text, (link, link, "whereas"))


def _because(text: Analysis) -> str | None:
    """ "because I got married" of "since I got married", where nothing lasts since then."""
    root = text.root
    if root is None or any(t.entity in ("DATE", "TIME") or t.lower in ("ever", "long", "first") for t in text.tokens):
        return None
    lasts = any(text[i].lemma == "have" for i in text.dependents(root.index, "aux")) or root.lemma == "be"
    for token in text.tokens:
        clause = clause_at(text, token.head) if token.lower == "since" and token.dep == "mark" else None
        if clause is None or (lasts and clause.tense != "present") or text[clause.verb].left != token.index:
            continue
        return edited_at(text, (token.index, token.index, "Because" if token.text[:1].isupper() else "because"))
    return None


def _as_well(text: Analysis) -> str | None:
    """ "He bought a pen as well." of "He bought a pen, too."."""
    found = too_at(text)
    return None if found is None else f"{text.text[: text[found - 1].end]} as well{text.text[text[text.end].end :]}"
