"""Where an instruction commands: the sentence, and the verb in it, in prompts of one line and of many sections.

A sentence commands if it begins with a verb ("Classify the ..."), also after a lead ("Given the text, say ...", "First,
read ...") or a bullet. A noun that looks like a verb ("Review analysis") does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from llmrobust.operators.builtin.instructions.rewordings import COMMAND
from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, is_base, past_of, third_person_of
from llmrobust.operators.editing.text_edits import sentences

_LEAD_IN = re.compile(
    r"(?:(?:given|based on|using|according to|considering|following|in (?:this|one|a|the)|for (?:each|every|the|this)|"
    r"from|after|before|with|when|if|as|on the basis of|to (?:do|answer))\b[^.?!:\n]{2,120}?, |"
    r"(?:now|next|first|then|finally|second|third|lastly)(?:, | )|(?:carefully|briefly|simply|just|always|only) )",
    re.IGNORECASE,
)
_MARK = re.compile(r"[ \t]*(?:[-*•–] +|#{1,6} +|\(?\d{1,2}[.)] +|[A-Za-z][.)] +|\*\*)?[\"'(]?")
_MORE_VERBS = frozenset(
    "paraphrase summarize summarise categorize categorise prioritize analyse analyze brainstorm outline draft "
    "annotate tag flag highlight rephrase simplify format output print render parse extract infer deduce verify "
    "validate ensure make act assume imagine suppose remember note avoid refrain include exclude omit skip ignore "
    "focus pay keep limit restrict use follow respect adhere stick cite quote mention reference link think reason "
    "reflect solve compute calculate derive estimate predict guess fill insert replace remove delete add append "
    "combine merge split sort rank rate score grade judge mark label classify assign map match pick choose select "
    "decide determine figure identify recognize recognise find locate search retrieve read look watch listen study "
    "examine inspect check review compare contrast evaluate assess critique edit correct fix rewrite revise improve "
    "translate convert transform generate create produce compose write give provide offer suggest propose recommend "
    "list name enumerate state say tell show present describe explain define discuss elaborate clarify answer reply "
    "respond return send call ask help assist guide teach play pretend complete continue finish start begin end "
    "stop let put set turn take get go come do be have see try treat refer report detect count".split()
)
_NOUNS_TOO = frozenset(
    "answer check count label list look mark match name output rank rate report review sort state use score grade tag "
    "format map link base reference quote play start end stop set turn show study search guess draft flag highlight "
    "outline format focus judge guide help call edit fix note limit pay play plan test question document "
    "summary".split()
)
_AFTER_NOUN = frozenset("is are was were has have will can should must may of follows contains".split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OBJECT = re.compile(
    r"(?:the|a|an|this|that|these|those|each|every|all|any|both|one|two|three|no|not|whether|if|which|what|how|where|who|"
    r"why|when|with|to|at|from|it|its|in|into|on|only|exactly|as|my|your|their|his|her|our|using|either|yes|up|out|down|"
    r"for|by|about|me|us|them|him|between|among|through|over|your|following|step|carefully|briefly|clearly|and|or|so|"
    r"sure|only|just)\b|[\"'“‘`<({\[]|\W",
    re.IGNORECASE,
)


_REMARK = re.compile(
    r"(?:note|remember|assume|suppose|imagine|recall|beware|keep in mind|bear in mind)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Command:
    """A sentence that commands: where it begins and ends, and where its verb begins, in its text."""

    start: int
    verb: int
    end: int


def commands(text: str) -> Iterator[Command]:
    """The sentences that command, in reading order; prohibitions ("Do not ...", "Never ...") are not among them."""
    at = 0
    for line in text.splitlines(keepends=True):
        begin = at
        for sentence in sentences(line):
            mark = _MARK.match(sentence)
            start = begin + (mark.end() if mark and begin == at else len(sentence) - len(sentence.lstrip()))
            end = begin + len(sentence.rstrip())
            verb = start
            lead = _LEAD_IN.match(text, start, end)
            while lead is not None:
                verb = lead.end()
                lead = _LEAD_IN.match(text, verb, end)
            if verb < end and text[end - 1] != "?" and begins_with_command(text[verb:end]):
                yield Command(start, verb, end)
            begin += len(sentence)
        at += len(line)


def first_command(text: str) -> Command | None:
    """The first sentence that commands."""
    return next(commands(text), None)


def begins_with_command(text: str) -> bool:
    """Whether a text begins with a command's verb: not with a noun that looks like one, nor a remark ("Note ...")."""
    if _REMARK.match(text):
        return False
    if COMMAND.match(text):
        return True
    found = _WORD.match(text)
    if found is None:
        return False
    verb = found[0].lower()
    if verb in AUXILIARIES or not (verb in _MORE_VERBS or is_base(verb)):
        return False
    rest = text[found.end() :]
    if not rest.startswith(" "):
        return rest[:1] in (".", "!") and verb not in _NOUNS_TOO
    following = _WORD.match(rest.lstrip())
    after = following[0].lower() if following else ""
    if after in _AFTER_NOUN or (
        after not in ("do", "does") and (third_person_of(after) or past_of(after)) and not _OBJECT.match(rest.lstrip())
    ):
        return False
    return _OBJECT.match(rest.lstrip()) is not None or verb not in _NOUNS_TOO


def led(text: str, command: Command, lead: str) -> str:
    """The text with a lead before the command's verb, which loses its capital: "Please say ..." for "Say ..."."""
    said = lead if command.verb == command.start or lead.startswith("I ") else lead[:1].lower() + lead[1:]
    body = text[command.verb :]
    return f"{text[: command.verb]}{said}{body[:1].lower()}{body[1:]}"
