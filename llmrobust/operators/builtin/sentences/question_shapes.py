"""Shapes of questions that people ask often, said otherwise on the parse: how do I, why, is it possible, what is.

Each function gives the new sentence, or None where the question has another shape or the result would be no English.
"""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Question, agreement, question
from llmrobust.english.noun_phrases import as_object, inner, like, raised
from llmrobust.operators.builtin.sentences.parsed import joined, moved_first

_SPEAKER = frozenset("i we".split())
_NOT_A_TASK = frozenset("be know feel look think believe have need like mean go fit seem qualify trust".split())
"""Verbs of what nobody follows steps to do."""
_ANY = frozenset("any anyone anything anybody anywhere either ever".split())
_STANDING = frozenset("do be go pay wait have".split())
"""What a question may end with before it says what for."""


def steps_cleft(text: Analysis) -> str | None:
    """ "What is it that I have to do to track my card?" of "How do I track my card?"."""
    task = _task(text)
    if task is None:
        return None
    who, verb, end = task
    return like(f"what is it that {who} {_MUST[text[1].lower]} to {text.said(verb, end)}{_mark(text, end)}", text)


_MUST = {"do": "have to do", "can": "can do", "could": "could do", "might": "might do"}


def procedure(text: Analysis) -> str | None:
    """ "What is the procedure for tracking my card?" of "How do I track my card?"."""
    task = _task(text)
    if task is not None:
        _, verb, end = task
        return like(f"what is the procedure for {_doing(text, verb, end)}{_mark(text, end)}", text)
    going = going_about(text)
    if going is not None:
        return like(f"what is the procedure for {text.said(going + 1, text.end)}{_mark(text, text.end)}", text)
    aim = _aim(text)
    if aim is None or text[0].lower != "what" or text[aim - 1].lemma != "do" or aim > 8:
        return None
    end = text.end
    return like(f"what is the procedure for {_doing(text, aim + 1, end)}{_mark(text, end)}", text)


def going_about(text: Analysis) -> int | None:
    """The "about" of "How do I go about opening an account?"; None for other questions."""
    asked = question(text)
    if asked is None or asked.start or asked.subject is None or text[asked.subject[0]].lower not in _SPEAKER:
        return None
    at = asked.verb + 1
    if text[0].lower != "how" or text[asked.verb].lemma != "go" or at + 2 > text.end or text[at].lower != "about":
        return None
    doing = text[at + 1]
    plain = doing.tag == "VBG" and doing.right == text.end and all(t.text != "," for t in text.tokens)
    return at if plain else None


