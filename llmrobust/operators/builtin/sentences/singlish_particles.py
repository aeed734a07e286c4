"""Which particles of Singaporean English may end a sentence, by what the sentence does, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import is_command, main_clause, question

_OF_OPEN_QUESTIONS = ("leh", "ah")
_OF_YES_OR_NO = ("ah",)
_OF_COMMANDS = ("lah",)
_OF_STATEMENTS = ("lah", "lor")
_OF_EXCLAMATIONS = ("sia", "lah")
PARTICLES = ("lah", "leh", "lor", "sia", "ah")


def particles_of(text: Analysis) -> tuple[str, ...]:
    """The particles that fit the end of a sentence; none where it ends without a mark or exclaims without a clause."""
    mark = text.text[-1:]
    if mark == "?":
        asked = question(text)
        return _OF_OPEN_QUESTIONS if asked is not None and asked.asking is not None else _OF_YES_OR_NO
    if mark == "!":
        return _OF_EXCLAMATIONS if main_clause(text) is not None else ()
    if mark != ".":
        return ()
    return _OF_COMMANDS if is_command(text) else _OF_STATEMENTS
