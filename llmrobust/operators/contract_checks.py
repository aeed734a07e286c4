"""What every variant is checked against: the part of the operator contract that can be proved on its own output."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from llmrobust.operators.editing import protected_text
from llmrobust.operators.editing.protected_text import label_words
from llmrobust.operators.editing.scope import STRUCTURE, is_target, may_touch
from llmrobust.prompt.spans import Prompt, Span
from llmrobust.text.fixed_pieces import fixed_pieces
from llmrobust.text.whole_words import unspaced

SLUG = re.compile(r"[a-z0-9._=+-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
Kept = tuple[str, str, str]
"""A message's role (empty where spans may change messages), a span's kind and its text."""
_IN_SHORT = (
    ("has other messages", "changed the messages"),
    ("has a protected span", "changed protected text"),
    ("changes text outside", "changed other text than it may"),
    ("is no valid Unicode", "wrote invalid Unicode"),
    ("holds ", "made more edits than allowed"),
    ("has the name", "had the name of another variant"),
    ("has severity", "had no valid severity"),
    ("has a name", "had no valid name"),
    ("is ", "grew too long"),
)
"""How each break of a contract begins, and what it is in a few words."""


@dataclass(frozen=True)
class Promise:
    """What an operator promises of every variant of one prompt.

    touches: names of what it may edit (targets and kinds of structure; "message": it may also change roles and where
    messages begin; "any": everything). moves: spans may change places. limit: characters. owns: pieces that it may
    change although they are more than words ("label", "piece"); "protected": it may remove protected spans, never
    change one.
    """

    prompt: Prompt
    touches: tuple[str, ...]
    labels: tuple[str, ...]
    limit: int
    moves: bool = False
    owns: tuple[str, ...] = ()

    def broken(self, variant: Prompt, label_map: Mapping[str, str], *, follows: bool = False) -> str | None:
        """What is wrong with a variant, to follow "its variant X"; None if it keeps the promise.

        label_map: answer label -> label as this variant shows it; protected labels may be renamed by it. follows: it
        says what the answer becomes, so the right answer's words may change.
        """
        if not self._has_the_roles(variant):
            return "changes the messages"
        changed = self._edited_texts(variant)
        if changed is None:
            protected, untouched, changed = self._seen(variant)
            if not self._keeps(protected) and not self._renamed(protected, label_map):
                return "changes a protected span"
            if self._in_order(untouched) != self._in_order(self._untouched):
                return "changes text that the operator may not touch"
        if _SURROGATE.search("".join(changed)) and not any(map(_SURROGATE.search, _running_texts(self.prompt))):
            return "is not valid Unicode"
        length = sum([len(span.text) for message in variant.messages for span in message.spans])
        if length > self.limit:
            return f"is {length:,} characters long; its operator promises at most {self.limit:,}"
        pieces = self._pieces()
        if pieces:
            texts = _running_texts(variant)
            gone = next(
                (
                    piece
                    for piece, count in pieces.items()
                    if max(_count(piece, text) for text in texts) < count and not (follows and piece in self._gold())
                ),
                None,
            )
            if gone is not None and gone not in label_map:
                return f'has lost "{gone}"'
        return None

    def _has_the_roles(self, variant: Prompt) -> bool:
        if "message" in self.touches or "any" in self.touches:
            return True
        return [message.role for message in variant.messages] == [message.role for message in self.prompt.messages]

    def _edited_texts(self, variant: Prompt) -> list[str] | None:
        """The new texts, where spans that may be edited have others and nothing else changed; None where more did."""
        changed = []
        for old, new in zip(self.prompt.messages, variant.messages, strict=False):
            if old is new:
                continue
            if len(old.spans) != len(new.spans) or old.role != new.role:
                return None
            for before, after in zip(old.spans, new.spans, strict=True):
                if before is after:
                    continue
                if before.protected or after.protected or before.kind != after.kind:
                    return None
                if not may_touch(before, self.touches) or not may_touch(after, self.touches):
                    return None
                changed.append(after.text)
        return changed if len(self.prompt.messages) == len(variant.messages) else None

    def _seen(self, variant: Prompt) -> tuple[list[Kept], list[Kept], list[str]]:
        """The protected spans, the untouched ones, and the texts of spans that the prompt does not have."""
        protected, untouched, changed = [], [], []
        for message in variant.messages:
            for span in message.spans:
                kept, is_kept = self._known.get(id(span), (None, False))
                if kept is None:
                    kept, is_kept = self._kept(span, message.role)
                    changed.append(span.text)
                if span.protected:
                    protected.append(kept)
                elif is_kept:
                    untouched.append(kept)
        return protected, untouched, changed

    def _kept(self, span: Span, role: str) -> tuple[Kept, bool]:
        role = "" if self.moves or "message" in self.touches else role
        return (role, span.kind, span.text), "any" not in self.touches and not may_touch(span, self.touches)

    @cached_property
    def _known(self) -> dict[int, tuple[Kept, bool]]:
        return {id(span): self._kept(span, m.role) for m in self.prompt.messages for span in m.spans}

    @cached_property
    def _original(self) -> tuple[list[Kept], list[Kept], list[str]]:
        return self._seen(self.prompt)

    @property
    def _protected(self) -> list[Kept]:
        return self._original[0]

    @property
    def _untouched(self) -> list[Kept]:
        return self._original[1]

    def _pieces(self) -> Counter[str]:
        """How often each piece that must stay occurs in the prompt, of those in text that may be edited."""
        return self.prompt.once(("pieces", self.touches, self.labels, self.owns), self._find_pieces)

    def _find_pieces(self) -> Counter[str]:
        spans = [span for message in self.prompt.messages for span in message.spans]
        texts = [span.text for span in spans if "any" in self.touches or is_target(span, self.touches)]
        found: set[str] = set()
        for text in texts:
            found.update(protected_text.pieces(text) if "piece" not in self.owns else ())
            found.update(label_words(text, self.labels) if "label" not in self.owns else ())
        found |= self._gold()
        if not found:
            return Counter()
        running = _running_texts(self.prompt)
        return Counter({piece: min(_count(piece, text) for text in running) for piece in sorted(found)})

    def _gold(self) -> set[str]:
        """The right answer as the values say it that may be edited, unless the operator owns labels."""
        if not self.prompt.gold or "label" in self.owns:
            return set()
        spans = [span for message in self.prompt.messages for span in message.spans if span.kind == "variable"]
        targets = [span.text for span in spans if "any" in self.touches or is_target(span, self.touches)]
        return {word for text in targets for word in label_words(text, self.prompt.gold)}

    def _in_order(self, kept: list[Kept]) -> list[Kept] | Counter[Kept]:
        return Counter(one for one in kept if one[2].strip()) if self.moves else kept

    def _keeps(self, protected: list[Kept]) -> bool:
        """Whether protected spans are as they were; some may be gone with what they stood in, if that is declared."""
        if "protected" in self.owns:
            return not Counter(text for _, _, text in protected) - Counter(text for _, _, text in self._protected)
        return self._in_order(protected) == self._in_order(self._protected)

    def _renamed(self, protected: list[Kept], label_map: Mapping[str, str]) -> bool:
        """Whether protected spans differ only by the label map."""
        if not label_map or len(protected) != len(self._protected):
            return False
        renamed = [(role, kind, label_map.get(text, text)) for role, kind, text in self._protected]
        if self.moves:
            return self._in_order(protected) == self._in_order(renamed)
        triples = zip(self._protected, renamed, protected, strict=True)
        return all(new[2] in (old[2], maybe[2]) for old, maybe, new in triples)


def _count(piece: str, text: str) -> int:
    """How often a piece occurs in a text, not as part of a longer word."""
    at, count = text.find(piece), 0
    while at >= 0:
        end = at + len(piece)
        inside = (piece[0].isalnum() and text[at - 1 : at].isalnum() and not unspaced(piece[0])) or (
            piece[-1].isalnum() and text[end : end + 1].isalnum() and not unspaced(piece[-1])
        )
        count += not inside
        at = text.find(piece, end)
    return count


def _running_texts(prompt: Prompt) -> tuple[str, str]:
    """The text with a line break for every descriptor, separator and number of an option, and the same with one
    between any two spans: so that text at the edge of a span is a separate word in one of them."""
    messages = [["\n" if span.kind in STRUCTURE else span.text for span in m.spans] for m in prompt.messages]
    return "\n".join(map("".join, messages)), "\n".join(map("\n".join, messages))


def in_short(broken: str) -> str:
    """What `Promise.broken` says in a few words, without what depends on the text: "lost a code block"."""
    lost = re.fullmatch(r'has lost "(.*)"', broken, re.DOTALL)
    if lost is None:
        return next((short for start, short in _IN_SHORT if broken.startswith(start)), broken)
    kinds = [kind for _, _, kind in fixed_pieces(lost[1])]
    if lost[1].startswith(("```", "~~~")):
        return "lost a code block"
    kind = kinds[0] if kinds else "word that must stay"
    return f"lost {'an' if kind[0] in 'aeiou' else 'a'} {'piece of code' if kind == 'code' else kind}"
