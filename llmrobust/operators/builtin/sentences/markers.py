"""Which markers fit which sentences, and what each may replace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

SentenceKind = Literal["question", "command", "rule", "opinion", "account", "premise"]
ADDED: Mapping[SentenceKind, tuple[str, ...]] = MappingProxyType(
    {
        "question": ("So,",),
        "command": ("Okay,",),
        "rule": ("Note that", "Please note that", "For the avoidance of doubt,"),
        "opinion": ("Frankly,", "To be honest,", "Honestly,"),
        "account": ("You see,", "As it happens,"),
        "premise": ("As it happens,", "As it turns out,"),
    }
)
"""Markers that may begin a sentence of a kind where another one stands before it."""
OPENING: Mapping[SentenceKind, tuple[str, ...]] = MappingProxyType(
    {**ADDED, "account": ("Well,", "You see,"), "premise": ("So,",)}
)
"""Markers that may begin the first sentence of a text."""
MARKERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "addition": ("Moreover,", "In addition,", "Furthermore,", "Besides,", "Additionally,", "Also,"),
        "contrast": ("However,", "Nevertheless,", "Still,", "Even so,"),
        "result": ("Therefore,", "As a result,", "Consequently,", "Thus,"),
        "example": ("For example,", "For instance,"),
        "time": ("Afterwards,", "Later,", "Then,", "After that,"),
        "end": ("Finally,", "In the end,", "Lastly,"),
        "meantime": ("Meanwhile,", "In the meantime,", "At the same time,"),
        "opinion": ("Frankly,", "To be honest,", "Honestly,", "In fact,"),
        "pity": ("Unfortunately,", "Sadly,", "Regrettably,"),
        "luck": ("Luckily,", "Fortunately,"),
        "likeness": ("Similarly,", "Likewise,"),
        "unlikeness": ("In contrast,", "By contrast,"),
        "beginning": ("First,", "First of all,", "To begin with,"),
    }
)
"""Discourse markers by how they relate a sentence to the one before."""
NOT_PUT = frozenset(("Later,", "In the end,", "Besides,"))
"""Markers that say more than others of their kind: a gap in time, an outcome, a reason."""
ASSERTING = frozenset(("Moreover,", "Furthermore,"))
"""Markers that no question begins with."""
OPPOSITE_MARKERS = {
    "addition": "contrast", "contrast": "result", "result": "contrast", "pity": "luck", "luck": "pity",
    "likeness": "unlikeness", "unlikeness": "likeness", "beginning": "end", "end": "beginning",
}  # fmt: skip
_KINDS = {marker[:-1]: kind for kind, markers in MARKERS.items() for marker in markers}
_MARKED = re.compile(rf"(?P<marker>{'|'.join(map(re.escape, _KINDS))}), (?P<rest>.+)", re.DOTALL)
ORDERING = frozenset(
    marker.lower().rstrip(",") for kind in ("time", "end", "meantime", "beginning") for marker in MARKERS[kind]
) | {"eventually", "subsequently"}
"""Markers that say what happens when."""
STARTS = frozenset("so and but then also now well anyway actually yet".split())
"""Markers that begin a sentence, with or without a comma."""
EXCLAIMING = frozenset("omg lol wow hmm ugh haha yay".split())
"""Cries that begin a message."""
DELETED_WITHIN = frozenset(
    "also then however therefore actually finally eventually thus indeed additionally moreover furthermore "
    "consequently subsequently accordingly nevertheless nonetheless hence".split()
)
"""Adverbs within a sentence that only say how it hangs together."""
DELETED_PHRASES = frozenset(
    (
        "of course", "in fact", "as a matter of fact", "on the other hand", "for example", "for instance", "in turn",
        "in addition", "as a result", "by contrast", "in contrast", "after all", "in other words", "in particular",
        "in short", "all in all", "as such", "by the way", "indeed", "nonetheless", "hence", "overall", "accordingly",
        "specifically", "interestingly", "notably", "at the same time", "to be honest", "in general",
    )
)  # fmt: skip
"""What opens a sentence before a comma, or stands between commas, and only says how it hangs together."""


@dataclass(frozen=True, slots=True)
class Connective:
    """A word that connects clauses. same, opposite: what may replace it. deps: its relations to its head.
    joins_clauses: only between two clauses, after a comma. starts_clause: only at the beginning of a clause.
    subordinates: only of a clause that depends on another one. before_verb: only right before its verb."""

    same: tuple[str, ...]
    opposite: tuple[str, ...]
    deps: tuple[str, ...]
    joins_clauses: bool = False
    starts_clause: bool = False
    subordinates: bool = False
    before_verb: bool = False


CONNECTIVES: Mapping[str, Connective] = MappingProxyType(
    {
        "because": Connective(("since",), ("although", "even though"), ("mark",)),
        "although": Connective(("though", "even though"), ("because", "since"), ("mark",)),
        "though": Connective(("although", "even though"), ("because", "since"), ("mark",)),
        "but": Connective(("yet",), ("so",), ("cc",), joins_clauses=True),
        "so": Connective(("and so",), ("but", "yet"), ("cc", "advmod", "mark"), joins_clauses=True),
        "since": Connective((), ("although",), ("mark",)),
        "once": Connective(("as soon as",), ("before",), ("mark", "advmod"), subordinates=True),
        "then": Connective(("afterwards", "after that"), ("before that",), ("advmod",), starts_clause=True),
        "if": Connective(("assuming that", "supposing that"), ("unless",), ("mark",)),
        "unless": Connective(("except if",), ("if",), ("mark",)),
        "until": Connective(("till",), (), ("mark",)),
        "whenever": Connective(("every time",), (), ("advmod",)),
        "while": Connective((), ("although",), ("mark",)),
        "when": Connective((), ("unless", "although"), ("advmod", "mark"), subordinates=True),
        "also": Connective((), ("nevertheless",), ("advmod",), before_verb=True),
        "before": Connective((), ("after",), ("mark", "prep")),
        "after": Connective(("once",), ("before",), ("mark", "prep")),
        "whereas": Connective(("while",), ("because",), ("mark",)),
    }
)
PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "despite": ("in spite of",),
        "in spite of": ("despite",),
        "due to": ("because of",),
        "instead of": ("rather than",),
        "except for": ("apart from",),
        "even though": ("although",),
        "as soon as": ("once",),
        "each time": ("every time",),
        "along with": ("together with",),
        "in addition to": ("besides",),
        "rather than": ("instead of",),
        "because of": ("owing to",),
        "as well as": ("in addition to",),
        "at first": ("initially",),
        "initially": ("at first",),
        "subsequently": ("afterwards",),
        "at the same time": ("simultaneously",),
        "for example": ("for instance",),
        "for instance": ("for example",),
    }
)
"""Connectives of several words, and the like, by what says the same."""
OPPOSITE_PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "despite": ("because of",),
        "in spite of": ("because of",),
        "because of": ("despite",),
        "instead of": ("in addition to",),
        "in addition to": ("instead of",),
        "except for": ("including",),
        "even though": ("because",),
        "as soon as": ("long before",),
        "as well as": ("but not",),
        "along with": ("but not",),
    }
)
"""The same by what says the opposite."""


def marker_of(sentence: str) -> tuple[str, str, str] | None:
    """(marker, its kind, what follows it) of a sentence that begins with one; None for others."""
    found = _MARKED.fullmatch(sentence)
    return None if found is None else (found["marker"], _KINDS[found["marker"]], found["rest"])
