"""Which answer of a closed set a free text gives.

The law, in order; what none of these finds is not an answer, and nothing is ever guessed:

1. *alone*: the first line that holds anything is a label and nothing else. What follows is explanation or run-on,
   unless another line is another label and nothing else (a list of labels is no answer).
2. *declared*: "the answer is B", "Label: positive", "option B is correct". Several declarations must agree; negated
   or hedged ones ("the answer is not B", "B or C") are none.
3. *first*: the text starts with a label and the next character is neither letter nor digit (the exact match of
   Seleznyov et al. 2025, "When Punctuation Matters"), and the rest neither names another label nor takes it back.
   A one-letter or numeric label must be marked as one there ("B.", "(B)", "B because"), since "A" is also a word.
4. *named last*: the text names one label only, at its very end, without negation or hedging ("I would call this
   negative."). A one-letter or numeric label must be marked here too ("option B", "(B)").

Of a text that was cut off only 1 and 3 count, and only if no other label starts with what is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from llmrobust.score.normalise import Reading, folded, normalised, without_thoughts

_NOUN = r"(?:answer|choice|option|label|category|class|classification|sentiment|response|verdict|prediction|letter)"
_IS = r"(?:\s+(?:is|was|would\s+be|should\s+be|must\s+be)\s*:?|\s*[:=]|\s*->)"
_OPEN = r"[\s\"'“‘(\[{<]*"
_MARKER = re.compile(rf"(?:\b{_NOUN}|\bnumber)\s*$", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not|never|no|nothing|none|neither|nor|cannot|without|than|instead\s+of|except|unlikely|doubt|wrong"
    r"|incorrect|false)\b|n['’]t\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:not|never|no|none|neither|nor|cannot|unsure|uncertain|unclear|unknown|maybe|perhaps|possibly|might|may|could"
    r"|either|or|if|whether|depends|hard|difficult|impossible|doubt|unlikely|wrong|incorrect|false)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
_DECLARES = re.compile(rf"\b{_NOUN}(?:\s+\w+){{0,4}}?{_IS}{_OPEN}(?:the\s+)?(?:{_NOUN}\s+)?{_OPEN}$", re.IGNORECASE)
_GOES_ON = re.compile(r"[\s\"'”’)\]}>]*(?:\?|/|,?\s*(?:or|and|and/or|nor|but\s+also)\b)", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"[\s\"'”’)\]}>]*(?:is|was|seems|are|would\s+be)\s*(?:not\b|n['’]t|wrong|incorrect|false)", re.IGNORECASE
)
_CONFIRMED = re.compile(
    r"[\s\"'”’)\]}>]*(?:is|was)\s+(?:the\s+)?(?:most\s+)?(?:correct|right|best|appropriate|likely)\b", re.IGNORECASE
)
_MARKED_AFTER = re.compile(
    r"[.)\]}>:,;!\n]|\s*$|\s+[-–—]|\s*\n|\s+(?:because|since|as|is\s+(?:the\s+)?(?:correct|right|best))\b",
    re.IGNORECASE,
)
_ENUMERATOR = re.compile(r"[A-Za-z]|\d{1,2}|[ivx]{1,5}|[IVX]{1,5}|[\u2160-\u217f]|\W")
_ALSO_DETERMINERS = {"no", "not", "none", "one"}
"""Labels that are often the first word of a sentence that is no answer ("No one knows")."""
_SENTENCE_END = re.compile(r"[.!?;\n]")
_CLAUSE_END = re.compile(r"[.!?;,\n]")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place where a text names a label: index of the label, start and end in the text."""

    label: int
    start: int
    end: int


def read_choice(text: str, labels: Sequence[str], *, ignore_case: bool = True, cut_off: bool = False) -> int | Reading:
    """The index of the label that the text gives as its answer, or a Reading that says why there is none.

    labels: as the prompt showed them. cut_off: the text ended at the token limit.
    """
    reader = _reader(tuple(labels), ignore_case)
    if reader is None:
        return Reading(None, "two labels are displayed identically")
    return reader.read(without_thoughts(text), cut_off)


def label_index(text: str, labels: Sequence[str], *, ignore_case: bool = True) -> int | None:
    """The index of the one label that the text is, apart from white space and surrounding punctuation, or None."""
    reader = _reader(tuple(labels), ignore_case)
    return reader.alone(text) if reader else None


