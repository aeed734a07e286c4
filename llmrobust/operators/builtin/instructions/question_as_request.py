"""Questions as requests: "Is the review good?" is "Say whether the review is good."; only where grammar is certain."""

from __future__ import annotations

import re
from collections.abc import Callable

from llmrobust.operators.builtin.words.morphology import past, third_person
from llmrobust.operators.builtin.words.parts_of_speech import is_base

_NOUN_PHRASE = r"(?:the|this|that|these|those|each|both|it|they|my|your)(?: (?:following|given|above))?"
_IS_ANSWER = re.compile(
    rf"(?P<verb>Is|Are|Was|Were) (?P<subject>it|they|{_NOUN_PHRASE}(?: [a-z]+){{1,6}}) (?P<rest>\x00)"
)
_IS = re.compile(
    rf"(?P<verb>Is|Are|Was|Were) (?P<subject>it|they|{_NOUN_PHRASE}(?: (?!(?:of|in|on|for|to|from)\b)[a-z]+){{1,3}}?) "
    r"(?P<rest>(?:a|an|the|about|related|relevant|supported|correct|true|false|grammatical|grammatically|toxic|offensive|likely|"
    r"possible|more|entailed|consistent|necessarily|definitely|really|written|good|bad|spam)\b)"
)
"""With what an answer may begin; where the question names the answers, they must follow its subject."""
_DOES = tuple(
    re.compile(rf"(?P<aux>Does|Do|Did) (?P<subject>{subject}) (?P<verb>[a-z]+)(?= |\?)")
    for subject in ("it|they", *(rf"{_NOUN_PHRASE}(?: [a-z]+){{{count}}}" for count in (1, 2, 3)))
)
_WHAT = re.compile(r"What(?P<verb> is| are|['’]s) (?P<subject>(?:the|a|an|its|their|your) [^?,;:]{3,70})\?")
_SUBJECT = re.compile(
    r"(?P<who>Which|What|Whose) (?P<rest>(?:(?:of the following|following) )?[a-z]+(?: [a-z]+){0,2}? [a-z]+ [^?]*)\?"
)
_VERBS = frozenset(
    "entail imply express contain mention support contradict refute describe mean answer refer agree have make belong "
    "need follow convey show tell provide include discuss use sound contain state suggest indicate match".split()
)
_AUX = frozenset("is are was were do does did can could will would should may might has have had".split())
_OPEN = re.compile(r"[.!?:;\n]\s*\S")


def as_requests(text: str, fixed: tuple[str, ...]) -> list[tuple[str, str]]:
    """The text with its question as a request, by kind of question; empty where it is none of these.

    fixed: pieces whose words the grammar cannot look into, such as answer labels.
    """
    body = text.strip()
    if not body.endswith("?") or _OPEN.search(body):
        return []
    masked = _masked(body, fixed)
    made = [(name, change(masked, body)) for name, change in _CHANGES]
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return [(name, f"{lead}{new}{tail}") for name, new in made if new is not None]


def _masked(text: str, fixed: tuple[str, ...]) -> str:
    """The text with NULs for the letters of fixed pieces, so that places stay."""
    for piece in sorted(set(fixed), key=len, reverse=True):
        if piece.strip():
            pattern = rf"(?<!\w){re.escape(piece)}(?!\w)"
            text = re.sub(pattern, lambda found: "\x00" * len(found[0]), text)
    return text


def _say_whether(masked: str, body: str) -> str | None:
    found = (_IS_ANSWER if "\x00" in masked else _IS).match(masked)
    if found is not None:
        rest = body[found.start("rest") : -1]
        return f"Say whether {body[found.start('subject') : found.end('subject')]} {found['verb'].lower()} {rest}."
    read = [one for pattern in _DOES if (one := pattern.match(masked)) is not None]
    sure = [one for one in read if one["verb"] in _VERBS]
    found = next(iter(sure or [one for one in read if is_base(one["verb"])]), None)
    if found is None:
        return None
    verb = found["verb"]
    form = {"Does": third_person(verb), "Do": verb, "Did": past(verb)}[found["aux"]]
    return f"Say whether {found['subject']} {form}{body[found.end() : -1]}."


def _say_what(masked: str, body: str) -> str | None:
    found = _WHAT.fullmatch(masked)
    if found is None or "\x00" in masked:
        return None
    words = found["subject"].split()
    if _AUX & set(words) or any(word in ("that", "who", "which", "to", "you") for word in words):
        return None
    return f"Say what {found['subject']} {'are' if 'are' in found['verb'] else 'is'}."


def _say_which(masked: str, body: str) -> str | None:
    found = _SUBJECT.fullmatch(masked)
    if found is None or _AUX & set(found["rest"].split()):
        return None
    words = found["rest"].split()
    adverbs = ("best", "most", "better", "correctly")
    at = next(
        (i for i, word in enumerate(words[1:4], 1) if word in adverbs or word in {third_person(v) for v in _VERBS}),
        None,
    )
    return None if at is None else f"Say {body[:1].lower()}{body[1:-1]}."


_CHANGES: tuple[tuple[str, Callable[[str, str], str | None]], ...] = (
    ("say-whether", _say_whether),
    ("say-what", _say_what),
    ("say-which", _say_which),
)