def reason(text: Analysis) -> str | None:
    """ "What is the reason for my card being declined?" of "Why was my card declined?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.asking != (0, 0) or text[0].lower != "why" or asked.start != 0:
        return None
    first, last = asked.subject
    head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    end, finite = text.end, text[asked.finite]
    negated = text[asked.finite + 1].dep == "neg"
    if text[head].lower in ("there", "it", "that", "this") or finite.tag == "MD" or not text.text.endswith("?"):
        return None
    if negated or any(t.text == "," or t.dep in ("parataxis", "advcl") for t in text.tokens):
        return None
    who = as_object(text, head)
    between = text.tokens[last + 1 : asked.verb] if asked.verb > last else ()
    if who is None or asked.verb > end or text.dependents(asked.verb, "conj"):
        return None
    if asked.verb == asked.finite and finite.lemma == "be":
        described = text.said(last + 1, end)
        said = joined("being", described) if described else ""
    elif any(t.dep not in ("aux", "auxpass", "neg", "advmod") or t.left != t.right for t in between):
        return None
    elif finite.lemma == "do" and len(between) == 1 and between[0].lemma == "get":
        said = f"getting {text.said(asked.verb, end)}"
    elif finite.lemma == "do" and not between:
        said = _doing(text, asked.verb, end)
    elif finite.lemma == "be" and not between and text[asked.verb].tag == "VBG":
        said = text.said(asked.verb, end)
    elif finite.dep == "auxpass" and text[asked.verb].tag in ("VBN", "VBD") and not between:
        said = f"being {text.said(asked.verb, end)}"
    elif finite.lemma == "be" and text[last + 1].lower == "being" and len(between) == 1:
        said = text.said(last + 1, end)
    elif finite.lemma == "have" and text[asked.verb].tag == "VBN" and not text.dependents(asked.verb, "auxpass"):
        negation = "not " if between and between[0].dep == "neg" else ""
        rest = text.said(last + 1 + bool(negation), end)
        said = f"{negation}having {rest}"
    else:
        return None
    return like(f"what is the reason for {who} {said}{_mark(text, end)}", text) if said else None


def possibility(text: Analysis) -> str | None:
    """ "Is there a possibility of opening an account?" of "Is it possible to open an account?"."""
    if len(text) < 6 or [t.lower for t in text.tokens[:4]] != ["is", "it", "possible", "to"] or text[4].tag != "VB":
        return None
    end = text.end
    return like(f"is there a possibility of {_doing(text, 4, end)}{_mark(text, end)}", text)


def aim_first(text: Analysis) -> str | None:
    """ "To change my name, what do I have to do?" of "What do I have to do to change my name?"."""
    aim = _aim(text)
    return None if aim is None else moved_first(text, aim, text.end)


def for_whom_first(text: Analysis) -> str | None:
    """ "For my child, how do I open an account?" of "How do I open an account for my child?"."""
    asked, end = question(text), text.end
    if asked is None or asked.start != 0 or asked.subject is None or text[asked.subject[0]].lower not in _SPEAKER:
        return None
    if asked.asking is None:
        return None
    said = text.tokens[end - 2 : end + 1]
    if len(said) != 3 or said[0].lower != "for" or said[1].lower not in ("my", "our") or said[2].lemma not in _FAMILY:
        return None
    return None if end < 6 else moved_first(text, end - 2, end)


_FAMILY = frozenset(
    "child kid son daughter wife husband mother father mom dad parent friend partner family brother sister".split()
)


def in_all_first(text: Analysis) -> str | None:
    """ "In total, how many bolts does it take?" of "How many bolts in total does it take?"."""
    asked = question(text)
    if asked is None or asked.asking is None or asked.start != 0 or text[0].lower != "how":
        return None
    first, last = asked.asking
    for at in range(first + 2, last + 1):
        words = [t.lower for t in text.tokens[at : last + 1]]
        if words in (["in", "total"], ["in", "all"], ["altogether"], ["total"]) and at > 2:
            if words == ["total"]:
                return None
            before = inner(text, 0, at - 1)
            return (
                None
                if before is None
                else like(f"{text.said(at, last)}, {before} {text.text[text[last + 1].start :]}", text)
            )
    return None


def rate_first(text: Analysis) -> str | None:
    """ "In a week, how many miles does he run?" of "How many miles does he run a week?"."""
    asked, end = question(text), text.end
    if asked is None or asked.start != 0 or text[0].lower != "how" or not text.text.endswith("?") or end < 6:
        return None
    rate, unit = text[end - 1], text[end]
    if unit.lower not in ("day", "week", "month", "year") or rate.lower not in ("a", "per", "each", "every"):
        return None
    if any(t.text == "," or t.dep in ("conj", "advcl", "relcl", "ccomp") for t in text.tokens):
        return None
    before = inner(text, 0, end - 2)
    if before is None or text[end - 2].pos in ("ADP", "CCONJ") or text[end - 2].lower in ("times", "hours", "minutes"):
        return None
    lead = f"in a {unit.text}" if rate.lower in ("a", "per") else f"{rate.lower} {unit.text}"
    return like(f"{lead}, {before}{_mark(text, end)}", text)


def for_what_first(text: Analysis) -> str | None:
    """ "For a US transfer, how long is the wait?" of "How long is the wait for a US transfer?", "To open an account,
    what is the minimum age?": what a fee, a refund, a number or a wait is for."""
    end = text.end
    if any(
        t.text == "," or (t.dep in ("conj", "parataxis", "advcl", "ccomp", "relcl") and t.tag != "VB")
        for t in text.tokens
    ):
        return None
    asked = question(text)
    root = text.root
    if (asked is not None and asked.start != 0) or root is None or len(text) < 7:
        return None
    clause_first = text[0].lower in _SPEAKER or (asked is not None and asked.finite < 4)
    if not clause_first or asked is None or asked.asking is None:
        return None
    for token in reversed(text.tokens[3 : end - 1]):
        if token.lower == "for" and token.dep == "prep" and token.right == end:
            head, thing = text[token.head], text.first(token.index, "pobj")
            asks_wait = asked is not None and head.lemma == "wait" and text[1].lower == "long"
            if thing is None or not (head.lemma in _FOR_SOMETHING or asks_wait) or head.index > token.index:
                continue
            if text[head.left].lower in ("this", "that"):
                return None
            known = text.dependents(thing, "det", "poss", "amod", "compound") or text[thing].tag == "NNS"
            if not known or text[thing].tag not in ("NN", "NNS") or text[token.index - 1].lower in ("as", "except"):
                return None
            if text[thing].entity in ("DATE", "TIME", "MONEY"):
                return None
            return moved_first(text, token.index, end)
        if token.tag == "TO" and text[token.index + 1].tag == "VB" and text[token.index - 1].lemma in _REQUIRED:
            what = text[0].lower in ("what", "is") and asked is not None
            if (
                not what
                or not text.dependents(token.index - 1, "amod", "compound")
                or any(t.tag == "TO" for t in text.tokens[: token.index])
            ):
                return None
            return moved_first(text, token.index, end)
    return None


