"""Words of instructions and others for them that keep the meaning: verbs with the complement that each of them takes.

A verb is replaced only where it is one (after "please", "to", "and", at the beginning of a sentence), and only with the
complement that the entry names: "answer the question" is "respond to the question", "answer with yes" is "reply with
yes". Written for llmrobust (Apache-2.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from llmrobust.operators.builtin.words.morphology import gerund

_OBJECT = r"(?=(?:the|this|that|these|those|each|every|any|all|my|a|an|one|both|their|its|it|them|your|his|her|our)\b)"
_THING = r"(?=(?:the|this|that|these|those|each|every|any|all|my|a|an|one|two|three|both|their|its|your|[a-z]+s)\b)"
_MANNER = r"(?=(?:with|in|using|by|only|exactly|as)\b)"
_CLAUSE = r"(?=(?:whether|if|which|what|how|who|where|why)\b)"
_VERBS: tuple[tuple[str, str, str, str, str], ...] = (
    # name, verb, complement, verb instead, what it takes before the complement
    ("respond-to", "answer", rf" {_OBJECT}", "respond", " to "),
    ("answer-it", "respond", rf" to {_OBJECT}", "answer", " "),
    ("answer-instead", "reply", rf" to {_OBJECT}", "answer", " "),
    ("reply-with", "answer", rf" {_MANNER}", "reply", " "),
    ("respond-with", "reply", rf" {_MANNER}", "respond", " "),
    ("answer-with", "respond", rf" {_MANNER}", "answer", " "),
    ("determine", "decide", rf" {_CLAUSE}", "determine", " "),
    ("decide", "determine", rf" {_CLAUSE}", "decide", " "),
    ("find-out", "determine", rf" {_CLAUSE}", "find out", " "),
    ("judge-whether", "decide", r" (?=whether\b)", "judge", " "),
    ("say-whether", "tell me", rf" {_CLAUSE}", "say", " "),
    ("tell-me", "say", rf" {_CLAUSE}", "tell me", " "),
    ("say-clause", "state", rf" {_CLAUSE}", "say", " "),
    ("indicate", "state", rf" {_CLAUSE}", "indicate", " "),
    ("state", "indicate", rf" {_CLAUSE}", "state", " "),
    ("verify", "check", rf" {_CLAUSE}", "verify", " "),
    ("check", "verify", rf" {_CLAUSE}", "check", " "),
    ("categorize", "classify", rf" {_THING}", "categorize", " "),
    ("classify", "categorize", rf" {_THING}", "classify", " "),
    ("select", "choose", rf" {_THING}", "select", " "),
    ("pick", "choose", rf" {_THING}", "pick", " "),
    ("choose", "select", rf" {_THING}", "choose", " "),
    ("choose-it", "pick", rf" {_THING}", "choose", " "),
    ("identify", "recognize", rf" {_THING}", "identify", " "),
    ("pinpoint", "identify", rf" {_THING}", "find", " "),
    ("locate", "find", r" (?=(?:the|all|every|each|any)\b)", "locate", " "),
    ("produce", "generate", rf" {_THING}", "produce", " "),
    ("create", "generate", rf" {_THING}", "create", " "),
    ("generate", "create", rf" {_THING}", "generate", " "),
    ("create-it", "produce", rf" {_THING}", "create", " "),
    ("compose", "write", r" (?=(?:a|an|the|one|two|three)\s+(?:\w+\s+){0,3}?(?:summary|reply|response|story|poem|email|"
     r"e-mail|letter|paragraph|sentence|essay|message|review|article|question|answer|headline|title|report)\b)",
     "compose", " "),
    ("write", "compose", rf" {_THING}", "write", " "),
    ("give", "provide", r" (?=(?:a|an|the|your|one|only|any|all|each)\b)", "give", " "),
    ("provide", "give", r" (?=(?:a|an|the|your|one|only)\s+(?!user|reader|customer|reason to)\w+)", "provide", " "),
    ("assess", "evaluate", rf" {_THING}", "assess", " "),
    ("evaluate", "assess", rf" {_THING}", "evaluate", " "),
    ("analyze", "examine", rf" {_THING}", "analyze", " "),
    ("examine", "analyze", rf" {_THING}", "examine", " "),
    ("examine-it", "inspect", rf" {_THING}", "examine", " "),
    ("go-through", "read", r" (?=(?:the|this|these|each|every|all|both)\b)", "go through", " "),
    ("sum-up", "summarize", rf" {_OBJECT}", "sum up", " "),
    ("summarize", "sum up", rf" {_OBJECT}", "summarize", " "),
    ("take-out", "extract", rf" {_THING}", "pull out", " "),
    ("return", "output", r" (?=(?:a|an|the|only|your|one|just)\b|[\"'`A-Z])", "return", " "),
    ("output", "return", r" (?=(?:a|an|the|only|your|one|just)\b|[\"'`A-Z])", "output", " "),
    ("fix", "correct", r" (?=(?:the|any|all|every|each|this)\b)", "fix", " "),
    ("correct", "fix", r" (?=(?:the|any|all|every|each|this)\b)", "correct", " "),
    ("make-sure", "ensure", r" (?=(?:that|the|your|all|every|each|you)\b)", "make sure", " "),
    ("ensure", "make sure", r" (?=(?:that|the|your|all|every|each|you|to)\b)(?!to\b)", "ensure", " "),
    ("refrain", "avoid", r" (?=[a-z]+ing\b)", "refrain from", " "),
    ("avoid", "refrain from", r" (?=[a-z]+ing\b)", "avoid", " "),
    ("grade", "rate", r" (?=(?:the|this|each|every)\b)", "grade", " "),
    ("rate", "grade", r" (?=(?:the|this|each|every)\b)", "rate", " "),
    ("finish", "complete", r" (?=(?:the|this|each|every)\b)", "finish", " "),
    ("complete", "finish", r" (?=(?:the|this|each|every)\b)", "complete", " "),
    ("rephrase", "paraphrase", rf" {_OBJECT}", "rephrase", " "),
    ("paraphrase", "rephrase", rf" {_OBJECT}", "paraphrase", " "),
    ("follow", "adhere", r" to (?=(?:the|these|this|all)\b)", "keep to", " "),
    ("keep-to", "follow", r" (?=(?:these|the|all)\s+(?:\w+\s+)?(?:rules|guidelines|instructions|steps)\b)",
     "adhere to", " "),
    ("think-about", "consider", r" (?=(?:the|this|these|how|what|whether|each)\b)", "think about", " "),
    ("make-use", "use", r" (?=(?:the|this|these|your|all)\b)", "make use of", " "),
    ("use", "make use of", r" (?=(?:the|this|these|your|all)\b)", "use", " "),
    ("decide-between", "choose", r" between ", "decide", " between "),
    ("clarify", "explain", r" (?=(?:why|how|what)\b)", "make clear", " "),
)  # fmt: skip
_OTHERS = (
    ("right", r"\bcorrect (?=(?:answer|option|choice|label|word|sentence|order|one|category|response)s?\b)", "right "),
    ("correct-one", r"\bright (?=(?:answer|option|choice|label|word|order|one|category|response)s?\b)", "correct "),
    ("brief", r"\b(?:short|concise) (?=(?:answer|summary|reply|response|explanation|sentence)s?\b)", "brief "),
    ("short", r"\bbrief (?=(?:answer|summary|reply|response|explanation|sentence)s?\b)", "short "),
    ("thorough", r"\bdetailed (?=(?:answer|summary|reply|response|explanation|analysis)\b)", "thorough "),
    ("provided-given", r"\bprovided (?=(?:context|text|passage|information|document|documents|input|question)\b)",
     "given "),
    ("given-provided", r"\bgiven (?=(?:context|text|passage|information|document|documents|input|question)\b)",
     "provided "),
    ("have-to-must", r"\byou must (?=[a-z])(?!not\b)", "you have to "),
    ("must-have-to", r"\byou have to (?=[a-z])", "you must "),
    ("ought-to", r"\byou should (?=[a-z])(?!not\b|never\b|only\b|always\b)", "you ought to "),
    ("no-more-than", r"\bat most (?=\w)", "no more than "),
    ("at-most", r"\bno more than (?=\w)", "at most "),
    ("no-fewer-than", r"\bat least (?=(?:two|three|four|five|ten|\d)\b)", "no fewer than "),
    ("in-order-to", r"\bin order to (?=[a-z])", "to "),
    ("such-as", r"\bsuch as (?=\w)", "like "),
    ("between-from", r"\bon a scale of (\d+) to (\d+)\b", r"on a scale from \1 to \2"),
    ("no-other", r"\bnothing else\b", "no other text"),
    ("without", r"\bwithout any (?=(?:explanation|comment|extra|additional|further)\w*\b)", "with no "),
    ("extra", r"\badditional (?=(?:text|information|words|comments?|explanations?)\b)", "further "),
    ("each-every", r"\beach (?=(?:item|question|sentence|word|line|step|document|review|example)\b)", "every "),
    ("every-each", r"\bevery (?=(?:item|question|sentence|word|line|step|document|review|example)\b)", "each "),
    ("step-wise", r"\bstep by step\b", "one step at a time"),
    ("polite-courteous", r"\bpolite\b", "courteous"),
)  # fmt: skip
_BEFORE = (
    r"(?P<left>\A[ \t]*(?:[-*•] |\d{1,2}[.)] )?|(?<=[.!?:;\n])[ \t]*|(?<=\n)[ \t]*(?:[-*•] |\d{1,2}[.)] )|"
    r"\b(?:and|or|then|to|please|kindly|you|should|must|will|can|could|would|not|also|just|only|simply|carefully|always|"
    r"never|now|don['’]t|first|briefly)[ ]|,[ ](?:then[ ])?)"
)
_BEFORE_GERUND = r"(?P<left>\b(?:by|when|while|before|after|for|in|of|without|start|avoid)[ ])"
_LITERAL = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,})*")


class Rewording(NamedTuple):
    """A rule: its name, what it replaces and by what; literal: what a text must hold for it, in lower case."""

    name: str
    pattern: re.Pattern[str]
    replacement: str
    literal: str


def applicable(text: str) -> Iterator[tuple[str, str]]:
    """The name of every rule that changes the text, and the new text; each text once."""
    lowered = text.lower()
    seen = {text}
    for rule in _rules():
        if rule.literal in lowered:
            new = reworded(text, rule.pattern, rule.replacement)
            if new not in seen:
                seen.add(new)
                yield rule.name, new


@cache
def _rules() -> Sequence[Rewording]:
    """Every entry as a rule."""
    return tuple(_made())


def _made() -> Iterator[Rewording]:
    for name, verb, complement, new, then in _VERBS:
        pattern = re.compile(rf"{_BEFORE}{verb}{complement}", re.IGNORECASE)
        yield Rewording(name, pattern, rf"\g<left>{new}{then}", verb)
        doing, instead = _as_gerund(verb), _as_gerund(new)
        pattern = re.compile(rf"{_BEFORE_GERUND}{doing}{complement}", re.IGNORECASE)
        yield Rewording(f"{name}-ing", pattern, rf"\g<left>{instead}{then}", doing)
    for name, written, instead in _OTHERS:
        literal = _LITERAL.match(written.removeprefix(r"\b"))
        yield Rewording(name, re.compile(written, re.IGNORECASE), instead, "" if literal is None else literal[0])


def _as_gerund(phrase: str) -> str:
    """ "pulling out" for "pull out"."""
    verb, *rest = phrase.split(" ")
    return " ".join((gerund(verb), *rest))


def reworded(text: str, pattern: re.Pattern[str], replacement: str) -> str:
    """The text with the first match replaced, with a capital where the replaced word had one."""

    def said(found: re.Match[str]) -> str:
        new = found.expand(replacement)
        kept = len(found.groupdict().get("left") or "")
        old, body = found[0][kept:], new[kept:]
        return new[:kept] + (body[:1].upper() + body[1:] if old[:1].isupper() else body)

    return pattern.sub(said, text, count=1)
