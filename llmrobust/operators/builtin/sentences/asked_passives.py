"""Passives of questions: "How many eggs were bought by Ann?", "Why was my payment declined?", on the parse.

Each function gives the new sentence, or None where the question has another shape or the result would be no English.
"""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, Question, agreement, finite_form, question
from llmrobust.english.noun_phrases import as_subject, inner, like
from llmrobust.operators.builtin.sentences.counted_passives import counted_passive
from llmrobust.operators.builtin.sentences.needing import thing_of
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.sentences.passive_forms import participle
from llmrobust.operators.builtin.sentences.passive_parts import PassiveParts, chain_of, is_habit, negated, parts_of
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.unnamed_agents import acts_alone

_REFUSING = frozenset("decline reject refuse cancel block freeze return reverse delay close lock".split())
"""What banks and shops do to payments and cards."""
_OFFERING = frozenset("offer accept support charge provide issue allow impose ship".split())
"""What a firm does: "Do you offer it?" asks whether it is offered."""
_DEFINITE = frozenset("my our your the this that these those".split())
_THROUGH = {"deal": "with", "apply": "for", "pay": "for", "ask": "for", "account": "for"}
"""Verbs whose preposition stays with them in the passive: "dealt with"."""


def asked_passive(text: Analysis, before: str) -> str | None:
    """The question in the passive; None if it has none of these shapes. before: the text before it."""
    return counted_passive(text, before) or _refused(text) or _had_to(text) or _dealt_with(text) or _plain(text, before)


def _plain(text: Analysis, before: str) -> str | None:
    """ "Which eggs were bought by Ann?" of "Which eggs did Ann buy?", "Can my card be frozen?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.verb == asked.finite or text[asked.verb].pos != "VERB":
        return None
    verb, (first, last) = asked.verb, asked.subject
    subject = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    if any(text[i].dep == "conj" for i in text[verb].children if i > verb):
        return None
    after_subject = text.tokens[last + 1 : verb]
    if any(t.dep not in ("aux", "advmod") or t.left != t.right for t in after_subject):
        return None
    fronted = _is_fronted(text, asked)
    parts = _parts(text, asked, subject, before, fronted=fronted)
    if parts is None or (_is_request(text, asked) and not _is_known(text, parts)):
        return None
    if _asks_leave(text, asked) and not _is_known(text, parts) and parts.rest[0] > text.end:
        return None  # "Can I open an account?" asks for the speaker alone
    helpers = (asked.finite, *(t.index for t in after_subject if t.dep == "aux"))
    clause = Clause(text, verb, subject, helpers, None)
    chain = None if is_habit(clause, parts.object) else chain_of(clause, parts)
    if chain is None:
        return None
    helper, after = chain
    negation = text[asked.finite + 1].text if text[asked.finite + 1].dep == "neg" else ""
    if _asks_for_way(text, asked) and not parts.agent and text[asked.finite].lower == "do" and not negation:
        helper, after = "can", "be"
    untold = asked.asking is not None or text[verb].lemma in _OFFERING or _is_request(text, asked)
    adverbs = " ".join(t.text for t in after_subject if t.dep == "advmod")
    said = joined(
        negated(helper, negation), parts.thing, adverbs, after, participle(text[verb]),
        parts.ending(text, "" if text[subject].lower == "you" and untold else parts.agent),
    )  # fmt: skip
    end = max(parts.rest[1], verb, text[parts.object].right if not fronted else verb)
    return edited_at(text, (asked.finite, end, like(said, text) if asked.finite == 0 else said))


def _is_fronted(text: Analysis, asked: Question) -> bool:
    """Whether the question phrase is the object."""
    thing = text.first(asked.verb, "dobj")
    if asked.asking is None or (thing is not None and thing > asked.verb):
        return False
    words = [t.lower for t in text.tokens[asked.asking[0] : asked.asking[1] + 1]]
    return words[0] in ("what", "which") or (words[0] == "how" and len(words) > 1 and words[1] in ("many", "much"))


def _parts(text: Analysis, asked: Question, subject: int, before: str, *, fronted: bool) -> PassiveParts | None:
    verb, thing = asked.verb, text.first(asked.verb, "dobj")
    alone = acts_alone(text, subject, before)
    if fronted and asked.asking is not None:
        if any(text[i].dep == "prep" and not text[i].children for i in text[verb].children):
            return None
        first, last = asked.asking
        head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), last)
        return parts_of(text, verb, subject, head, fronted=True, alone=alone)
    return None if thing is None or thing < verb else parts_of(text, verb, subject, thing, alone=alone)


def _is_request(text: Analysis, asked: Question) -> bool:
    """ "Can you ...?" """
    first, last = asked.subject or (0, -1)
    you = first == last and text[first].lower == "you"
    return you and asked.asking is None and text[asked.finite].tag == "MD"


def _asks_leave(text: Analysis, asked: Question) -> bool:
    """ "Can I ...?" """
    return asked.asking is None and text[asked.finite].tag == "MD" and text[asked.finite + 1].lower in ("i", "we")


def _is_known(text: Analysis, parts: PassiveParts) -> bool:
    """Whether a thing is one that both know, so that who does something to it goes without saying."""
    thing = text[parts.object]
    known = text[thing.left].lower in _DEFINITE or thing.lower == "information"
    return known and not is_person(text, thing.index)


def _asks_for_way(text: Analysis, asked: Question) -> bool:
    return asked.asking == (asked.start, asked.start) and text[asked.start].lower in ("how", "where")


def _refused(text: Analysis) -> str | None:
    """ "Why was my payment declined?" of "Why did it decline my payment?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.asking != (0, 0) or text[asked.subject[0]].tag != "PRP":
        return None
    if text[asked.subject[0]].lower not in ("it", "they") or text[asked.verb].lemma not in _REFUSING:
        return None
    if asked.finite != 1 or asked.verb != 3 or text[1].lower not in ("did", "do", "does"):
        return None
    thing = text.first(asked.verb, "dobj")
    if thing is None or text[thing].left != 4 or text[4].lower not in ("my", "our", "the"):
        return None
    agree, said = agreement(text, thing), as_subject(text, thing)
    if agree is None or said is None or any(t.lower in ("it", "they") for t in text.tokens[3:]):
        return None
    be = finite_form("be", "past" if text[1].lower == "did" else "present", plural=agree[0])
    return edited_at(text, (1, text[thing].right, joined(be, said, participle(text[asked.verb]))))