_FOR_SOMETHING = frozenset(
    "fee refund charge number code limit statement receipt frame timeframe minimum maximum policy requirement".split()
)
"""Nouns of which one says what they are for."""
_REQUIRED = frozenset("age limit fee cost price charge minimum requirement procedure process".split())
"""Nouns of what it takes to do something."""


def wish_apart(text: Analysis) -> str | None:
    """ "I want to change my name. What do I have to do?" of "What do I have to do to change my name?"."""
    aim, who = _aim(text), _speaker(text)
    if aim is None or who is None or any(t.lower in _ANY for t in text.tokens):
        return None
    end = text.end
    return f"{like(who, text)} want to {text.said(aim + 1, end)}. {raised(text.said(0, aim - 1))}{_mark(text, end)}"


def possible_apart(text: Analysis) -> str | None:
    """ "I want to open an account. Is that possible?" of "Is it possible to open an account?", and of "Can my daughter
    open an account?"."""
    end = text.end
    if any(t.lower in _ANY for t in text.tokens) or any(t.text == "," for t in text.tokens):
        return None
    if possibility(text) is not None:
        return f"{like('I', text)} want to {text.said(4, end)}. Is that possible{_mark(text, end)}"
    asked = question(text)
    if asked is None or asked.asking is not None or asked.start != 0 or asked.subject is None:
        return None
    first, last = asked.subject
    if text[0].lower != "can" or asked.verb != last + 1 or text[asked.verb].tag not in ("VB", "VBP"):
        return None
    if text[first].lower not in ("my", "our") or text.dependents(asked.verb, "conj", "advcl", "neg"):
        return None
    head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    agree = agreement(text, head)
    if agree is None or text[head].lemma not in _FAMILY:
        return None
    want = "want" if agree[0] else "wants"
    said = f"{text.said(first, last)} {want} to {text.said(asked.verb, end)}"
    return f"{like(said, text)}. Is that possible{_mark(text, end)}"


def _task(text: Analysis) -> tuple[str, int, int] | None:
    """Who asks how to do something, the verb of it, and the last token of the question; None for other questions."""
    asked = question(text)
    if asked is None or asked.start != 0 or asked.asking != (0, 0) or text[0].lower != "how" or asked.subject is None:
        return None
    (first, last), verb = asked.subject, text[asked.verb]
    if first != last or text[first].lower not in _SPEAKER or text[1].lower not in _MUST or asked.finite != 1:
        return None
    if last + 1 != verb.index or verb.tag not in ("VB", "VBP") or verb.lemma in _NOT_A_TASK:
        return None
    return None if _goes_on(text, asked) else (text[first].text, verb.index, text.end)


def _goes_on(text: Analysis, asked: Question) -> bool:
    """Whether more follows than what is to be done: another clause, a choice, a second question."""
    rest = text.tokens[asked.verb : text.end + 1]
    told = any(t.lower in _ANY or t.text in (",", "?") or t.dep == "parataxis" for t in rest)
    return told or any(t.dep == "conj" and t.pos == "VERB" for t in rest) or text[asked.verb].right < text.end


def _aim(text: Analysis) -> int | None:
    """The "to" of the aim that a question of the speaker's ends with; None if it has none, or cannot do without it."""
    asked = question(text)
    if asked is None or asked.start != 0 or asked.asking is None or _speaker(text) is None:
        return None
    end = text.end
    for token in reversed(text.tokens[asked.finite + 3 : end]):
        if token.tag != "TO" or text[token.index + 1].tag != "VB" or text[token.index + 1].right < end:
            continue
        before = text[token.index - 1]
        if before.lemma in _STANDING and before.tag in ("VB", "VBP") and before.lemma != "have":
            later = text.tokens[token.index : end + 1]
            return None if any(t.text == "," or t.dep == "parataxis" for t in later) else token.index
    return None


def _speaker(text: Analysis) -> str | None:
    """I or we, the subject of a question; None if it is another one."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.subject[0] != asked.subject[1]:
        return None
    token = text[asked.subject[0]]
    return None if token.lower not in _SPEAKER else "I" if token.lower == "i" else "we"


def _doing(text: Analysis, verb: int, end: int) -> str:
    return joined(inflected(text[verb].lemma, "VBG"), text.said(verb + 1, end))


def _mark(text: Analysis, end: int) -> str:
    return text.text[text[end].end :]
