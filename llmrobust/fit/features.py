"""The features that `fit` looks for: each with the operator that makes it and the detector that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from llmrobust.fit import detectors
from llmrobust.fit.typing_errors import KINDS, NO_LIST, has_words

Group = Literal["typos", "spelling", "punctuation", "casing", "fillers", "chatter", "dialect", "whitespace"]
RATES = (0.001, 0.025, 0.05, 0.1, 0.2)
"""Rates at which the effect of operators with a rate is measured; the first is one edit in a usual text."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that real texts have and an operator can make.

    name: unique. operator, params: what makes it in a suite, without a rate. hits: how often a text has it, 0 for not
    at all. rates: those at which the operator is measured; empty for operators without a rate. file: sentences that
    its parameter `file` holds; they are written beside the suite.
    """

    name: str
    group: Group
    said: str
    operator: str
    hits: Callable[[str], int]
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    rates: tuple[float, ...] = ()
    file: tuple[str, ...] = ()
    needs_words: bool = False
    """Whether its detector needs the list of words."""

    def lacks(self) -> str:
        """What must be installed for its detector, as text; empty if nothing."""
        return NO_LIST if self.needs_words and not has_words() else ""


_SAID = {
    "typo.drop": "letters left out",
    "typo.insert": "letters added",
    "typo.duplicate": "letters written twice",
    "typo.keyboard": "wrong letters",
    "typo.swap": "letters swapped",
}
FEATURES: tuple[Feature, ...] = (
    *(
        Feature(kind, "typos", _SAID[kind], kind, detectors.typos(kind), rates=RATES, needs_words=True)
        for kind in KINDS
    ),
    Feature(
        "misspelling",
        "spelling",
        "common misspellings",
        "spelling.misspell",
        detectors.misspelled_words,
        rates=(0.001, 0.5, 1.0),
    ),
    Feature(
        "homophone",
        "spelling",
        "words that sound like the right one",
        "spelling.homophone",
        detectors.homophones,
        rates=(0.001, 0.25, 1.0),
        needs_words=True,
    ),
    Feature("chat", "spelling", "chat spellings", "spelling.chat", detectors.chat_words, rates=(0.001, 0.5, 1.0)),
    Feature("no_final_mark", "punctuation", "no final mark", "punctuation.strip_final", detectors.bare_end),
    Feature("doubled_marks", "punctuation", "marks written twice", "punctuation.double", detectors.doubled_marks),
    Feature("lower", "casing", "all in small letters", "casing.lower", detectors.lower),
    Feature("upper", "casing", "all in capitals", "casing.upper", detectors.upper),
    Feature("small_start", "casing", "no capital at the start", "casing.starts", detectors.small_start),
    Feature(
        "shouted_words",
        "casing",
        "some words in capitals",
        "casing.shout",
        detectors.shouted_words,
        rates=(0.001, 0.1, 0.2, 0.4),
    ),
    Feature("filler", "fillers", "fillers of speech", "word.filler", detectors.fillers, rates=(0.001, 0.1, 0.2, 0.4)),
    Feature("opener", "chatter", "openers of conversation", "context.opener", detectors.openers),
    Feature(
        "greeting",
        "chatter",
        "a greeting before",
        "context.irrelevant",
        detectors.greeting,
        MappingProxyType({"position": "before"}),
        file=detectors.GREETINGS,
    ),
    Feature(
        "thanks",
        "chatter",
        "thanks or regards after",
        "context.irrelevant",
        detectors.thanks,
        MappingProxyType({"position": "after"}),
        file=detectors.THANKS,
    ),
    Feature("address", "chatter", "web addresses and @handles", "context.handle", detectors.addresses),
    Feature(
        "particle",
        "dialect",
        "Singaporean particles",
        "dialect.singlish",
        detectors.particles,
        MappingProxyType({"features": ["particle"]}),
    ),
    Feature(
        "progressive_states",
        "dialect",
        'Indian progressives: "is having"',
        "dialect.indian",
        detectors.progressive_states,
        MappingProxyType({"features": ["progressive_states"]}),
    ),
    Feature("aint", "dialect", "ain't", "dialect.aave", detectors.aint, MappingProxyType({"features": ["aint"]})),
    Feature(
        "british",
        "dialect",
        "British spelling",
        "spelling.variant",
        detectors.british_words,
        MappingProxyType({"to": "british"}),
    ),
    Feature(
        "wide_gaps",
        "whitespace",
        "several spaces between words",
        "whitespace.spaces",
        detectors.wide_gaps,
        rates=(0.001, 0.1, 0.2, 0.4),
    ),
)
BY_NAME: Mapping[str, Feature] = MappingProxyType({feature.name: feature for feature in FEATURES})
