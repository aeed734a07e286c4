"""Which answer of a closed set a free text gives.

The rules, in order; if none applies there is no answer, and nothing is ever guessed:

1. *alone*: the first line that holds anything is a label and nothing else. What follows is explanation or run-on,
   unless another line is another label and nothing else (a list of labels is not an answer).
2. *declared*: "the answer is B", "Label: positive", "option B is correct". Several declarations must agree; negated
   or hedged ones ("the answer is not B", "B or C", "B if it rains", "some say the answer is B") are none. What is taken
   back ("B. Wait, no: C") is none either.
3. *first*: the text starts with a label and the next character is neither letter nor digit (the exact match of
   Seleznyov et al. 2025, "When Punctuation Matters"), and the rest neither names another label nor takes it back.
   A one-letter or numeric label must be marked as one there ("B.", "(B)", "B because"), since "A" is also a word. An
   option that is all of the first line ("A. wool") must not differ from one that is declared later.
4. *stated*: the text starts by saying what something is, and why ("This review is positive, as it praises the hotel"),
   and names no other label.
5. *named last*: the text names one label only, or has turned all others down, at its very end, without negation or
   hedging ("I would call this negative.", "There is no contradiction, so entailment"). A one-letter or numeric label
   must be marked here too ("option B", "(B)").

Of a text that was cut off only 1 and 3 count, and only if no other label starts with what is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from llmrobust.score.choice_wording import (
    ALSO_DETERMINERS,
    ARTICLE,
    BECAUSE,
    BETWEEN_DOLLARS,
    BRACKETS,
    CHOSEN,
    CLAUSE_END,
    CONCLUDES,
    CONDITIONAL,
    CONFIRMED,
    CORRECTED,
    COULD_ALSO,
    COUNTED,
    DECLARES,
    DENIES,
    ENDS_LIST,
    ENUMERATOR,
    EXPLAINS,
    GOES_ON,
    HEDGES,
    LEADS_IN,
    MARKED_AFTER,
    MARKER,
    NOT_THIS,
    ONLY_WITH_A_LABEL,
    OPTION_LINE,
    SENTENCE_END,
    STATES,
    TAG,
    TAKEN_BACK,
    UNCERTAIN,
)
from llmrobust.score.frames import without_latex_text
from llmrobust.score.normalise import Reading, before_of, folded, normalised
from llmrobust.text.thoughts import UNFINISHED, thoughts_unfinished, without_thoughts

_OPTION_WORDS = 6
_IDEOGRAPH = "[\u3040-\u30ff\u3400-\u9fff]"
"""Letters of scripts without spaces, in which a Latin label needs none around it."""
_NEAR = 400
"""Characters before and after a label that are looked at."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place where a text names a label: index of the label, start and end in the text."""

    label: int
    start: int
    end: int


def read_choice(text: str, labels: Sequence[str], *, ignore_case: bool = True, cut_off: bool = False) -> int | Reading:
    """The index of the label that the text gives as its answer, or a Reading with the reason why there is none.

    labels: as the prompt showed them. cut_off: the text ended at the token limit.
    """
    if len(text) <= _SHORT:
        return _read_short(text, tuple(labels), ignore_case, cut_off)
    return _read(text, tuple(labels), ignore_case, cut_off)


def _read(text: str, labels: tuple[str, ...], ignore_case: bool, cut_off: bool) -> int | Reading:
    reader = _reader(labels, ignore_case)
    if reader is None:
        return Reading(None, "two labels are displayed identically")
    if thoughts_unfinished(text):
        return Reading(None, UNFINISHED)
    return reader.read(reader.untagged(without_latex_text(without_thoughts(text))), cut_off)


_SHORT = 60
"""Characters of answers that are likely to be given again and again."""
_read_short = lru_cache(maxsize=4096)(_read)


def label_index(text: str, labels: Sequence[str], *, ignore_case: bool = True) -> int | None:
    """The index of the label that is the whole text, ignoring white space and surrounding punctuation, or None."""
    reader = _reader(tuple(labels), ignore_case)
    return reader.alone(text) if reader else None


