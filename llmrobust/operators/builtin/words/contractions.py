"""Short forms: contractions, chat spellings, abbreviations, compounds."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.lexicons import LazyMapping, word_pairs

CONTRACTIONS: Mapping[str, str] = word_pairs(__package__, "contractions")
EXPANSIONS: Mapping[str, str] = LazyMapping(
    lambda: {
        **{
            short: long
            for long, short in CONTRACTIONS.items()
            if long != "can not" and not short.endswith(("'s", "'d"))
        },
        "can't": "cannot",
        "won't": "will not",
        "ain't": "is not",
        "it's": "it is",
        "what's": "what is",
        "that's": "that is",
        "there's": "there is",
        "where's": "where is",
        "who's": "who is",
        "how's": "how is",
        "he's": "he is",
        "she's": "she is",
        "here's": "here is",
        "let's": "let us",
    }
)
"""With "'s" only after pronouns and question words, where it is short for is, or for has before a participle."""
CHAT: Mapping[str, str] = word_pairs(__package__, "chat")
CHAT_UNSAFE = frozenset(("to", "for", "too", "between", "laughing", "very", "right", "love"))
"""Words whose chat forms a reader may take for something else."""
ABBREVIATIONS: Mapping[str, str] = word_pairs(__package__, "abbreviations")
COMPOUNDS: Mapping[str, str] = word_pairs(__package__, "compounds")
