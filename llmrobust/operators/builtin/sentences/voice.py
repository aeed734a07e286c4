"""The passive of clauses and questions, on the parse. Not applicable rather than broken English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmrobust.english import Analysis, form_of
from llmrobust.english.clauses import (
    Clause,
    agreement,
    clause_at,
    finite_form,
    full_form,
    question,
)
from llmrobust.english.noun_phrases import as_object, as_subject, like
from llmrobust.operators.builtin.sentences.amounts_apart import UNITS
from llmrobust.operators.builtin.sentences.asked_passives import asked_passive
from llmrobust.operators.builtin.sentences.clefts import FIXED
from llmrobust.operators.builtin.sentences.needing import needing, to_be_done
from llmrobust.operators.builtin.sentences.parsed import ParsedParams, edited_at, joined, rewritten_by_parse
from llmrobust.operators.builtin.sentences.person_phrases import is_person, may_be_either
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
NO_PASSIVE = frozenset(
    "have cost fit lack resemble become seem appear weigh mean let get want like go come be do think say feel hope "
    "wish believe suppose look happen remain arrive live die sleep laugh smile cry stay stand sit start begin stop "
    "try keep finish help escape total equal measure last contain hold turn hate cost run walk travel jump swim "
    "climb drive hike gain see hear notice bike jog ride suit watch include miss belong enter leave reach spare "
    "average join".split()
)
"""Verbs without a passive, whose passive nobody says, or whose object is mostly a measure."""
_LIGHT = frozenset("take make do give pay lose catch play".split())
"""Verbs that make an idiom with a bare noun: take place, make sense."""
_GIVING = frozenset("give send show tell offer bring buy teach lend pay hand owe".split())
"""Verbs whose receiver the pipeline may take for a part of the object: "gave Robin advice"."""
_OFFERING = frozenset("offer accept support charge provide issue allow impose ship".split())
"""What a firm does: "Do you offer it?" asks whether it is offered."""
_SPEAKING = ("i", "we")
_UNNAMED = frozenset(
    "each there any anything anyone anybody something someone somebody nothing nobody everything everyone "
    "everybody".split()
)
_CLAUSAL = ("xcomp", "ccomp", "acomp", "oprd", "attr", "pcomp")


@operator(
    "syntax.passive",
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1.2, 80),
    source=f"{FLUKE}: active to passive",
    needs=("english",),
    version=10,
)
def passive(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a clause or a question into the passive: "The soup was brought by the waiter.", "Can it be changed?"."""
    yield from rewritten_by_parse(prompt, params, draw, to_passive, "passive")


def to_passive(text: Analysis) -> str | None:
    """The sentence with its first clause in the passive that has one; None if none has."""
    asked = to_be_done(text) or asked_passive(text) or _passive_question(text)
    if asked is not None:
        return asked
    below = needing(text)
    if below is not None or question(text) is not None:
        return below
    for token in text.tokens:
        if token.dep in ("ROOT", "conj", "advcl", "ccomp") and token.pos == "VERB":
            clause = clause_at(text, token.index)
            if clause is not None and token.dep in ("advcl", "ccomp") and _is_asking(text, token.left, clause):
                continue
            if clause is not None and token.dep == "conj" and _runs_on(text, clause.subject_range[0]):
                continue
            new = _passive_clause(clause) if clause is not None and not clause.is_inverted else None
            if new is not None:
                return new
    return None


def _runs_on(text: Analysis, first: int) -> bool:
    """Whether a second clause follows "and" without a comma: its object would be read with the first clause."""
    return first > 1 and text[first - 1].pos == "CCONJ" and text[first - 2].text != ","


