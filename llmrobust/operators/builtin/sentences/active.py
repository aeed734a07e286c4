"""Passives in the active: with their agent, or with "someone" and "they" where nobody is named, on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis, form_of, inflected
from llmrobust.english.clauses import (
    Question,
    agreement,
    clause_at,
    finite_form,
    question,
)
from llmrobust.english.noun_phrases import as_object, as_subject, like
from llmrobust.operators.builtin.sentences.agent_actives import (
    active_verb,
    adverbs_of,
    is_one_of,
    names_no_doer,
    to_active,
)
from llmrobust.operators.builtin.sentences.asked_pronouns import keeping_asked
from llmrobust.operators.builtin.sentences.done_for_one import asked_of_you
from llmrobust.operators.builtin.sentences.earlier_plurals import may_be_they
from llmrobust.operators.builtin.sentences.parsed import Around, ParsedParams, edited_at, joined, rewritten_in_text
from llmrobust.operators.builtin.sentences.passive_parts import last_of
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.sentence_kinds import ENCYCLOPAEDIC
from llmrobust.operators.builtin.sentences.voice import FLUKE
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_NOT_DONE = frozenset(
    "bear suppose name call base locate interest worry marry involve relate situate connect finish lose allow require "
    "need mean stick do go be use concern confuse surprise tire please annoy frustrate scare excite bore divide "
    "compose make reduce increase double triple hold engage know see say think believe expect consider fill cover "
    "close open crowd link assume associate list age retire force oblige leave work get have equip accustom enrol "
    "enroll compromise remain spread set gear tie".split()
)
"""Verbs whose participle says how a thing is, or whose doer nobody would name as somebody."""
_CRIMES = frozenset("steal take rob hack clone copy skim mug burgle kidnap".split())
_BY_OFFICES = frozenset(
    "charge deduct refund transport debit credit reimburse decline reject reverse bill ship deliver dispatch approve "
    "deport imprison cancel suspend freeze block".split()
)
"""Verbs of what shops, banks and offices do, which "they" says."""
_DEGREES = frozenset("very so too really quite rather completely totally".split())


@operator(
    "syntax.active",
    source=f"{FLUKE}: active to passive, the other way round",
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1.2, 80),
    needs=("english",),
    version=8,
)
def active(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a passive into the active: "The waiter brought the soup."; "Someone stole my card." if it names nobody."""

    def turned(text: Analysis, /, *, around: Around) -> str | None:
        return in_the_active(text, around.before)

    yield from rewritten_in_text(prompt, params, draw, keeping_asked(prompt, turned), "active")


def in_the_active(text: Analysis, before: str = "") -> str | None:
    """The sentence or question with a passive of it in the active; None if it has none that can be.

    before: the text before it, whose people and things "they" may not mean.
    """
    return (
        to_active(text)
        or _asked_actively(text, before)
        or _by_somebody(text, before)
        or _got(text, before)
        or _broken_by(text)
        or _reduced(text)
        or asked_of_you(text)
    )


def _by_somebody(text: Analysis, before: str) -> str | None:
    """The sentence with a passive without an agent in the active."""
    if question(text) is not None:
        return None
    for token in text.tokens:
        clause = clause_at(text, token.index) if _is_done(text, token.index) else None
        if clause is None or clause.is_inverted or not clause.is_passive:
            continue
        if clause.tense == "present" and len(clause.auxiliaries) == 1:
            continue
        verb, (first, end_of_subject) = clause.verb, clause.subject_range
        last, thing, adverbs = last_of(text, verb), as_object(text, clause.subject), adverbs_of(clause)
        who = _somebody(text, verb)
        if last is None or thing is None or adverbs is None or who is None or end_of_subject > verb:
            continue
        if is_one_of(text, clause) or _is_wh(text, clause.subject):
            continue
        if who == "they" and may_be_they(text, first, before):
            continue
        verbal = active_verb(clause, adverbs, plural=who == "they", first_person=False)
        if verbal is None:
            continue
        said = joined(who, verbal, thing, text.said(verb + 1, last))
        return edited_at(text, (first, last, like(said, text) if first == 0 else said))
    return None


def _got(text: Analysis, before: str) -> str | None:
    """ "Why did they charge me a fee?" of "Why did I get charged a fee?"; None for other sentences."""
    asked = question(text)
    if asked is None or asked.subject is None or text[asked.finite].lemma != "do" or asked.asking is None:
        return None
    if may_be_they(text, asked.start, before):
        return None
    for token in text.tokens[asked.subject[1] + 1 :]:
        get = text[token.index - 1]
        if token.tag != "VBN" or get.lower != "get" or get.index != asked.subject[1] + 1 or token.lemma in _NOT_DONE:
            continue
        first, last = asked.subject
        head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
        thing, agent = as_object(text, head), text.first(token.index, "agent", "prt")
        if thing is None or agent is not None or text[head].left != first or text[head].right != last:
            return None
        do = "did" if text[asked.finite].lower == "did" else "do"
        do = do.capitalize() if text[asked.finite].text[:1].isupper() else do
        return edited_at(text, (asked.finite, token.index, joined(do, "they", token.lemma, thing)))
    return None


