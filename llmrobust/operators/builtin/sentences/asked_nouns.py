"""Questions that ask with a noun for what they ask with a verb or an adjective: "What are her earnings?", on the parse.

Each function gives the new sentence, or None where the question has another shape or the result would be no English.
"""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Question, question
from llmrobust.english.noun_phrases import like, raised
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import acts

_OWNED = {"i": "my", "you": "your", "he": "his", "she": "her", "we": "our", "they": "their"}
_PLURAL_BE = {"do": "are", "does": "are", "did": "were"}
_BE = {"do": "is", "does": "is", "did": "was"}
_MOVING = frozenset("run drive walk travel swim fly ride move go bike sail throw jog hike cycle".split())
_LENGTHY = frozenset("process deliver download complete verify review build paint clean assemble approve".split())


def asked_with_noun(text: Analysis) -> str | None:
    """The question asked with a noun; None if it cannot be."""
    asked = question(text)
    if asked is None or asked.asking is None or text[asked.asking[0]].lower != "how":
        return None if asked is None else _source(text, asked)
    return (
        _method(text, asked)
        or _age(text, asked)
        or _distance(text, asked)
        or _gains(text, asked)
        or _wait(text, asked)
        or _taking(text)
    )


def _source(text: Analysis, asked: Question) -> str | None:
    """ "What is the source of your rates?" of "Where do you get your rates from?"."""
    thing = text.first(asked.verb, "dobj")
    if asked.asking != (0, 0) or text[0].lower != "where" or asked.subject is None or thing is None:
        return None
    you = text[asked.subject[0]].lower == "you" and text[asked.finite].lower == "do"
    if not you or text[asked.verb].lemma not in ("get", "acquire", "obtain") or text[thing].left != asked.verb + 1:
        return None
    rest = [t.lower for t in text.tokens[text[thing].right + 1 : text.end + 1]]
    if rest not in ([], ["from"]):
        return None
    said = text.said(text[thing].left, text[thing].right)
    return like(f"what is the source of {said}{text.text[text[text.end].end :]}", text)


def _method(text: Analysis, asked: Question) -> str | None:
    """ "What is the method for calculating the rates?" of "How are the rates calculated?"."""
    if asked.asking != (0, 0) or asked.subject is None or text[asked.finite].lower not in ("is", "are"):
        return None
    verb = text[asked.verb]
    if (
        verb.tag not in ("VBN", "VBD")
        or verb.lemma not in _WORKED_OUT
        or not asked.subject[1] + 1 == verb.index == text.end
    ):
        return None
    doing = f"{inflected(verb.lemma, 'VBG')} {text.said(*asked.subject)}"
    return like(f"what is the method for {doing}{text.text[text[text.end].end :]}", text)


_WORKED_OUT = frozenset("calculate determine compute measure decide assess verify set".split())


def _words(text: Analysis, asked: Question) -> list[str]:
    first, last = asked.asking or (0, -1)
    return [t.lower for t in text.tokens[first : last + 1]]


def _asking_as(text: Analysis, asked: Question, said: str) -> str:
    first, last = asked.asking or (0, 0)
    return edited_at(text, (first, last, said.capitalize() if text[first].text[:1].isupper() else said))


def _age(text: Analysis, asked: Question) -> str | None:
    """ "What age do I have to be?" of "How old do I have to be?"."""
    at = next((t.index for t in text.tokens[asked.finite + 1 :] if t.lower == "be"), None)
    if _words(text, asked) != ["how", "old"] or at is None or asked.subject is None:
        return None
    return _asking_as(text, asked, "what age") if acts(text, asked.subject[1]) else None


def _distance(text: Analysis, asked: Question) -> str | None:
    """ "What distance did he walk?" of "How far did he walk?", "What is his distance from home?"."""
    if (
        _words(text, asked) == ["how", "far"]
        and asked.subject is not None
        and text[asked.finite].lower in ("is", "was")
    ):
        owner, at = _owner(text, *asked.subject), asked.subject[1] + 1
        if owner is None or text[at].lower != "from" or asked.start:
            return None
        return like(f"what {text[asked.finite].lower} {owner} distance {text.text[text[at].start :]}", text)
    if _words(text, asked) != ["how", "far"] or asked.subject is None or text[asked.verb].lemma not in _MOVING:
        return None
    return _asking_as(text, asked, "what distance") if text[asked.finite].lemma in ("do", "will", "can") else None


