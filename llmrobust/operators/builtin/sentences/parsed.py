"""Rewrites one sentence of a text at a time, as its analysis reads it: what operators on the parse have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Protocol

from llmrobust.english import Analysis, analyse
from llmrobust.english.clauses import SUBJECTS
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.limits import cuts_a_time
from llmrobust.operators.builtin.sentences.person_phrases import misleads_first
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.editing.analysed_sentences import LONGEST
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.scope import is_target
from llmrobust.operators.editing.text_edits import TargetParams, sentences, texts_of
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Place, Prompt

ParsedRewrite = Callable[[Analysis], str | None]
"""From an analysed sentence without surrounding space to the new sentence, or None where it does not apply."""
_HARD = re.compile(
    r"[()\[\]{}\"“”:;—|*#=<>/\\\n_`]|--| - |``|''|\.\.\.|(?<![A-Za-z0-9])['‘]|[A-Za-z]\?[^\s?]|\b[A-Z]{4,} [A-Z]{4,}\b"
)
"""What makes a text more than a plain sentence."""


_LABEL = re.compile(r"(?:\A|(?<=\n)|(?<=> ))[A-Z][a-z]+:[ \n](?=\S)|\n+|<[a-z]+>\s*")
"""What stands before a sentence and is none: a label ("Premise: "), the end of a line, a tag."""


class ParsedParams(TargetParams):
    """Parameters of operators that rewrite a sentence by its analysis."""


def is_plain(sentence: str, draw: Draw) -> bool:
    """Whether a sentence is running English alone: no labels, addresses, code, quotations, brackets."""
    return (
        bool(sentence)
        and _HARD.search(sentence) is None
        and sentence.isprintable()
        and len(sentence.split()) <= LONGEST
        and free_stretches(sentence, draw.labels, numbers=True) == [(0, len(sentence))]
    )


def parsed(sentence: str) -> Analysis | None:
    """The analysis of what is one sentence; None for text that the pipeline reads as several, or as none."""
    text = analyse(sentence)
    return text if len(text.sentences) == 1 and text.root is not None and not _runs_on(text) else None


def _runs_on(text: Analysis) -> bool:
    """Whether a question follows without any mark, as in "I lost my card what do I do"."""
    return any(
        a.tag in ("WRB", "WP") and before.text != "," and before.pos != "CCONJ" and b.tag in ("VBP", "VBZ", "VBD", "MD")
        and c.lower in ("i", "you", "we", "they", "he", "she", "it", "my", "the")
        for before, a, b, c in zip(text.tokens, text.tokens[1:], text.tokens[2:], text.tokens[3:], strict=False)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a sentence in its text. before, after: the text on either side; ends: whether none follows."""

    before: str
    ends: bool
    after: str = ""

    @property
    def opens(self) -> bool:
        """Whether no whole sentence comes before it."""
        return not any(mark in self.before for mark in ".?!")

    @property
    def alone(self) -> bool:
        """Whether it is all there is."""
        return self.opens and self.ends


class RewriteInText(Protocol):
    """From an analysed sentence and what stands around it to the new sentence, or None."""

    def __call__(self, text: Analysis, /, *, around: Around) -> str | None: ...


class RewriteTwoInText(Protocol):
    """From two analysed sentences and what stands around them to what takes their place, or None."""

    def __call__(self, one: Analysis, two: Analysis, /, *, around: Around) -> str | None: ...


def rewritten_in_text(
    prompt: Prompt, params: TargetParams, draw: Draw, rewrite: RewriteInText, name: str
) -> Iterator[Variant]:
    """As `rewritten_by_parse`, of a rule that asks what stands around the sentence."""
    for place, parts, whole in whole_sentences(prompt, params.targets()):
        for index in whole:
            around = Around("".join(parts[:index]), index == len(parts) - 1, "".join(parts[index + 1 :]))
            text = rewritten_text(parts, range(index, index + 1), draw, partial(rewrite, around=around))
            if text is not None:
                yield Variant(prompt.with_texts({place: text}), name)
                return


def rewritten_by_parse(
    prompt: Prompt, params: TargetParams, draw: Draw, rewrite: ParsedRewrite, name: str
) -> Iterator[Variant]:
    """The variant with the first sentence rewritten that the rule applies to; nothing where it applies to none.

    Sentences with labels, addresses, code, quotations or brackets are left alone.
    """
    for place, parts, whole in whole_sentences(prompt, params.targets()):
        text = rewritten_text(parts, whole, draw, rewrite)
        if text is not None:
            yield Variant(prompt.with_texts({place: text}), name)
            return


def two_rewritten(
    prompt: Prompt, params: TargetParams, draw: Draw, rewrite: Callable[[Analysis, Analysis], str | None], name: str
) -> Iterator[Variant]:
    """The variant with the first two neighbouring sentences made one that the rule applies to; else nothing."""

    def alone(one: Analysis, two: Analysis, /, *, around: Around) -> str | None:
        return rewrite(one, two)

    yield from two_rewritten_in_text(prompt, params, draw, alone, name)