def _is_asking(text: Analysis, first: int, clause: Clause) -> bool:
    """Whether a clause within another one asks, begins with more than its subject, or tells again of who was named."""
    start = clause.subject_range[0]
    opening = text.tokens[first:start]
    asks = any(t.tag in ("WP", "WDT") or t.lower in ("how", "than", "as") for t in opening)
    return asks or len(opening) > 2 or text[clause.subject].tag == "PRP"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The surroundings of a verb in the active. rest: (first, last) token of what follows the object. agent: "by him";
    empty for the speaker, whom nobody names so."""

    subject: int
    object: int
    particle: str
    rest: tuple[int, int]
    agent: str
    plural: bool
    first_person: bool


def _passive_clause(clause: Clause) -> str | None:
    text, verb = clause.text, clause.verb
    thing = clause.object
    if thing is None or text[clause.subject].lower == "you":
        return None
    parts = _parts(text, verb, clause.subject, thing)
    if _is_habit(clause) or parts is None or may_be_either(text, clause.subject, thing):
        return None
    first, last = clause.subject_range
    between = [
        t for t in text.tokens[last + 1 : verb] if t.index not in clause.auxiliaries and t.index != clause.negation
    ]
    if any(t.dep != "advmod" or t.left != t.right for t in between) or text[thing].left < verb:
        return None
    chain = _chain(clause, parts)
    if chain is None:
        return None
    before, after = chain
    new_subject = as_subject(text, thing)
    if new_subject is None:
        return None
    negation = text[clause.negation].text if clause.negation is not None else ""
    helped = _negated(before, negation)
    said = joined(
        new_subject, helped, " ".join(t.text for t in between), after, form_of(text[verb], "VBN"),
        parts.particle, parts.agent, text.said(*parts.rest),
    )  # fmt: skip
    end = max(parts.rest[1], text[thing].right, verb)
    opening = first == 0
    later = text.tokens[end + 1 : end + 3]
    if len(later) == 2 and later[0].pos == "CCONJ" and later[1].pos in ("NOUN", "ADJ", "VERB", "NUM"):
        return None  # what may be a second object
    if any(t.tag == "VBG" for t in text.tokens[:first]):
        return None  # "After walking home, the soup was eaten": nobody walks any more
    return edited_at(text, (first, end, like(said, text) if opening else said))


def _passive_question(text: Analysis) -> str | None:
    asked = question(text)
    if asked is None or asked.subject is None or asked.verb == asked.finite or text[asked.verb].pos != "VERB":
        return None
    verb, (first, last) = asked.verb, asked.subject
    subject = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    if any(text[i].dep == "conj" for i in text[verb].children if i > verb):
        return None
    after_subject = text.tokens[last + 1 : verb]
    helpers = [asked.finite, *(t.index for t in after_subject if t.dep == "aux")]
    if any(t.dep not in ("aux", "advmod") or t.left != t.right for t in after_subject):
        return None
    adverbs = " ".join(t.text for t in after_subject if t.dep == "advmod")
    negation = text[asked.finite + 1].text if text[asked.finite + 1].dep == "neg" else ""
    thing = text.first(verb, "dobj")
    if text[subject].lower == "you" and asked.asking is None and text[asked.finite].tag == "MD":
        return None  # a request
    fronted = asked.asking is not None and (thing is None or thing < verb) and _asks_for_object(text, asked.asking)
    if fronted and asked.asking is not None:
        if any(text[i].dep == "prep" and not text[i].children for i in text[verb].children):
            return None
        head = _head_of(text, asked.asking)
        parts = _parts(text, verb, subject, head, fronted=True)
    elif thing is not None and thing > verb:
        parts = _parts(text, verb, subject, thing)
    else:
        return None
    if parts is None:
        return None
    clause = Clause(text, verb, subject, tuple(helpers), None)
    chain = None if _is_habit(clause) else _chain(clause, parts)
    new_subject = "" if fronted else as_subject(text, parts.object)
    if chain is None or new_subject is None:
        return None
    before, after = chain
    way = (
        asked.asking is not None and text[asked.start].lower in ("how", "where") and asked.asking[0] == asked.asking[1]
    )
    if way and not parts.agent and text[asked.finite].lower == "do" and not negation:
        before, after = "can", "be"
    untold = asked.asking is not None or text[verb].lemma in _OFFERING
    agent = "" if text[subject].lower == "you" and untold else parts.agent
    said = joined(
        _negated(before, negation), new_subject, adverbs, after, form_of(text[verb], "VBN"), parts.particle,
        agent, text.said(*parts.rest),
    )  # fmt: skip
    end = max(parts.rest[1], verb, text[parts.object].right if not fronted else verb)
    opening = asked.finite == 0
    return edited_at(text, (asked.finite, end, like(said, text) if opening else said))


def _is_habit(clause: Clause) -> bool:
    """Whether a clause says what somebody with a name does again and again, or what is done each day.

    Nobody says "played by Ann", or "laid by ducks each day".
    """
    who, helpers = clause.text[clause.subject], [clause.text[i].lemma for i in clause.auxiliaries]
    firm = who.entity in ("ORG", "GPE", "FAC", "NORP") and who.text not in GIVEN
    owned = any(t.entity == "PERSON" for t in clause.text.within(who.index))
    rated = any(t.lower in ("per", "each", "every") for t in clause.text.tokens[clause.verb :])
    named = owned or (who.tag == "NNP" and not firm) or rated
    return named and clause.tense == "present" and helpers in ([], ["do"])


def _asks_for_object(text: Analysis, asking: tuple[int, int]) -> bool:
    words = [t.lower for t in text.tokens[asking[0] : asking[1] + 1]]
    return (words[0] == "how" and len(words) > 1 and words[1] in ("many", "much")) or words[0] in ("what", "which")


def _head_of(text: Analysis, span: tuple[int, int]) -> int:
    return next((i for i in range(span[0], span[1] + 1) if not span[0] <= text[i].head <= span[1]), span[1])


def _parts(text: Analysis, verb: int, subject: int, thing: int, *, fronted: bool = False) -> _Parts | None:
    """What the passive is made of; None where the clause has none that is good English."""
    token = text[thing]
    lemma = text[verb].lemma
    phrasal = bool(text.dependents(verb, "prt"))
    if (
        (lemma in NO_PASSIVE and not (phrasal and lemma in ("turn", "hold", "keep")))
        or not lemma.isalpha()
        or text.dependents(verb, *_CLAUSAL)
        or any(not _is_aim(text, i, subject) for i in text.dependents(verb, "advcl"))
    ):
        return None
    third = ("he", "she", "they", "him", "her", "them", "it")
    if text[subject].lower in third:
        return None  # nobody says "made by her"
    if token.lemma.lower() in UNITS or any(t.text in ("$", "£", "€") for t in text.within(thing)):
        return None  # an amount
    if not fronted:
        if (
            token.entity == "MONEY"
            or token.tag in ("WP", "WDT")
            or token.lower.endswith(("self", "selves"))
            or token.lower == "other"
        ):
            return None
        given = any(text[i].tag == "NNP" or is_person(text, i) for i in text.dependents(thing, "compound"))
        if given and lemma in _GIVING:
            return None
        bare = token.tag in ("NN", "VBG") and not text.dependents(thing, "det", "poss", "nummod", "amod", "compound")
        if (bare and lemma in _LIGHT) or token.entity in ("TIME", "DATE", "QUANTITY", "PERCENT"):
            return None
        words = list(text.within(thing))
        if any(t.lower in ("him", "her", "them") and t.tag == "PRP" for t in words):
            return None  # "him", which a prompt may ask about, would be "he"
        if (
            len(words) > 12
            or token.tag == "VBG"
            or token.lower == "time"
            or (lemma in ("need", "receive", "obtain") and text[subject].lower in _SPEAKING)
        ):
            return None
        if any(t.tag in ("WRB", "WP") or t.lower in _UNNAMED for t in words):
            return None
        if any(t.lower in ("every", "yesterday", "today", "than") and t.index > token.left for t in words):
            return None
        own = {t.lower for t in words if t.tag == "PRP$"}
        who = text[subject].lower
        if own - {"my", "our", "your"} or (own and who not in ("i", "we", "you", "someone", "somebody")):
            return None
    words = list(text.within(subject))
    if words[0].lower in ("each", "every") or any(t.text == "," for t in text.within(thing)):
        return None
    if len(words) > 6 or any(t.tag in ("WP", "WDT", "WRB", "EX") or t.text == "," for t in words):
        return None
    if text[subject].lower in ("it", "that", "this", "there", "who", "what", "which", "one", "each", "nobody", "none"):
        return None
    if lemma == "use" and any(text[i].lower == "could" for i in text.dependents(verb, "aux")):
        return None  # "could use a rest"
    if lemma in ("take", "carry") and not (text[subject].tag == "PRP" or text[subject].entity == "PERSON"):
        return None
    after = text[thing].right + 1 if not fronted else verb + 1
    particles = [i for i in text.dependents(verb, "prt") if i > verb]
    if any(i != verb + 1 and i != after for i in particles) or len(particles) > 1:
        return None
    last = last_of(text, verb)
    if last is None:
        return None
    start = max([after, *(i + 1 for i in particles)])
    between = text.tokens[verb + 1 : text[thing].left] if not fronted else ()
    if any(t.index not in particles for t in between):
        return None
    if any(t.tag == "PRP$" and t.lower in ("his", "her", "their", "its") for t in text.tokens[start : last + 1]) and (
        not _is_one_person(text, subject)
    ):
        return None
    rest = text.tokens[start : last + 1]
    if rest and (rest[0].pos in ("PRON", "ADJ") or rest[0].lower in ("anything", "something")):
        return None
    if any(t.dep == "pcomp" or t.text == "," or t.lower == "respectively" for t in rest):
        return None
    if rest and rest[0].lower in ("as", "than", "with", "away", "into", "onto", "off", "out", "apart", "from"):
        return None
    alone = text[subject].left == text[subject].right and text[subject].pos == "NOUN"
    if text[subject].text[:1].isupper() and text[subject].tag == "NN" and alone:
        return None  # a name that the pipeline takes for a noun: "gene"
    if text[thing].lemma.lower() in FIXED.get(lemma, ()):
        return None
    agent, agree = as_object(text, subject), agreement(text, thing)
    if agent is None or agree is None:
        return None
    particle = " ".join(text[i].text for i in particles)
    by = "" if text[subject].lower in (*_SPEAKING, "someone", "somebody") else f"by {agent}"
    if not by and (rest or particle) and any(t.lower in ("myself", "yourself", "ourselves", "without") for t in rest):
        return None
    return _Parts(subject, thing, particle, (start, last), by, *agree)


def _is_aim(text: Analysis, below: int, subject: int) -> bool:
    """Whether a clause below a verb may stay behind its passive: what somebody does it for, or when, with a subject."""
    to, who = text[text[below].left], text[subject]
    if to.tag == "TO" and to.index > text[below].head:
        return who.entity == "PERSON" or is_person(text, subject) or who.tag == "NNP"
    opens = to.lower in ("after", "before", "when", "if", "once") and to.index > text[below].head
    return opens and who.lower in _SPEAKING and clause_at(text, below) is not None


def _is_one_person(text: Analysis, subject: int) -> bool:
    """Whether what is "her" later is still read as the subject's after "by": a name or a pronoun."""
    return text[subject].tag in ("NNP", "PRP")