def _broken_by(text: Analysis) -> str | None:
    """ "Did the boys break it?" of "Was it broken by the boys?", whose participle the pipeline takes for a part of its
    subject; None for other questions."""
    asked, done = question(text), _asked_participle(text)
    if asked is None or done is None or asked.subject is None:
        return None
    by = text.first(done, "agent")
    agent = text.first(by, "pobj") if by is not None else None
    last = text.end
    if by is None or agent is None or by != done + 1 or text[agent].right != last or _is_wh(text, agent):
        return None
    state = text[asked.finite].tag != "VBD" and text[agent].tag == "NNP"  # "Is the film directed by Ann?"
    if state or names_no_doer(text, done, agent):
        return None
    who, agree = as_subject(text, agent), agreement(text, agent)
    thing = text.said(asked.subject[0], done - 1)
    if who is None or agree is None or any(t.lower in ("each", "every", "any") for t in text.within(agent)):
        return None
    do = finite_form("do", "past" if text[asked.finite].tag == "VBD" else "present", plural=any(agree))
    said = joined(do, who, text[done].lemma, thing)
    return edited_at(text, (asked.finite, last, like(said, text) if asked.finite == 0 else said))


def _asked_participle(text: Analysis) -> int | None:
    """The participle at the end of a question like "Was the window broken by the boys?" within its subject."""
    asked = question(text)
    if asked is None or asked.subject is None or not _asks_of_a_subject_alone(text):
        return None
    first, last = asked.subject
    head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    done = text.first(head, "acl")
    fits = done == head + 1 and text[head].left == first and text[head].right == last
    return done if fits and text[done or 0].tag == "VBN" and text[done or 0].lemma not in _NOT_DONE else None


def _asks_of_a_subject_alone(text: Analysis) -> bool:
    """Whether a question for yes or no has a form of be and a subject, as the pipeline reads it, and nothing more."""
    asked = question(text)
    if asked is None or asked.asking is not None or asked.subject is None or asked.verb != asked.finite:
        return False
    return text[asked.finite].lemma == "be" and asked.subject[1] == text.end


def _reduced(text: Analysis) -> str | None:
    """ "the distance that each train covered" of "the distance covered by each train"; None for other sentences."""
    if _asks_of_a_subject_alone(text):
        return None  # "Was the book written by a woman?" asks for no book
    for token in text.tokens:
        if token.dep != "acl" or token.tag != "VBN" or token.head != token.index - 1 or token.lemma in _NOT_DONE:
            continue
        by = text.first(token.index, "agent")
        agent = text.first(by, "pobj") if by is not None else None
        if text[text[token.head].head].lemma in ("leave", "keep", "find", "get", "have", "see"):
            continue  # "leaves us haunted by it": no part of the noun
        if by is None or agent is None or by != token.index + 1 or text[agent].right != text[by].right:
            continue
        if token.right != text[by].right or text[token.head].tag not in ("NN", "NNS") or _is_wh(text, agent):
            continue
        who = as_subject(text, agent)
        if who is None or not (is_person(text, agent) or text[agent].left != agent):
            continue
        told_now = text.root is not None and text.root.tag in ("VBZ", "VBP") and question(text) is None
        if told_now or any(t.dep in ("relcl", "acl", "cc") or t.text == "," for t in text.within(agent)):
            continue
        return edited_at(text, (token.index, token.right, f"that {who} {form_of(token, 'VBD')}"))
    return None