class _Reader:
    """Reads texts for one set of labels."""

    def __init__(self, labels: tuple[str, ...], ignore_case: bool):
        self._ignore_case = ignore_case
        self._bare = [normalised(label, ignore_case) for label in labels]
        self._index = {bare: index for index, bare in enumerate(self._bare)}
        self._enumerator = [ENUMERATOR.fullmatch(normalised(label, False)) is not None for label in labels]
        self._shown = [normalised(label, False) for label in labels]
        self._asks = any("?" in label for label in labels)
        flags = re.IGNORECASE if ignore_case else 0
        spelled = [re.escape(normalised(label, False)).replace(r"\ ", self._space(labels)) for label in labels]
        longest_first = sorted(range(len(labels)), key=lambda i: -len(labels[i]))
        self._group_label = longest_first
        any_label = "|".join(f"({spelled[i]})" for i in longest_first)
        self._mention = re.compile(
            rf"(?:(?<![\w-])|(?<={_IDEOGRAPH})(?=[A-Za-z\d]))(?<!\w['’])(?<!\d[.,:/])(?:{any_label})"
            rf"(?:(?!\w|[-'’]\w|[.,:/]\d|\+\+|#)|(?<=[A-Za-z\d])(?={_IDEOGRAPH}))",
            flags,
        )
        one = rf"(?:option\s+)?[\s\"'(*]*(?:{'|'.join(spelled[i] for i in longest_first)})(?!\w)"
        self._not_this = re.compile(
            rf"\bnot\s+{one}[\s\"')*,]*\bbut\s+(?:rather\s+)?(?={one})|,\s*(?:and\s+)?not\s+{one}", re.IGNORECASE
        )
        self._dollars = any("$" in label for label in labels)

    @staticmethod
    def _space(labels: Sequence[str]) -> str:
        """What may stand for a space in a label: also the marks of names, unless some label has them."""
        return r"\s+" if any(re.search(r"\w[_-]\w", label) for label in labels) else r"(?:\s+|[_-])"

    @property
    def distinct(self) -> bool:
        """True if all labels are distinguishable."""
        return len(self._index) == len(self._bare) and all(self._bare)

    def untagged(self, text: str) -> str:
        """The text without space after answer tags and without the dollars around formulas."""
        text = TAG.sub(r"\1", text)
        return text if self._dollars else BETWEEN_DOLLARS.sub(r"\1", text)

    def alone(self, text: str) -> int | None:
        """The label that the text is; "bug?" is a question and no label, unless a label is shown so."""
        if text.rstrip()[-1:] == "?" and not self._asks:
            return None
        return self._index.get(normalised(text, self._ignore_case))

    def read(self, text: str, cut_off: bool) -> int | Reading:
        """The label that the text gives."""
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines:
            return Reading(None, "the answer is empty")
        plain = re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", text).strip()
        plain = self._not_this.sub("", plain)
        if cut_off and self._could_grow(plain):
            return Reading(None, "the answer was cut off where it could still become another label")
        only = COUNTED.fullmatch(text) if not any(label[:1].isdigit() for label in self._bare) else None
        whole = self.alone(text if only is None else only["only"])
        if whole is not None:
            return whole
        alone = [label for line in lines if (label := self.alone(line)) is not None]
        if len(set(alone)) > 1:
            return self._several(alone)
        if alone and self.alone(lines[0]) is not None:
            return alone[0]
        mentions = self._mentions(plain)
        declared = {m.label for m in mentions if self._is_declared(plain, m)}
        opening = self._opening_option(lines)
        if opening is not None and declared and opening not in declared:
            return self._several([opening, *declared])
        first = self._first(plain, mentions)
        if first is not None and not declared and self._is_taken_back(plain, mentions, first):
            return Reading(None, "the answer begins with a label, and then says that it is not that")
        if cut_off:
            return first if first is not None and declared <= {first} else self._nothing(mentions)
        found = declared | ({first} if first is not None else set())
        found |= self._rivals(plain, mentions) if found else set()
        if not found:
            last = self._stated(plain, mentions)
            last = self._named_last(plain, mentions) if last is None else last
            found = set() if last is None else {last}
        return found.pop() if len(found) == 1 else self._nothing(mentions) if not found else self._several(list(found))

    def _rivals(self, plain: str, mentions: list[_Mention]) -> set[int]:
        """The labels that the text names after taking back an answer, or says that the answer could also be."""
        corrected = CORRECTED.search(plain)
        after = len(plain) if corrected is None else corrected.end()
        return {
            m.label
            for m in mentions
            if m.start >= after or COULD_ALSO.search(before_of(plain, m.start, _NEAR)) is not None
        }

    def _opening_option(self, lines: Sequence[str]) -> int | None:
        """The option of a few words that is all of the first line, if no other line is one ("A. wool")."""
        options = [self._option(line) for line in lines]
        return options[0] if len(lines) > 1 and not any(one is not None for one in options[1:]) else None

    def _option(self, line: str) -> int | None:
        found = OPTION_LINE.fullmatch(line.strip(" *_`"))
        if found is None or DENIES.search(line) is not None or len(found["words"].split()) > _OPTION_WORDS:
            return None
        label = self._index.get(normalised(found["label"], self._ignore_case))
        return label if label is not None and self._enumerator[label] else None

    def _stated(self, plain: str, mentions: list[_Mention]) -> int | None:
        """The label that the text says something is, with a reason after it and no other label."""
        if not mentions or self._enumerator[mentions[0].label] or STATES.fullmatch(plain[: mentions[0].start]) is None:
            return None
        first = mentions[0]
        others = any(m.label != first.label and not self._is_denied(plain, m) for m in mentions)
        if others or BECAUSE.match(plain, first.end) is None or self._is_taken_back(plain, mentions, first.label):
            return None
        return first.label

    def _could_grow(self, plain: str) -> bool:
        """True if the text is the beginning of a label that it is not."""
        start = folded(plain) if self._ignore_case else plain
        bare = normalised(plain, self._ignore_case)
        return any(label != bare and label.startswith(start) for label in self._bare)

    def _mentions(self, plain: str) -> list[_Mention]:
        """Every place that names a label; the longest label wins where several fit."""
        found = []
        for match in self._mention.finditer(plain):
            label = self._group_label[(match.lastindex or 1) - 1]
            mention = _Mention(label, match.start(), match.end())
            if not self._enumerator[label] or self._is_marked(plain, mention):
                found.append(mention)
        return found

    def _is_marked(self, plain: str, mention: _Mention) -> bool:
        """True if a one-letter or numeric label is used as a label there, not as an article, pronoun or number."""
        before, after = before_of(plain, mention.start, _NEAR), plain[mention.end : mention.end + _NEAR]
        if self._is_article(mention, after):
            return False
        if MARKER.search(before) or DECLARES.search(before):
            return True
        if before.rstrip(" ")[-1:] in ("(", "[", "<", "{") and after.lstrip(" ")[:1] in (")", "]", ">", "}"):
            return True
        if CHOSEN.search(before):
            closed = after.lstrip("*_`\"'")[:1] in (")", "]")
            shown = plain[mention.start : mention.end] == self._shown[mention.label]
            return closed or (shown and (MARKED_AFTER.match(after) or GOES_ON.match(after)) is not None)
        same_case = plain[mention.start : mention.end] == self._shown[mention.label]
        opens = not before or before[-1] in "([{<\n\"'“‘ " or before[-1].isspace()
        ends = MARKED_AFTER.match(after) is not None or GOES_ON.match(after) is not None
        return same_case and opens and ends

    def _is_article(self, mention: _Mention, after: str) -> bool:
        """True for "a dog": the letter is no label."""
        return self._bare[mention.label].casefold() == "a" and ARTICLE.match(after) is not None

    def _is_declared(self, plain: str, mention: _Mention) -> bool:
        """True if the text declares this label to be the answer."""
        before, after = before_of(plain, mention.start, _NEAR), plain[mention.end : mention.end + _NEAR]
        if self._goes_on(after) or TAKEN_BACK.match(after):
            return False
        sentence = SENTENCE_END.split(before)[-1]
        named = DECLARES.search(sentence) is not None
        if not named and folded(self._shown[mention.label]) in ALSO_DETERMINERS and MARKED_AFTER.match(after) is None:
            return False
        announced = named or (CHOSEN.search(sentence) is not None and not self._says_that(plain, mention))
        confirmed = CONFIRMED.match(after) is not None
        clause = CLAUSE_END.split(BRACKETS.sub("", sentence))[-1]
        return (announced or confirmed) and DENIES.search(clause) is None and UNCERTAIN.search(clause) is None

    def _says_that(self, plain: str, mention: _Mention) -> bool:
        """True for "it is true that the claim is false"."""
        said = re.compile(r"\s+that\b").match(plain, mention.end)
        return said is not None and any(m.label != mention.label for m in self._mentions(plain[said.end() :]))

    def _goes_on(self, after: str) -> bool:
        """True if what follows a label makes it one of several, a question or a condition: "or", "/", "?", "if"."""
        if CONDITIONAL.match(after):
            return True
        found = GOES_ON.match(after)
        if found is None:
            listed = re.match(r"[\s\"'”’)\]}>]*[,;]\s*[\"'“‘([{<]*", after)
            other = None if listed is None else self._mention.match(after, listed.end())
            return other is not None and ENDS_LIST.match(after, other.end()) is not None
        rest = after[found.end() :].lstrip(" \"'“‘([{<")
        rest = re.sub(r"(?:option|the|also|maybe|perhaps|possibly)\s+", "", rest, count=2)
        joined = " ".join(found.group().strip(" \"'”’)]}>,.").lower().split())
        return joined not in ONLY_WITH_A_LABEL or not rest or self._mention.match(rest) is not None

    def _first(self, plain: str, mentions: list[_Mention]) -> int | None:
        """The label that the text starts with, if nothing after it contradicts it."""
        leads = {len(plain) - len(plain.lstrip(" .,()\n-><\"'“‘[]{}#:"))}
        leads |= {found.end()} if (found := LEADS_IN.match(plain)) else set()
        first = next((m for m in mentions if m.start in leads), None)
        if first is None:
            return None
        after = plain[first.end :]
        if self._goes_on(after) or TAKEN_BACK.match(after):
            return None
        needs_mark = self._enumerator[first.label] or folded(self._shown[first.label]) in ALSO_DETERMINERS
        if needs_mark and MARKED_AFTER.match(after) is None:
            return None
        if EXPLAINS.match(after):
            return first.label
        others = (m for m in mentions if m.label != first.label and m.start > first.end)
        return None if any(not self._is_denied(plain, m) for m in others) else first.label

    def _is_taken_back(self, plain: str, mentions: list[_Mention], label: int) -> bool:
        """True if the label that a text begins with is denied in what explains it ("Billing: it is not a billing
        ticket")."""
        again = [mention for mention in mentions if mention.label == label][1:]
        return any(NOT_THIS.search(before_of(plain, mention.start, _NEAR)) is not None for mention in again)

    def _is_denied(self, plain: str, mention: _Mention) -> bool:
        """True for "not B" and "nothing negative": the label is named only to be turned down."""
        clause = CLAUSE_END.split(before_of(plain, mention.start, _NEAR))[-1]
        return DENIES.search(clause) is not None or TAKEN_BACK.match(plain, mention.end) is not None

    def _named_last(self, plain: str, mentions: list[_Mention]) -> int | None:
        """The only label named, or the only one that is left, if it ends the text and nothing hedges it."""
        if not mentions:
            return None
        last = mentions[-1]
        left = {m.label for m in mentions if not self._is_denied(plain, m)} == {last.label}
        if left and len({m.label for m in mentions}) > 1 and CONCLUDES.search(before_of(plain, last.start, _NEAR)):
            return None if plain[last.end :].strip(" .!\n\"'”’)]}>") else last.label
        if len({m.label for m in mentions}) != 1:
            return None
        if plain[last.end :].strip(" .!\n\"'”’)]}>"):
            return None
        if self._enumerator[last.label] and not MARKER.search(plain[: last.start].rstrip(" ([{<\"'“‘")):
            wrapped = plain[: last.start].rstrip(" ")[-1:] in ("(", "[", "<", "{")
            if not wrapped:
                return None
        ends, starts = [0, *(m.end for m in mentions)], [*(m.start for m in mentions), len(plain)]
        around = " ".join(plain[end:start] for end, start in zip(ends, starts, strict=True))
        return None if HEDGES.search(around) else last.label

    def _several(self, labels: list[int]) -> Reading:
        names = ", ".join(dict.fromkeys(self._shown[label] for label in sorted(labels)))
        return Reading(None, f"the answer names several labels: {names}")

    def _nothing(self, mentions: list[_Mention]) -> Reading:
        named = sorted({m.label for m in mentions})
        if not named:
            return Reading(None, "the answer names none of the labels")
        if len(named) > 1:
            return self._several(named)
        return Reading(None, f"the answer names {self._shown[named[0]]} but not as the answer")


@lru_cache(maxsize=4096)
def _reader(labels: tuple[str, ...], ignore_case: bool) -> _Reader | None:
    """A reader for these labels; with case where they differ only in it; None if two are alike even so."""
    reader = _Reader(labels, ignore_case)
    if not reader.distinct and ignore_case:
        reader = _Reader(labels, False)
    return reader if reader.distinct else None
