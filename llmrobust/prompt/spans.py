"""A rendered prompt: messages made of typed spans, each protected or not.

Perturbation operators see a prompt only as these values. The text of a message is the concatenation of its spans,
nothing is added between them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, TypeVar

from llmrobust.request import Mode

T = TypeVar("T")
SpanKind = Literal[
    "instruction",  # text between {% instruction %} and {% endinstruction %}
    "label",  # a field's descriptor, "Review" in "Review: {{ text }}"
    "separator",  # between a descriptor (or an enumerator) and its value, ": "
    "space",  # what joins two components (fields, options), "\n"
    "enumerator",  # an option's number with its wrapper, "A." or "(1)"
    "variable",  # the value of {{ name }}
    "context",  # text between {% context %} and {% endcontext %}
    "choices",  # other text between {% choices %} and {% endchoices %}
    "example",  # text between {% example %} and {% endexample %}: a demonstration
    "text",  # any other text of the template
]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a message.

    name: for a variable its (dotted) name; for an enumerator the canonical label that it marks ("A"); for a label,
    separator or enumerator that belongs to a field, the field's variable is found by position.
    For a protected piece of the template's own text it says what the piece is ("quoted", "answer", "code").
    region: the tag block that the span is in ("instruction:0", "context:1"), empty outside of blocks; pieces of
    one block share it although protected words and variables split the block into several spans.
    protected: no operator may change the text (answer labels, placeholders, code, URLs, anything named under
    `protect:`).
    """

    text: str
    kind: SpanKind = "text"
    name: str = ""
    protected: bool = False
    region: str = ""

    def saying(self, text: str) -> Span:
        """The same span with another text."""
        return Span(text, self.kind, self.name, self.protected, self.region)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; role is "system", "user" or "assistant"."""

    role: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The message as the model sees it."""
        return "".join([span.text for span in self.spans])


Place = tuple[int, int]
"""Index of a message and of a span in it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt.

    gold: the right answer's words, where it is free text: an operator that changes it in a value without saying what
    the answer becomes would ask another question.
    """

    messages: tuple[Message, ...]
    mode: Mode = "chat"
    gold: tuple[str, ...] = ()
    _facts: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """A fact about the prompt, found once for all the operators that ask for it by the same key.

        It must follow from the prompt and the key alone, be immutable, and not hold the prompt.
        """
        try:
            fact: T = self._facts[key]
        except KeyError:
            fact = self._facts[key] = find()
        return fact

    def forget(self) -> None:
        """Forget what was found about the prompt, once no operator will ask again."""
        self._facts.clear()

    @property
    def length(self) -> int:
        """Characters of all messages."""
        return self.once("length", lambda: sum([len(span.text) for message in self.messages for span in message.spans]))

    def as_messages(self) -> tuple[tuple[str, str], ...]:
        """(role, text) of every message, as sent."""
        return tuple((message.role, message.text) for message in self.messages)

    def places(self, keep: Callable[[Span], bool] | None = None) -> Iterator[tuple[Place, Span]]:
        """Every span with its place, in reading order, or only those that `keep` accepts."""
        for m, message in enumerate(self.messages):
            for s, span in enumerate(message.spans):
                if keep is None or keep(span):
                    yield (m, s), span

    def protected_texts(self) -> tuple[str, ...]:
        """The texts of the protected spans in reading order: no operator may change this tuple."""
        return tuple(span.text for _, span in self.places(lambda span: span.protected))

    def with_texts(self, texts: Mapping[Place, str]) -> Prompt:
        """The same prompt with the given spans' texts replaced. Raises ValueError for a protected span."""
        return self.with_spans({place: (self.span(place).saying(text),) for place, text in texts.items()})

    def with_spans(self, spans: Mapping[Place, tuple[Span, ...]]) -> Prompt:
        """The same prompt with each given span replaced by any number of spans.

        Raises ValueError when a protected span would lose its text.
        """
        touched: dict[int, list[tuple[Span, ...]]] = {}
        for (m, s), new in spans.items():
            old = self.messages[m].spans[s]
            if old.protected and "".join(span.text for span in new) != old.text:
                raise ValueError(f"the span {old.text!r} is protected")
            touched.setdefault(m, [(span,) for span in self.messages[m].spans])[s] = new
        messages = list(self.messages)
        for m, pieces in touched.items():
            messages[m] = Message(messages[m].role, tuple(chain.from_iterable(pieces)))
        return Prompt(tuple(messages), self.mode, self.gold)

    def span(self, place: Place) -> Span:
        """The span at a place."""
        return self.messages[place[0]].spans[place[1]]