def _asked_actively(text: Analysis, before: str) -> str | None:
    """ "Why did they decline my card?" of "Why was my card declined?"; None for other questions."""
    asked = question(text)
    if asked is None or not _is_done(text, asked.verb, asked_too=True) or text[asked.verb].tag not in ("VBN", "VBD"):
        return None
    verb, finite = asked.verb, text[asked.finite]
    agent, rest = _agent(text, verb)
    if rest is None:
        return None
    if agent is None and (asked.subject is None or text.first(verb, "agent") is not None):
        return None
    helpers = [finite.lower, *(text[i].lower for i in text.dependents(verb, "aux", "auxpass") if i > asked.finite)]
    who = as_subject(text, agent) if agent is not None else _somebody(text, verb)
    if agent is None and who == "they" and may_be_they(text, asked.start, before):
        return None
    agree = agreement(text, agent) if agent is not None else (who == "they", False)
    if (who is None or agree is None) and helpers != ["are"]:
        return None
    plural = agree is not None and any(agree)
    negation = ""
    if text[asked.finite + 1].dep == "neg":
        negation = text[asked.finite + 1].text
    generic = helpers == ["are"] and _is_generic(text, asked)
    if generic:
        who, plural = "you", True
    said = _helped(helpers, text[verb].lemma, inflected(text[verb].lemma, "VBG"), form_of(text[verb], "VBN"), plural)
    said = ("do", text[verb].lemma) if generic else said
    if said is None or who is None or negation.lower() in ("not", "never"):
        return None
    helper, form = said
    between = [t for t in text.tokens[asked.finite + 1 : verb] if t.dep == "advmod"]
    if any(t.lower in _DEGREES for t in between):
        return None
    thing = ""
    if asked.subject is not None:
        first, last = asked.subject
        head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
        whole = text[head].left == first and text[head].right == last
        found = text.said(first, last) if generic else as_object(text, head) if whole else None
        if found is None or _is_wh(text, head):
            return None
        thing = found
    new = joined(helper + negation, who, " ".join(t.text for t in between), form, thing, rest)
    return edited_at(text, (asked.finite, len(text) - 2, like(new, text) if asked.finite == 0 else new))


def _is_generic(text: Analysis, asked: Question) -> bool:
    """Whether it is asked how, why or when things of a kind are dealt with: "How are fees calculated?"."""
    start, last = asked.subject or (0, 0)
    fits = asked.asking == (0, 0) and text[0].tag == "WRB" and start == 2 and text[last].tag == "NNS"
    return fits and all(t.tag in ("NN", "NNS", "JJ") for t in text.tokens[start : last + 1])


def _helped(helpers: list[str], lemma: str, going: str, done: str, plural: bool) -> tuple[str, str] | None:
    """The first helper of the active and the form of the verb, for the helpers of a passive."""
    if helpers in (["was"], ["were"]):
        return "did", lemma
    if helpers[:1] in (["is"], ["are"], ["am"]) and helpers[1:] == ["being"]:
        return "are" if plural else "is", going
    if helpers[:1] in (["has"], ["have"]) and helpers[1:] == ["been"]:
        return "have" if plural else "has", done
    if helpers[1:] == ["be"] and helpers[0] in ("will", "can", "could", "would", "should", "must", "may", "might"):
        return helpers[0], lemma
    return None


def _agent(text: Analysis, verb: int) -> tuple[int | None, str | None]:
    """The agent after "by", and what else follows the verb; (None, None) where the two cannot be told apart."""
    end = len(text) - 2
    if text[len(text) - 1].text != "?":
        return None, None
    by = next((i for i in text.dependents(verb, "agent") if text[i].lower == "by"), None)
    if by is None:
        return None, text.said(verb + 1, end)
    agent = text.first(by, "pobj")
    if agent is None or text[agent].right != text[by].right or text[agent].tag in ("VBG", "WP", "WDT"):
        return None, None
    if names_no_doer(text, verb, agent):
        return None, None
    return agent, joined(text.said(verb + 1, by - 1), text.said(text[by].right + 1, end))


def _is_done(text: Analysis, verb: int, *, asked_too: bool = False) -> bool:
    """Whether a verb in the passive says what somebody did."""
    token = text[verb]
    if token.tag not in ("VBN", "VBD") or token.lemma in _NOT_DONE or not token.lemma.isalpha():
        return False
    passive = [text[i].lemma for i in text.dependents(verb, "auxpass")]
    if passive != ["be"] and (passive or not asked_too):
        return False
    if text.dependents(verb, "prt", "advcl") or (not asked_too and text.dependents(verb, "agent", "conj")):
        return False
    return not any(text[i].lower in ("by", "with", "as") and text[i].dep == "prep" for i in text[verb].children)


def _somebody(text: Analysis, verb: int) -> str | None:
    """Who did it: "they" of an institution, "someone" of a crime; None where it may be somebody whom the text names."""
    speaks = any(t.lower in ("i", "my", "me", "our", "your") for t in text.tokens)
    lemma, recorded = text[verb].lemma, ENCYCLOPAEDIC.search(text.text) is not None
    named = any(t.tag in ("NNP", "NNPS") and t.entity not in ("DATE", "TIME", "MONEY") for t in text.tokens)
    if recorded or (named and not speaks):
        return None
    if lemma in _CRIMES:
        return "someone" if speaks or lemma != "take" else None
    return "they" if speaks or lemma in _BY_OFFICES else None


def _is_wh(text: Analysis, head: int) -> bool:
    return any(t.tag in ("WP", "WDT", "WRB", "EX") for t in text.within(head))
