"""Where a word that opens or joins clauses may be replaced: conditions, causes, requests, negations."""

from __future__ import annotations

import re

from llmrobust.operators.builtin.words.fitting import is_last, word_after, word_before
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    DETERMINERS,
    PRONOUNS,
    is_base,
    participle_of,
    past_of,
    third_person_of,
)

SENTENCE_START = re.compile(r"(?:\A|[.!?\n][\"”’)]*\s+|\n\s*)\Z")
CLAUSE_START = re.compile(r"(?:\A|[.!?,;\n][\"”’)]*\s+|\b(?:and|but|or|please|also)\s+)\Z", re.IGNORECASE)
CLAUSE_END = re.compile(r"\s*(?:[.,;!?]|\Z)|\s+(?:and|or|but|at|in|on|for|with|from|to|when|if|because)\b")
_REST = re.compile(r"(?:[^.!?\n]|\.(?=\d))*[?.!]?")
_ASKS_LATER = re.compile(
    r"(?:[^.!?\n]|\.(?=\d))*(?:\?|, ?(?:please |then )?(?:calculate|find|determine|compute|tell|give|state|express|"
    r"work out|what|how|who|where|when|why|which|can|could|do|does|did|is|are|will|would|should)\b)",
    re.IGNORECASE,
)
"""What follows an "if" that a question or an instruction comes after."""
_NO_SUBJECT = re.compile(r"\s+(?:\w+ing|\w+ed|not|so|only|possible|necessary|applicable|any|yes|no)\b")
"""What follows "if" where its clause has no subject."""
_IMAGINED = re.compile(r"\b(?:would|could|might|should|were|if|instead|another|ever|had)\b|['’]d\b", re.IGNORECASE)
"""What is not given, or one of several cases."""
_SOMEBODY = re.compile(r"\s+(?:someone|somebody|anyone|anybody|an?|you|I)\b")
"""Of whom nothing is known: "if someone buys 3"."""
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(VALUES)}|half|twice)\b", re.IGNORECASE)
_SETTLED = re.compile(
    r"\d|\b(?:there|has|have|had|can|could|would|was|were|did|price|prices|rates?|costs?|am|been|already|now|currently)\b|"
    r"['’](?:s|ve|d|m|re)\b",
    re.IGNORECASE,
)
"""What is so by now, or may be so, in a condition: no event to come."""
_EVENT = re.compile(
    r"\s+(?:(?:my|the|a|an|your|his|her|their|our|this|any)\s+)?(?:[\w'’-]+\s+){1,3}?(?:"
    r"(?:is|are|gets?)\s+(?:lost|stolen|declined|rejected|late|delayed|cancelled|damaged|compromised|broken|wrong)|"
    r"rains|snows|breaks|fails|arrives|loses|forgets|leaves|quits|dies|wins|happens|expires|changes|becomes|"
    r"(?:do|does)\s+not\s+(?:arrive|work|receive|pay|come)|(?:don|doesn)['’]t\s+(?:arrive|work|receive|pay|come)|"
    r"(?<=\bi )(?:lose|forget|miss|cancel|damage)|(?<=\byou )(?:lose|forget|miss|cancel))\b",
    re.IGNORECASE,
)
"""Something that happens on a day to come."""
_CONDITION_END = re.compile(r"[^,.?!\n]*")
_SAME_PAST = frozenset("put set cut let cost hit read hurt shut bet quit spread".split())
_STATES = frozenset("have know think believe own live see understand like love hate mean seem".split())
HALF_CAUSES = frozenset(
    "part partly only just simply mainly largely mostly merely probably maybe perhaps possibly precisely exactly not "
    "solely primarily partially especially particularly purely chiefly also even is was it's that's that".split()
)
"""What limits a "because" that follows it."""
_SUBJECTS = frozenset("i he she it they we you there".split())
_FAVOURS = frozenset(
    "help tell explain check cancel send provide give show refund advise assist confirm fix block freeze unblock "
    "return stop reverse look inform update investigate clarify describe let resend remove".split()
)
"""What people ask for: not "can you get several cards", of anybody."""
_DEEDS = frozenset(
    "cancel change transfer verify activate order open make pay withdraw dispute report track obtain close add remove "
    "unblock reset check contact receive deposit confirm locate prove reactivate edit update exchange request "
    "reverse".split()
)
"""What is done by some means."""
_PROCEDURES = frozenset(
    "set freeze deal apply claim do unfreeze block register replace submit file resolve fix modify stop unlock".split()
)
"""What one follows a procedure for, besides."""
_FAMILY = re.compile(r"\s+(?:\d+ year old |young |own )?(?:children|child|daughter|son|kids?|wife|husband|parents)\b")
_KNOWING = frozenset(
    "know see say believe admit hear tell be go wait stand help afford agree understand ask wonder thank be".split()
)
"""Verbs that fixed phrases with "need to", "want to" and "have to" are made of."""
_ASKING = frozenset("why how where when what".split())


