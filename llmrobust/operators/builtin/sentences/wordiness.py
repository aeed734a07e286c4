"""Words that make a sentence longer and say nothing: which of them fit which kind of sentence.

Facts, rules and premises of a problem get neutral ones only: "as far as I can tell" would weaken them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from llmrobust.operators.builtin.sentences.judged_sentences import JUDGING
from llmrobust.operators.builtin.sentences.rewriting import lowered
from llmrobust.operators.builtin.sentences.simple_clauses import is_statement
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.text_edits import TargetParams, sentences, texts_of
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt

Kind = Literal["question", "personal", "fact"]
Place = Literal["first", "alone", "inside"]
"""Where a sentence stands: before another statement, as the whole text, or anywhere else."""
Openers = Mapping[Kind, Sequence[str]]
"""What may come before a sentence, by its kind; one that ends in "that" takes away the sentence's capital."""
WORDY: Openers = {
    "question": (
        "What I would like to know is the following:",
        "The question that I would like to ask is this:",
        "There is one thing that I would like to know, and it is this:",
        "My question, to put it into words, is as follows:",
    ),
    "personal": (
        "What I want to say is that",
        "The first thing that has to be said here is that",
        "The situation that I find myself in is as follows:",
        "What has to be mentioned at this point is that",
    ),
    "fact": (
        "It should be noted at this point that",
        "The situation is as follows:",
        "The first thing that has to be mentioned is the following:",
        "What has to be kept in mind here is that",
    ),
}
_OF_A_REVIEW = "Here is my opinion:"
"""What a review may begin with, and no other text."""
_OF_OPINIONS = ("I must say,", _OF_A_REVIEW)
"""What may be said before an opinion, and not before a fact."""
_OF_ONE = "Here is the sentence:"
"""What may be said before a sentence that is the whole text."""
_OF_A_STORY = "Here are the facts:"
"""What several sentences must follow, and none comes before."""
_OF_A_SITUATION = "Here is the situation:"
_SORRY = re.compile(r"\b(?:sorry|apolog\w+|wondering|appreciate|thank\w*)\b", re.IGNORECASE)
_POLITE = re.compile(r"\b(?:afraid|would|could|appreciate|hope)\b|['’]d\b", re.IGNORECASE)
"""What excuses or asks, and describes no situation."""
_OWN = re.compile(r"(?:I|we|my|our)\b", re.IGNORECASE)
_EXTREME = re.compile(r"\b(?:never|ever|best|worst|better|worse)\b", re.IGNORECASE)
"""What judges, and explains nothing."""
_ASKS_TWICE = re.compile(
    r"\b(?:and|or),? (?:how|what|when|where|who|why|which|is|are|do|does|did|can|could|will)\b", re.IGNORECASE
)
LONGER: Openers = {
    "question": ("Here is my question:", "Just one question:", "One quick question:", "My question is this:"),
    "personal": (_OF_A_SITUATION, "You see,", "Just so you know,"),
    "fact": (
        "Please note that",
        "Note that",
        _OF_A_STORY,
        *_OF_OPINIONS,
        _OF_ONE,
    ),
}
_NOTICE = "Please note that"
_NOTICES = (_NOTICE, "Note that")
_OF_THINGS = re.compile(
    r"(?:the|an?|each|every|all|any|both|most|only|there|if|one|in (?:the|an?)|of (?:the|all))\b"
    r"(?!.*\b(?:too|so|very|really)\b)",
    re.IGNORECASE,
)
"""How a rule or a fact begins, and no talk of somebody: neither "he" nor a name."""
_RULES = re.compile(
    r"[\d$£€%]|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|twice|dozen|must|cannot|may|"
    r"should|open|closed|shut|free|required|included|allowed)\b",
    re.IGNORECASE,
)
"""What is worth a notice: a figure, a rule, whether a thing can be had."""
_EXCLAIMED = re.compile("!")
_JUDGED = re.compile(r"\b(?:reviews?|sentiments?|opinions?)\b", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(?:fun|crappy|boring|dull|awful|terrible|wonderful|brilliant|superb|delightful|beautiful|ugly|lovely|charming|disappointing|overrated|"
    r"underrated|enjoyable|entertaining|hilarious|ridiculous|masterpiece)\b",
    re.IGNORECASE,
)
_INSTRUCTS = re.compile(r", ?(?:please |then )?(?:calculate|find|determine|compute|tell|state|express|work out|give)\b")
"""A condition's instruction, which is nothing to note."""
_LINKED = re.compile(
    r"(?:in (?:particular|addition|contrast|turn)|as (?:a result|such)|similarly|likewise|thus|later)\b", re.I
)
_HEADED = re.compile(r"if\b|(?:an?|the)\b[^.]*?(?:,| )(?:that|which|who|whose)\b", re.IGNORECASE)
"""A noun with a relative clause, which may be no whole sentence."""
_SIDES = frozenset("positive negative".split())
_STATES = re.compile(
    r"\d(?!\d*(?:st|nd|rd|th)\b)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|twice|dozen)\b(?!-)|"
    r"\b(?:is|are|was|were)\b(?! (?:\w+ly )?\w+ing\b)|\b(?:has|have|had) (?:an?|the|no)\b|"
    r"\b(?:costs?|owns?|contains?|weighs?|lasts?|lies|consists?)\b",
    re.IGNORECASE,
)
"""A number, or what is so: no event of a story."""
_PAST = re.compile(
    r"\b(?:was|were|had|did|went|got|took|made|gave|ate|ran|saw|sold|paid|spent|came|left|bought|\w{2,}ed)\b"
)
"""What makes a sentence tell what happened."""
_SPEAKER = re.compile(r"\b(?:my|our|you|your)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"\b(?:the|this|following|given) sentence\b|\bsentence:", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(?:text|review|message|question|passage|story):", re.IGNORECASE)
"""What a prompt calls its text that is not called a sentence."""
_TELLS = re.compile(
    r"\b(?:my|our|at first|then|eventually|finally|later|soon|after|until|suddenly|once more|next)\b", re.IGNORECASE
)
"""What tells a story, in whatever tense, or is about the speaker."""
_PRESENT = re.compile(
    r"\b(?:is|are|has|have|costs?|owns?|contains?|weighs?|lasts?|lies|consists?|must|can|cannot|may|should|will|does|do|"
    r"needs?|gets?|takes?|holds?|sells?|pays?|earns?|charges?|lives?|works?|makes?|wants?|eats?)\b"
)
"""What makes it state a fact or a rule of the present."""
_INTERJECTION = re.compile(
    r"(?:hi|hello|hey|sorry|thanks|thank|please|pls|well|oh|ok|okay|yes|yeah|no|honestly|frankly|sadly|luckily|"
    r"unfortunately|fortunately|actually|anyway|also|but|and|so|or|then|however|therefore|because|dear|wow|help|ugh|"
    r"great|good|note|remember|let|to be|in my opinion|i think|i believe|i feel|i guess|for example|first|second|next|"
    r"finally|still|besides|moreover|furthermore|in fact|instead|otherwise|meanwhile)\b|[\w'’]+,|[^A-Za-z\"]",
    re.IGNORECASE,
)
"""What opens a sentence already, or ties it to the one before."""
_ASKS = re.compile(
    r"(?:how|what|when|where|why|who|whose|whom|which|is|are|was|were|do|does|did|can|could|will|would|should|may|have|"
    r"has|had|am|if|in|at|for|from|to)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]m|I['’]ve|my|we|our|me|us)\b")
_REQUEST = re.compile(r"(?:I|We) (?:\w+ly |just )?(?:want|need|wish|require|would like)\b|(?:I|We)['’]d like\b")
_INTRICATE = re.compile(r"[()\[\]{}<>|=\"“”:;—`]|--| - |\.\.\.|…")
_BEGINS = re.compile(
    r"(?:(?i:the|a|an|this|that|these|those|my|our|their|his|her|its|your|it|he|she|we|they|you|I|everyone|every|each|some|"
    r"all|if|when|after|before|while|there|neither|either|many|most|several)|[A-Z][\w.'’-]+)\b"
)


def sentence_kind(sentence: str) -> Kind | None:
    """The kind of a sentence without surrounding space, or None where it takes nothing before it."""
    if _INTERJECTION.match(sentence) or _INTRICATE.search(sentence):
        return None
    if re.fullmatch(r"[^?!]{8,}\?", sentence):
        return "question" if _ASKS.match(sentence) else None
    if re.fullmatch(r"[^?!]{8,}[\w%]\.", sentence) is None or not _BEGINS.match(sentence) or not is_statement(sentence):
        return None
    return "personal" if _FIRST_PERSON.search(sentence) else "fact"


def opened(sentence: str, opener: str) -> str | None:
    """The sentence with the opener, or None where its first word may be a name, which "that" cannot precede."""
    small_opener = sentence[:1].islower() and any(opener in openers for openers in LONGER.values())
    opener = opener.lower() if small_opener else opener
    if opener.endswith(":"):
        return f"{opener} {sentence}"
    small = lowered(sentence)
    known = small != sentence or re.match(r"(?:I\b|I['’])", sentence) is not None or _is_name(sentence)
    known = known or (opener.endswith(",") and sentence[:1].islower())
    return f"{opener} {small}" if known else None


def with_opener(prompt: Prompt, params: TargetParams, draw: Draw, openers: Openers, name: str) -> Iterator[Variant]:
    """The variant with an opener before the first sentence that takes one; nothing where none does.

    Texts with pieces that are protected, and sentences with labels, addresses or code, are left alone.
    """
    stream = draw.stream(name)
    drawn = {kind: stream.sample(list(openers[kind]), len(openers[kind])) for kind in openers}
    judged = _asks_for_opinions(prompt, draw)
    unfit = {_OF_ONE: not _speaks_of_a_sentence(prompt), _OF_A_REVIEW: not judged}
    drawn["fact"] = [one for one in drawn["fact"] if not unfit.get(one)]
    for places in texts_of(prompt, params.targets()):
        if len(places) > 1:
            continue
        text = prompt.span(places[0]).text
        at = 0
        for part in sentences(text):
            body = part.strip()
            start = at + len(part) - len(part.lstrip())
            at += len(part)
            if body[:1].islower() and text[:start].strip():  # what a full stop before it may not have ended
                continue
            kind = sentence_kind(body)
            if kind is None or free_stretches(body, draw.labels, numbers=True) != [(0, len(body))]:
                continue
            told = _told(text[:start], text[start + len(body) :])
            fitting = [
                opener
                for opener in drawn[kind]
                if _fits(opener, body)
                and (openers is WORDY or _goes_with(opener, body, kind, judged=judged, place=told))
                and (opener not in _NOTICES or _is_a_notice(opener, body, text[:start], text[start + len(body) :]))
            ]
            new = next((new for opener in fitting if (new := opened(body, opener)) is not None), None)
            if new is not None:
                whole = text[:start] + new + text[start + len(body) :]
                yield Variant(prompt.with_texts({places[0]: whole}), name)
                return


def _fits(opener: str, sentence: str) -> bool:
    """Whether an opener may be said before a sentence: "You see," explains, and a request explains nothing."""
    if opener in LONGER["personal"] and (_SORRY.search(sentence) or _EXTREME.search(sentence)):
        return False
    if opener in LONGER["personal"] and _OWN.match(sentence) is None:
        return False
    if (opener == "You see," and _REQUEST.match(sentence)) or (opener == _OF_A_SITUATION and _POLITE.search(sentence)):
        return False
    if opener in LONGER["question"] and _ASKS_TWICE.search(sentence):
        return False
    return "I find" not in opener or re.search(r"\b(?:I|my)\b", sentence) is not None


def _goes_with(opener: str, sentence: str, kind: Kind, *, judged: bool, place: Place) -> bool:
    """Whether an opener suits what is said: a story's first event is no notice, nor is an opinion.

    judged: whether the prompt's texts are opinions; place: where the sentence stands.
    """
    if kind == "question":
        return True
    if _INSTRUCTS.search(sentence) or "World War I" in sentence or _LINKED.match(sentence):
        return False
    said = _OPINION.search(sentence) is not None or (judged and _judges(sentence))
    if judged or said or opener in _OF_OPINIONS:
        begins = opener != _OF_A_REVIEW or place != "inside"
        return said and opener in _OF_OPINIONS and begins and _HEADED.match(sentence) is None
    if opener == _OF_A_STORY:
        return place == "first"
    if opener == _OF_ONE:
        return place == "alone" and _SPEAKER.search(sentence) is None
    return opener not in _NOTICES or (place != "first" and _is_a_present_fact(sentence))


def _judges(sentence: str) -> bool:
    """Whether a word of it judges."""
    return any(word in JUDGING for word in re.findall(r"[\w'’-]+", sentence.lower()))


def _is_a_notice(opener: str, sentence: str, before: str, rest: str) -> bool:
    """Whether it reads as a rule or a figure for the reader, and neither talk nor a story goes before it.

    "Please note" is said before all else. What a problem gives first, before its question, is nothing to note.
    """
    if not before.strip() and "?" in rest:
        return False
    if _OF_THINGS.match(sentence) is None or _RULES.search(sentence) is None or (opener == _NOTICE and before.strip()):
        return False
    return not any(told.search(before) for told in (_FIRST_PERSON, _PAST, _EXCLAIMED))


def _is_a_present_fact(sentence: str) -> bool:
    """Whether it states a fact or a rule, and tells nothing that happened."""
    if _TELLS.search(sentence):
        return False
    states = _STATES.search(sentence) is not None and _PRESENT.search(sentence) is not None
    return states and _PAST.search(sentence) is None


def _told(before: str, rest: str) -> Place:
    """Where a sentence stands: "first" if another statement follows."""
    following = next((part.strip() for part in sentences(rest) if part.strip()), "")
    if before.strip():
        return "inside"
    return "alone" if not following else "first" if following.endswith(".") else "inside"


def _asks_for_opinions(prompt: Prompt, draw: Draw) -> bool:
    """Whether the prompt says that its texts are opinions, or the labels say so."""
    told = any(_JUDGED.search(span.text) for _, span in prompt.places(lambda span: span.kind != "variable"))
    return told or {label.lower() for label in draw.labels} >= _SIDES


def _speaks_of_a_sentence(prompt: Prompt) -> bool:
    """Whether the prompt calls its text a sentence, and nothing else."""
    said = "\n".join(span.text for _, span in prompt.places(lambda span: span.kind != "variable"))
    return _SENTENCE.search(said) is not None and _OTHERWISE.search(said) is None


def _is_name(sentence: str) -> bool:
    """Whether two capitals, a possessive, or a verb after a given name show that a sentence begins with a name."""
    if re.match(r"[A-Z][\w.]*['’]s\b|[A-Z][\w.]+ (?:and )?[A-Z]\w+", sentence):
        return True
    told = re.match(r"([A-Z]\w+) (?:is|was|has|had|can|will)\b", sentence)
    return told is not None and told[1] in GIVEN  # "Fire is the number one cause."
