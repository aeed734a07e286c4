"""Rewrites one sentence of a text at a time: what operators on syntax have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.text_edits import TargetParams, editable, sentences
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt

Rewrite = Callable[[str], str | None]
"""From a sentence without surrounding space to the new one, or None where it does not apply."""
OPENING = frozenset(
    "the a an this that these those my your his her its our their he she it we they you everyone everybody someone "
    "there some many most all every each no one two three when while because although though if after before since "
    "what who where how why which in on at for with from to by as of and but or so yet several various another such "
    "other both either neither half few little much more less enough whoever whatever whenever nobody nothing "
    "something anything everything anyone anybody somebody during under over above below between among through "
    "across against without within people men women children animals objects things water food music money time "
    "life love work traffic furniture information news weather friends students teachers doctors parents scientists "
    "researchers workers customers players yesterday today tomorrow now then here soon sometimes often usually "
    "never always only just even also still".split()
)
"""Words that lose their capital when something precedes them; any other may be a name."""
_HARD = re.compile(r"[()\[\]{}\"“”:;—]|--| - |``|''|\bI'd\b|\.\.\.")
"""What makes a sentence too intricate for rules."""


class SentenceParams(TargetParams):
    """Parameters of operators that rewrite a sentence."""


def rewritten_sentence(
    prompt: Prompt, params: TargetParams, draw: Draw, rewrite: Rewrite, name: str
) -> Iterator[Variant]:
    """The variant with the first sentence rewritten that the rule applies to; nothing where it applies to none.

    Sentences with labels, addresses, code, quotations or brackets are left alone.
    """
    for place in editable(prompt, params.targets()):
        text = prompt.span(place).text
        parts = sentences(text)
        for index, part in enumerate(parts):
            body = part.strip()
            if not body or _HARD.search(body) or free_stretches(body, draw.labels, numbers=True) != [(0, len(body))]:
                continue
            new = rewrite(body)
            if new is None or new == body:
                continue
            lead, tail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
            whole = "".join([*parts[:index], lead + new + tail, *parts[index + 1 :]])
            yield Variant(prompt.with_texts({place: whole}), name)
            return


def lowered(clause: str) -> str:
    """The clause without the capital of its first word, unless that is I or may be a name."""
    first = re.match(r"[\w'’]+", clause)
    word = first[0] if first else ""
    plain = word.lower().split("'")[0].split("’")[0]
    return clause[:1].lower() + clause[1:] if plain in OPENING and plain != "i" else clause


def raised(clause: str) -> str:
    """The clause with a capital."""
    return clause[:1].upper() + clause[1:]