class _Reader:
    """Reads texts for one set of labels."""

    def __init__(self, labels: tuple[str, ...], ignore_case: bool):
        self._ignore_case = ignore_case
        self._bare = [normalised(label, ignore_case) for label in labels]
        self._index = {bare: index for index, bare in enumerate(self._bare)}
        self._enumerator = [_ENUMERATOR.fullmatch(normalised(label, False)) is not None for label in labels]
        self._shown = [normalised(label, False) for label in labels]
        self._asks = any("?" in label for label in labels)
        flags = re.IGNORECASE if ignore_case else 0
        spelled = [re.escape(normalised(label, False)).replace(r"\ ", r"\s+") for label in labels]
        longest_first = sorted(range(len(labels)), key=lambda i: -len(labels[i]))
        self._group_label = longest_first
        any_label = "|".join(f"({spelled[i]})" for i in longest_first)
        self._mention = re.compile(rf"(?<![\w-])(?<!\w['’])(?:{any_label})(?!\w|[-'’]\w)", flags)

    @property
    def distinct(self) -> bool:
        """True if every label can be told from every other."""
        return len(self._index) == len(self._bare) and all(self._bare)

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
        if cut_off and self._could_grow(plain):
            return Reading(None, "the answer was cut off where it could still become another label")
        whole = self.alone(text)
        if whole is not None:
            return whole
        alone = [label for line in lines if (label := self.alone(line)) is not None]
        if len(set(alone)) > 1:
            return self._several(alone)
        if alone and self.alone(lines[0]) is not None:
            return alone[0]
        mentions = self._mentions(plain)
        declared = {m.label for m in mentions if self._is_declared(plain, m)}
        first = self._first(plain, mentions)
        if cut_off:
            return first if first is not None and declared <= {first} else self._nothing(mentions)
        found = declared | ({first} if first is not None else set())
        if not found:
            last = self._named_last(plain, mentions)
            found = set() if last is None else {last}
        return found.pop() if len(found) == 1 else self._nothing(mentions) if not found else self._several(list(found))

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
        """True if a one-letter or numeric label stands there as a label, not as an article, pronoun or number."""
        before, after = plain[: mention.start], plain[mention.end :]
        if _MARKER.search(before) or _DECLARES.search(before):
            return True
        if before.rstrip(" ")[-1:] in ("(", "[", "<", "{") and after.lstrip(" ")[:1] in (")", "]", ">", "}"):
            return True
        same_case = plain[mention.start : mention.end] == self._shown[mention.label]
        opens = not before or before[-1] in "([{<\n\"'“‘ " or before[-1].isspace()
        ends = _MARKED_AFTER.match(after) is not None or _GOES_ON.match(after) is not None
        return same_case and opens and ends

    def _is_declared(self, plain: str, mention: _Mention) -> bool:
        """True if the text says that this label is the answer."""
        before, after = plain[: mention.start], plain[mention.end :]
        if self._goes_on(after) or _TAKEN_BACK.match(after):
            return False
        sentence = _SENTENCE_END.split(before)[-1]
        announced = _DECLARES.search(sentence) is not None
        confirmed = _CONFIRMED.match(after) is not None
        return (announced or confirmed) and _DENIES.search(_CLAUSE_END.split(sentence)[-1]) is None

    def _goes_on(self, after: str) -> bool:
        """True if what follows a label makes it one of several, or a question: "or", "/", "?", "and" with a label."""
        found = _GOES_ON.match(after)
        if found is None:
            return False
        rest = after[found.end() :].lstrip(" \"'“‘([{<")
        only_and = found.group().strip(" \"'”’)]}>,").lower() == "and"
        return not only_and or not rest or self._mention.match(rest) is not None

    def _first(self, plain: str, mentions: list[_Mention]) -> int | None:
        """The label that the text starts with, if nothing after it speaks against it."""
        lead = len(plain) - len(plain.lstrip(" .,()\n-><\"'“‘[]{}#:"))
        first = next((m for m in mentions if m.start == lead), None)
        if first is None:
            return None
        after = plain[first.end :]
        if self._goes_on(after) or _TAKEN_BACK.match(after):
            return None
        needs_mark = self._enumerator[first.label] or folded(self._shown[first.label]) in _ALSO_DETERMINERS
        if needs_mark and _MARKED_AFTER.match(after) is None:
            return None
        others = (m for m in mentions if m.label != first.label and m.start > first.end)
        return None if any(not self._is_denied(plain, m) for m in others) else first.label

    def _is_denied(self, plain: str, mention: _Mention) -> bool:
        """True for "not B" and "nothing negative": the label is named only to be turned down."""
        clause = _CLAUSE_END.split(plain[: mention.start])[-1]
        return _DENIES.search(clause) is not None

    def _named_last(self, plain: str, mentions: list[_Mention]) -> int | None:
        """The only label named, if it ends the text and nothing hedges it."""
        if len({m.label for m in mentions}) != 1:
            return None
        last = mentions[-1]
        if plain[last.end :].strip(" .!\n\"'”’)]}>"):
            return None
        if self._enumerator[last.label] and not _MARKER.search(plain[: last.start].rstrip(" ([{<\"'“‘")):
            wrapped = plain[: last.start].rstrip(" ")[-1:] in ("(", "[", "<", "{")
            if not wrapped:
                return None
        ends, starts = [0, *(m.end for m in mentions)], [*(m.start for m in mentions), len(plain)]
        around = " ".join(plain[end:start] for end, start in zip(ends, starts, strict=True))
        return None if _HEDGES.search(around) else last.label

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