def _gains(text: Analysis, asked: Question) -> str | None:
    """ "What are her earnings?" of "How much money does she make?", "What is his profit?", "What is its weight?"."""
    words, finite = _words(text, asked), text[asked.finite].lower
    if asked.subject is None or asked.subject[1] + 1 != asked.verb or asked.finite + 1 != asked.subject[0]:
        return None
    lemma, after = text[asked.verb].lemma, text[asked.verb + 1] if asked.verb + 1 < len(text) else None
    if finite not in ("do", "does", "did", "will") or after is None or after.tag in ("VB", "VBN", "TO", "RP"):
        return None
    if after.lower in ("of", "than", "more", "up", "out", "back") or after.pos in ("NOUN", "PRON", "ADV"):
        return None
    noun = None
    if (
        (lemma == "make" and words == ["how", "much", "money"])
        or (lemma == "earn" and words in (["how", "much", "money"], ["how", "much"]))
        or (lemma == "make" and words == ["how", "much"] and after.lower in ("on", "per", "every", "each", "a", "in"))
    ):
        noun = "earnings" if after.pos != "PUNCT" else None
    elif lemma == "make" and words == ["how", "much", "profit"]:
        noun = "profit"
    elif lemma == "weigh" and words == ["how", "much"] and after.pos == "PUNCT":
        noun = "weight"
    owner = _owner(text, *asked.subject)
    if noun is None or owner is None or (noun == "weight" and finite == "will"):
        return None
    be = (_PLURAL_BE if noun == "earnings" else _BE).get(finite)
    said = f"what {be} {owner} {noun}" if be is not None else f"what will {owner} {noun} be"
    first = asked.asking[0] if asked.asking is not None else 0
    return edited_at(text, (first, asked.verb, raised(said) if text[first].text[:1].isupper() else said))


def _owner(text: Analysis, first: int, last: int) -> str | None:
    """ "her", "Ann's", "the shop's" """
    said = text.said(first, last)
    if first == last and said.lower() in _OWNED:
        return _OWNED[said.lower()]
    words = text.tokens[first : last + 1]
    if len(words) > 3 or any(t.pos not in ("DET", "PROPN", "NOUN", "PRON") or t.dep == "conj" for t in words):
        return None
    if text[last].tag not in ("NN", "NNP", "NNS") or any(t.tag == "WP" or t.lower == "it" for t in words):
        return None
    return f"{said}'" if text[last].tag == "NNS" else f"{said}'s"


def _wait(text: Analysis, asked: Question) -> str | None:
    """ "How long is the wait for a transfer?" of "How long do I have to wait for a transfer?"."""
    words = [t.lower for t in text.tokens[asked.start : asked.start + 8]]
    if len(words) < 8 or words[:3] != ["how", "long", "do"] or words[4:] != [words[4], "to", "wait", "for"]:
        return None
    if words[3] not in ("i", "we") or words[4] not in ("have", "need"):
        return None
    if any(t.tag == "TO" or t.text == "," for t in text.tokens[asked.start + 8 :]):
        return None
    return edited_at(text, (asked.start + 2, asked.start + 6, "is the wait"))


def _taking(text: Analysis) -> str | None:
    """ "How long does the processing of transfers take?" of "How long does it take to process transfers?"."""
    words, end = [t.lower for t in text.tokens[:6]], text.end
    fits = len(text) > 7 and words[:2] == ["how", "long"] and words[3:] == ["it", "take", "to"]
    if not fits or words[2] not in ("does", "did", "will") or text[6].lemma not in _LENGTHY or end - 6 > 6:
        return None
    rest = text.tokens[7 : end + 1]
    if any(t.tag in ("TO", "WP", "WRB", "VB", "IN") and t.lower not in ("of", "from") for t in rest):
        return None
    if any(t.text == "," for t in rest) or not (rest and rest[0].tag in ("DT", "PRP$", "NNS", "NN", "JJ")):
        return None
    said = f"{text.said(0, 2)} the {inflected(text[6].lemma, 'VBG')} of {text.said(7, end)} take"
    return like(said + text.text[text[end].end :], text)