def rest_of(text: str, end: int) -> str:
    """The rest of the sentence after a place, with its mark."""
    found = _REST.match(text, end)
    return found[0] if found is not None else ""


def starts(text: str, start: int) -> bool:
    """Whether a sentence begins at a place."""
    return SENTENCE_START.search(text[:start]) is not None


def opens_a_clause(text: str, start: int) -> bool:
    """Whether a clause begins at a place, after a mark or "and"."""
    return CLAUSE_START.search(text[:start]) is not None


def asks_later(text: str, end: int) -> bool:
    """Whether a question or an instruction follows in the sentence."""
    return _ASKS_LATER.match(text, end) is not None


def has_subject(text: str, start: int, end: int) -> bool:
    """Whether an "if" begins a clause that has a subject."""
    return opens_a_clause(text, start) and _NO_SUBJECT.match(text, end) is None


def is_given(text: str, start: int, end: int) -> bool:
    """An "if" that begins a problem's question with what is known: numbers, and nothing that is only imagined."""
    rest = rest_of(text, end)
    known = _CONDITION_END.match(rest)
    if known is None or _IMAGINED.search(rest) or not has_subject(text, start, end):
        return False
    alone = re.search(r"\bif\b", text[:start], re.IGNORECASE) is None and _SOMEBODY.match(text, end) is None
    opens = alone and starts(text, start)
    return opens and _NUMBER.search(known[0]) is not None and asks_later(text, end)


def is_an_event(text: str, start: int, end: int) -> bool:
    """An "if" of an event to come: no state, price, or what is so by now."""
    condition = _CONDITION_END.match(text, end)
    if condition is None or not has_subject(text, start, end) or _SETTLED.search(condition[0]):
        return False
    return _EVENT.match(text, end) is not None and re.search(r"\b(?:would|could)\b", rest_of(text, end)) is None


def is_open(text: str, start: int, end: int) -> bool:
    """An "if I" before what I may do: "Should I lose my card"."""
    verb = word_after(text, end).lower()
    condition = _CONDITION_END.match(text, end)
    if not opens_a_clause(text, start) or not is_base(verb) or verb in _SAME_PAST | _STATES or condition is None:
        return False
    return _SETTLED.search(condition[0]) is None and re.search(r"\b(?:would|could)\b", rest_of(text, end)) is None


def is_a_cause(text: str, start: int, end: int) -> bool:
    """A "because" of a whole cause: not "partly because", nor "because of"."""
    return word_before(text, start) not in HALF_CAUSES and word_after(text, end).lower() not in ("of", "to", "")


def clause_follows(text: str, start: int, end: int) -> bool:
    """Whether a clause follows with its subject: "until he comes", "until the money is here", not "until noon"."""
    if word_before(text, start) in ("even", "as"):
        return False
    found = re.match(r"\s+([\w'’]+)((?:\s+[\w'’]+){0,3})", text[end:])
    if found is None:
        return False
    first, later = found[1].lower(), found[2].lower().split()
    if first in _SUBJECTS:
        return bool(later)
    named = found[1][:1].isupper() or first in DETERMINERS
    return named and any(word in AUXILIARIES or third_person_of(word) or past_of(word) for word in later)


def is_negated(text: str, start: int, end: int) -> bool:
    """A shortened negation that may be said in full: "he doesn't", not "doesn't he", nor "why doesn't he"."""
    last, after = word_before(text, start), word_after(text, end).lower()
    if last in _ASKING or after in set(PRONOUNS) | {"you", "it"}:
        return False
    if not last or last in ("and", "but", "or", "please"):
        return text[start:end].lower() in ("don't", "don’t") and (is_base(after) or after == "be")
    return True


def is_is(text: str, start: int, end: int) -> bool:
    """A "what's" or "it's" that is "is": not "it's been", nor "what's happened"."""
    after = word_after(text, end).lower()
    perfect = after in ("been", "got", "had") or (participle_of(after) is not None and not is_base(after))
    many = text[start:end].lower().startswith("there") and after not in ("a", "an", "no", "the", "one", "some", "only")
    return starts(text, start) and bool(after) and not perfect and not many


def is_aim(text: str, start: int, end: int) -> bool:
    """A clause's "I want to" or "I need to" before what is done, not what is known: "I need to know"."""
    after = word_after(text, end).lower()
    return opens_a_clause(text, start) and is_base(after) and after not in _KNOWING


def is_unknowing(text: str, start: int, end: int) -> bool:
    """An "I can't" before what somebody fails to do: not "I can't believe", "I can't wait"."""
    return is_aim(text, start, end) and word_after(text, end).lower() not in ("seem", "imagine", "complain")


def verb_follows(text: str, start: int, end: int) -> bool:
    """A question's beginning before its verb: "Can I pay"."""
    return starts(text, start) and is_base(word_after(text, end).lower())


