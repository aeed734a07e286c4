"""Finds where an instruction shows how answers look: quoted literals, labels in a list, forms such as YYYY-MM-DD.

For a template's own text only: in an example's value the same words are what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from llmrobust.text.fixed_pieces import Found, fixed_pieces

_QUOTED = re.compile(
    r"\"[^\"\n]{1,80}\"|„[^“”\n]{1,80}[“”]|“[^”\n]{1,80}”|«[^»\n]{1,80}»|「[^」\n]{1,80}」|『[^』\n]{1,80}』|(?<![\w'])'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w)){1,80}'(?![\w'])|"
    r"‘(?=\S)[^’\n]{1,80}’(?!\w)"
)
_ITEM = r"(?:[A-Za-z][\w-]*(?:[ -][A-Z][\w-]*){0,2})"
_NAME = r"(?:[A-Z][\w-]*(?: (?:and |& )?[A-Z][\w-]*){0,3})"
_NEXT = r"\s*(?:,\s*(?:and\s+|or\s+)?|/|\||;)\s*"
_LAST = r"(?:,?\s+(?:and|or)\s+)"
_KIND = (
    r"(?:labels?|categor(?:y|ies)|class(?:es)?|tags?|intents?|options?|values?|choices?|topics?|sentiments?|types?|"
    r"following|answers?|responses?|one of(?: these| the following)?|either)"
)
_LISTS = tuple(
    re.compile(pattern)
    for pattern in (
        # "labels: bug, feature or question", "categories (bug, feature)"
        rf"(?i:\b{_KIND})\s*(?::|\(|are|is|—|–)\s*(?P<list>{_ITEM}(?:{_NEXT}{_ITEM})+(?:{_LAST}{_ITEM})?|{_ITEM}{_LAST}{_ITEM})"
        r"(?=\s*[.):;\n]|\s*\Z)",
        # "the labels Bug, Feature and Question"
        rf"(?i:\b{_KIND})\s+(?P<list>{_NAME}(?:{_NEXT}{_NAME})*{_LAST}{_NAME})",
        # "answer with yes or no", "as acceptable or unacceptable."
        r"(?i:\b(?:answer|reply|respond|output|return|write|say|print|with|as|either|one of|only|is|whether))\s+"
        r"(?:only\s+)?"
        r"(?:with\s+|by\s+|either\s+)?(?P<list>[A-Za-z][\w-]*(?:,\s*[A-Za-z][\w-]*)*,?\s+or\s+[A-Za-z][\w-]*)"
        r"(?=\s*[.?!:;)\n]|\s*\Z)",
        # "Yes or no?", "True, False, or Neither?"
        r"(?:\A|(?<=[.?!,;:] )|(?<=[.?!]\s\s)|(?<=\n))"
        r"(?P<list>[A-Z][\w-]*(?:,\s*[A-Za-z][\w-]*)*,?\s+or\s+[A-Za-z][\w-]*)"
        r"(?=\s*[?])",
        # "definitely correct, incorrect, or inconclusive?"
        r"(?<![\w-])(?P<list>[a-z][\w-]*(?:,\s*[a-z][\w-]*)+,?\s+or\s+[a-z][\w-]*)(?=\s*[?])",
        # "yes/no", "positive/negative/neutral"
        r"(?<![\w/.:])(?!(?:and/or|he/she|his/her|him/her|s/he|she/he|his/hers)\b)(?P<list>[A-Za-z]+(?:/[A-Za-z]+)+)(?![\w/])",
    )
)
_EMPHASIS = (
    "NOT|DO|DON|ONLY|MUST|NEVER|ALWAYS|IMPORTANT|NOTE|ALL|ANY|AND|OR|YOU|YOUR|THE|IS|ARE|BE|NO|WARNING|CRITICAL|PLEASE|"
    "EXACTLY|EVERY|EACH|IF|THEN|WHEN|INSTRUCTIONS?|INPUT|OUTPUT|CONTEXT|QUESTION|ANSWER|TASK|RULES?|ROLE|EXAMPLES?"
)
_FORM = re.compile(
    r"#{2,}|(?<!\w)(?:YYYY|DD|MM|HH)(?:[-/.:](?:YYYY|DD|MM|HH|SS|mm|ss))+|"
    rf"(?<![\w'’])(?!(?:{_EMPHASIS})\b)[A-Z][A-Z0-9]+(?:[_-][A-Z0-9]+)*(?![\w'’])|"
    r"(?<![\w'’])(?:JSON|XML|CSV|YAML|HTML|Markdown|LaTeX|SQL|Python)(?![\w'’])"
)
_LIST_WORD = re.compile(r"[^\W\d_][\w-]*")
_JOINTS = ("and", "or")


@lru_cache(maxsize=1024)
def asked_answers(text: str) -> tuple[Found, ...]:
    """What a template's own text fixes, in reading order, none within another: also every piece that is not words."""
    pieces: list[Found] = []
    end = 0
    for found in sorted({*fixed_pieces(text), *_found(text)}, key=lambda one: (one[0], -one[1])):
        if found[0] >= end:
            pieces.append(found)
            end = found[1]
        elif found[1] > end:  # overlaps the piece before it: the rest of it
            pieces.append((end, found[1], found[2]))
            end = found[1]
    return tuple(pieces)


def _found(text: str) -> Iterator[Found]:
    yield from ((one.start(), one.end(), "quoted") for one in _QUOTED.finditer(text))
    for pattern in _LISTS:
        for one in pattern.finditer(text):
            at = one.start("list")
            words = ((w.start() + at, w.end() + at, w[0]) for w in _LIST_WORD.finditer(one["list"]))
            yield from ((start, stop, "answer") for start, stop, word in words if word not in _JOINTS)
    if text != text.upper():  # where all is in capitals, no word is in capitals for what it means
        yield from ((one.start(), one.end(), "form") for one in _FORM.finditer(text))
