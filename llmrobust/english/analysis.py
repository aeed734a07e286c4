"""What is known of a text that was analysed: values without behaviour of their own beyond looking things up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a text.

    index: in the text's tokens. start, end: characters of the text. tag: of the Penn Treebank (VBD, NNS). pos: of
    Universal Dependencies (VERB, NOUN). dep: relation to the head, in spaCy's English labels (nsubj, dobj; ROOT).
    head: index of the token that it depends on, its own for a root. entity: type of the named entity that it belongs
    to (PERSON, GPE, DATE), empty if none. children: indices of its dependents, in order. left, right: indices of the
    first and last token of everything that depends on it, itself included.
    """

    index: int
    text: str
    start: int
    end: int
    lemma: str
    tag: str
    pos: str
    dep: str
    head: int
    entity: str
    children: tuple[int, ...]
    left: int
    right: int

    @property
    def lower(self) -> str:
        """The token in small letters."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysed text.

    sentences, noun_phrases: (first, last) token of each, in reading order; noun phrases are flat and do not overlap.
    """

    text: str
    tokens: tuple[Token, ...]
    sentences: tuple[tuple[int, int], ...]
    noun_phrases: tuple[tuple[int, int], ...]

    def __getitem__(self, index: int) -> Token:
        return self.tokens[index]

    def __len__(self) -> int:
        return len(self.tokens)

    def said(self, first: int, last: int) -> str:
        """The text from one token to another, both included; empty where the last comes before the first."""
        return self.text[self.tokens[first].start : self.tokens[last].end] if last >= first else ""

    def phrase(self, head: int) -> str:
        """The text of a token with everything that depends on it."""
        return self.said(self.tokens[head].left, self.tokens[head].right)

    def dependents(self, head: int, *deps: str) -> list[int]:
        """The indices of a token's dependents of these relations, of all if none are named."""
        return [child for child in self.tokens[head].children if not deps or self.tokens[child].dep in deps]

    def first(self, head: int, *deps: str) -> int | None:
        """The first dependent of these relations; None if there is none."""
        return next(iter(self.dependents(head, *deps)), None)

    def within(self, head: int) -> Iterator[Token]:
        """The tokens from the first to the last of what depends on a token."""
        return iter(self.tokens[self.tokens[head].left : self.tokens[head].right + 1])

    @property
    def end(self) -> int:
        """The last token before the marks at the end; the first one where there are only marks."""
        found = len(self) - 1
        while found > 0 and self[found].pos == "PUNCT" and not self[found].text[-1].isalnum():
            found -= 1
        return found

    @property
    def root(self) -> Token | None:
        """The head of the text; None unless it is a single sentence with a single root."""
        roots = [token for token in self.tokens if token.head == token.index]
        return roots[0] if len(roots) == 1 else None