def _had_to(text: Analysis) -> str | None:
    """ "Why did a fee have to be paid?" of "Why did I have to pay a fee?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.start != 0 or asked.subject[0] != asked.subject[1]:
        return None
    if text[asked.subject[0]].lower not in ("i", "we") or text[asked.verb].lemma not in ("have", "need"):
        return None
    who, verb = asked.subject[0], asked.verb
    below = text.first(verb, "xcomp")
    if asked.finite != who - 1 or verb != who + 1 or below != verb + 2 or text[verb + 1].tag != "TO":
        return None
    finite = text[asked.finite].lower
    if finite not in ("do", "did", "will") or (asked.asking is not None and text[0].lower not in ("why", "when")):
        return None
    thing = thing_of(text, below)
    agree = agreement(text, thing) if thing is not None else None
    said = as_subject(text, thing) if thing is not None else None
    if thing is None or agree is None or said is None or inner(text, 0, asked.finite) is None:
        return None
    helper = finite if finite != "do" or agree[0] else "does"
    helper = helper.capitalize() if asked.finite == 0 and text[0].text[:1].isupper() else helper
    new = joined(helper, said, text[verb].text, "to be", participle(text[below]))
    return edited_at(text, (asked.finite, text[thing].right, new))


def _dealt_with(text: Analysis) -> str | None:
    """ "How can a stolen card be dealt with?" of "How do I deal with a stolen card?"."""
    asked = question(text)
    if asked is None or asked.subject is None or not _asks_for_way(text, asked) or asked.subject[0] != asked.subject[1]:
        return None
    verb, who = text[asked.verb], asked.subject[0]
    by = text.first(verb.index, "prep")
    helper = {"do": "can", "can": "can", "could": "could", "should": "should"}.get(text[asked.finite].lower)
    if helper is None or text[who].lower not in ("i", "we", "you") or (asked.finite + 1, who + 1) != (who, verb.index):
        return None
    if by != verb.index + 1 or text[by].lower != _THROUGH.get(verb.lemma):
        return None
    thing = text.first(by, "pobj")
    if thing is None or text[thing].left != by + 1 or text[thing].right != text.end or is_person(text, thing):
        return None
    said = as_subject(text, thing)
    if said is None or text[thing].tag not in ("NN", "NNS") or any(t.text == "," for t in text.within(thing)):
        return None
    return edited_at(text, (asked.finite, text.end, joined(helper, said, "be", participle(verb), text[by].text)))