def last_of(text: Analysis, verb: int) -> int | None:
    """The last token of a verb's own clause, before what is joined to it; None where a second verb shares it."""
    last = text[verb].right
    for index in text[verb].children:
        token = text[index]
        if token.dep == "conj" and index > verb:
            if token.pos in ("VERB", "AUX") and text.first(index, "nsubj", "nsubjpass", "expl") is None:
                return None
            last = min(last, token.left - 1)
    while last > verb and (text[last].pos in ("PUNCT", "CCONJ", "SCONJ") or text[last].dep in ("cc", "punct") or (
        text[last].lower in ("then", "so") and text[last].head > last)):  # fmt: skip
        last -= 1
    return last if last >= verb else None


def _chain(clause: Clause, parts: _Parts) -> tuple[str, str] | None:
    """The auxiliaries of the passive: the finite one, and those after it; None for tenses that have no passive."""
    text, lemma_of = clause.text, [clause.text[i].lemma for i in clause.auxiliaries]
    agree = {"plural": parts.plural, "first_person": parts.first_person}
    tense, verb = clause.tense, text[clause.verb]
    if not clause.auxiliaries:
        return finite_form("be", tense, **agree), ""
    if clause.is_passive:
        return None
    finite = full_form(text, clause.finite)
    if lemma_of == ["do"]:
        return finite_form("be", tense, **agree), ""
    if tense == "modal" and len(lemma_of) == 1 and verb.tag in ("VB", "VBP"):
        return finite, "be"
    if tense == "modal" and lemma_of[1:] == ["have"] and verb.tag in ("VBN", "VBD"):
        return finite, "have been"
    if lemma_of == ["have"] and verb.tag in ("VBN", "VBD"):
        return finite_form("have", tense, **agree), "been"
    if lemma_of == ["be"] and verb.tag == "VBG":
        return finite_form("be", tense, **agree), "being"
    return None


def _negated(helper: str, negation: str) -> str:
    """An auxiliary with its negation: "cannot", "won't", "is never"."""
    if negation in ("n't", "n’t") and helper != "am":
        return {"can": "ca", "will": "wo", "shall": "sha"}.get(helper, helper) + negation
    if negation and helper == "can" and negation != "never":
        return "cannot"
    return joined(helper, "not" if negation in ("n't", "n’t") else negation)