def two_rewritten_in_text(
    prompt: Prompt, params: TargetParams, draw: Draw, rewrite: RewriteTwoInText, name: str
) -> Iterator[Variant]:
    """As `two_rewritten`, of a rule that asks what stands around the two sentences."""
    for place, parts, whole in whole_sentences(prompt, params.targets()):
        for index in whole[:-1]:
            first, second = parts[index].strip(), parts[index + 1].strip()
            if "\n" in parts[index] or not is_plain(first, draw) or not is_plain(second, draw):
                continue
            one, two = parsed(first), parsed(second)
            around = Around("".join(parts[:index]), index + 2 == len(parts))
            new = rewrite(one, two, around=around) if one is not None and two is not None else None
            if new is None:
                continue
            lead = parts[index][: len(parts[index]) - len(parts[index].lstrip())]
            tail = parts[index + 1][len(parts[index + 1].rstrip()) :]
            text = "".join([*parts[:index], lead + new + tail, *parts[index + 2 :]])
            yield Variant(prompt.with_texts({place: text}), name)
            return


def whole_sentences(prompt: Prompt, targets: Sequence[str]) -> Iterator[tuple[Place, list[str], range]]:
    """(place, its text cut into sentences, indices of those that are whole) of every span that may be edited.

    A span may begin or end within a sentence: before and after a piece of the text that nobody may change.
    """
    for places in texts_of(prompt, targets):
        for number, place in enumerate(places):
            if not is_target(prompt.span(place), targets):
                continue
            parts = _apart_from_labels(sentences(prompt.span(place).text))
            before = prompt.span(places[number - 1]).text.rstrip() if number else "."
            starts = before.endswith((".", "?", "!")) and (number == 0 or parts[:1] != [parts[0].lstrip()])
            ends = number == len(places) - 1 or parts[-1].rstrip().endswith((".", "?", "!"))
            yield place, parts, range(0 if starts else 1, len(parts) if ends else len(parts) - 1)


def _apart_from_labels(parts: Sequence[str]) -> list[str]:
    """The parts of a text, cut again after each label, tag and end of a line."""
    cut = []
    for part in parts:
        ends = [found.end() for found in _LABEL.finditer(part.rstrip())]
        cut += [piece for a, b in pairwise((0, *ends, len(part))) if (piece := part[a:b])]
    return cut


def rewritten_text(parts: Sequence[str], whole: range, draw: Draw, rewrite: ParsedRewrite) -> str | None:
    """The joined sentences with the first one rewritten that is whole and that the rule applies to; None if none is."""
    for index in whole:
        part = parts[index]
        body = part.strip()
        found = parsed(body) if is_plain(body, draw) else None
        new = rewrite(found) if found is not None else None
        if new is not None and new != body:
            lead, tail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
            return "".join([*parts[:index], lead + new + tail, *parts[index + 1 :]])
    return None


def edited_at(text: Analysis, *edits: tuple[int, int, str]) -> str:
    """The text with the tokens (first, last) replaced; last = first - 1 puts words before a token.

    Edits do not overlap. An empty replacement takes the space before the tokens with it.
    """
    whole = text.text
    for first, last, new in sorted(edits, reverse=True):
        start = text[first].start
        end = text[last].end if last >= first else start
        if new:
            whole = whole[:start] + new + whole[end:]
        elif start == 0:
            whole = whole[end:].lstrip()
        else:
            whole = whole[:start].rstrip(" ") + whole[end:]
    return whole


def moved_first(text: Analysis, first: int, last: int, before: int | None = None) -> str | None:
    """The sentence with the words from one token to another at its front, and after them those up to the token before,
    or up to another one; None where its start cannot follow them, or a pronoun would come too soon."""
    before = first - 1 if before is None else before
    begun = text.root is not None and text.first(text.root.index, *SUBJECTS) is not None
    named = text[0].text in GIVEN and (text[0].tag.startswith("NN") or not begun)  # "Billy", a common noun too
    said = text.said(0, before) if named else inner(text, 0, before)
    main = None if misleads_first(text, first, last, before) or cuts_a_time(text, first) else said
    return None if main is None else like(f"{text.said(first, last)}, {main}{text.text[text[last].end :]}", text)


def moved_last(text: Analysis, last: int, start: int) -> str | None:
    """The sentence with the words that it opens with, up to a token, after those from another token on; None where its
    start cannot follow them."""
    opening, end = inner(text, 0, last), text.end
    if opening is None:
        return None
    return like(f"{text.said(start, end)} {opening}{text.text[text[end].end :]}", text)


def joined(*parts: str | None) -> str:
    """The parts that say something, with a space between them."""
    return " ".join(part for part in parts if part)


def first_rewritten(text: Analysis, rules: Sequence[Callable[[Analysis, int], str | None]]) -> str | None:
    """What the first rule that applies makes of the first token that one applies to; None if none does."""
    made = (rule(text, token.index) for token in text.tokens for rule in rules)
    return next((new for new in made if new is not None), None)