def asks_a_favour(text: str, start: int, end: int) -> bool:
    """A "can you" that asks somebody to do something."""
    if re.search(r"\b(?:please|kindly)\b", rest_of(text, end), re.IGNORECASE):
        return False
    return opens_a_clause(text, start) and word_after(text, end).lower() in _FAVOURS


def asks_for_a_procedure(text: str, start: int, end: int) -> bool:
    """A clause's "how do I" before what one follows a procedure for: not "how do I find", "how do I go about"."""
    return opens_a_clause(text, start) and word_after(text, end).lower() in _DEEDS | _PROCEDURES


def must_do(text: str, start: int, end: int) -> bool:
    """A "do I have to" before what is done."""
    after = word_after(text, end).lower()
    return is_base(after) and after != "be"


def asks_how_long(text: str, start: int, end: int) -> bool:
    """A "how long" that asks for what something takes."""
    asked = re.match(r"\s+(?:do|does|did|will|would|should)\b[^.?!]*\b(?:take)\b", text[end:]) is not None
    return asked and opens_a_clause(text, start)


def believes(text: str, start: int, end: int) -> bool:
    """An "I thought" that has a clause after it."""
    after = word_after(text, end).lower()
    said = (
        after not in ("that", "of", "about", "so", "i", "maybe", "perhaps", "why", "how", "what", "but")
        and after.isalpha()
    )
    return said and opens_a_clause(text, start) and len(rest_of(text, end).split()) > 3


def permits(text: str, start: int, end: int) -> bool:
    """A "can my" that asks what somebody may do: "Can my daughter open an account?"."""
    return starts(text, start) and _FAMILY.match(text, end) is not None


def asks_for_steps(text: str, start: int, end: int) -> bool:
    """A "how do I" before what people do step by step, with or without means."""
    return verb_follows(text, start, end) and word_after(text, end).lower() not in (
        "know",
        "look",
        "go",
        "feel",
        "stand",
    )


def says_please(text: str, start: int, end: int) -> bool:
    """A "please" before a request that is no question: "Please cancel my card."."""
    after = word_after(text, end).lower()
    request = is_base(after) and after not in ("do", "note", "see", "find", "let")
    return starts(text, start) and request and not rest_of(text, end).endswith("?")


def asks_something(text: str, start: int, end: int) -> bool:
    """A sentence's "please" before what is asked for: "Please explain", "Please don't"."""
    after = word_after(text, end).lower()
    return starts(text, start) and (after in ("be", "don't", "don’t") or is_base(after))


def subject_follows(text: str, start: int, end: int) -> bool:
    """A sentence's first word before a pronoun that does something: "So I called"."""
    after = word_after(text, end).lower()
    return starts(text, start) and after in _SUBJECTS - {"there"} and not rest_of(text, end).endswith("?")


def alone_or_before_a_clause(text: str, start: int, end: int) -> bool:
    """A sentence's first word right before its clause: "But he", not "But," or "But for"."""
    after = word_after(text, end).lower()
    return starts(text, start) and bool(after) and after not in ("for", "then", "not")


def greets_nobody(text: str, start: int, end: int) -> bool:
    """A greeting that no "there", "everyone" or name follows."""
    after = word_after(text, end)
    return starts(text, start) and (is_last(text, end) or after in ("I", "my", "could", "can", "please", "i", "how"))


def asks_why(text: str, start: int, end: int) -> bool:
    """A "why" before an auxiliary: not "why not", nor "why don't"."""
    answered = re.search(r"\bbecause\b", rest_of(text, end)) is not None
    return starts(text, start) and not answered and (word_after(text, end).lower() in AUXILIARIES or is_last(text, end))


def asks_what_to_do(text: str, start: int, end: int) -> bool:
    """A "what do I do" that nothing but an aim, a time or a condition follows: not "what do I do with it"."""
    goes_on = word_after(text, end).lower() in ("to", "if", "now", "when", "next")
    return opens_a_clause(text, start) and (is_last(text, end) or goes_on)


def thinks(text: str, start: int, end: int) -> bool:
    """An "I think" that begins a sentence and has a clause after it."""
    after = word_after(text, end).lower()
    subject = after in _SUBJECTS | {"my", "the", "someone", "somebody", "something", "this"}
    return starts(text, start) and subject and len(rest_of(text, end).split()) > 3


def thanks_somebody(text: str, start: int, end: int) -> bool:
    """A "thank you" of its own, or for something."""
    return starts(text, start) and (is_last(text, end) or word_after(text, end) == "for")


def asked_how_many(text: str, start: int, end: int) -> bool:
    """The end of a question for how many there are left."""
    asked = re.search(r"\bhow (?:many|much)\b[^.?!]*\Z", text[:start], re.IGNORECASE) is not None
    return asked and (is_last(text, end) or word_after(text, end) == "after")
