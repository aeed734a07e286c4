"""What the passive of a verb is made of: its subject, its auxiliaries, its agent, and what follows, on the parse."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import Clause, finite_form, full_form
from llmrobust.english.noun_phrases import as_subject
from llmrobust.operators.builtin.sentences.clefts import FIXED
from llmrobust.operators.builtin.sentences.noun_kinds import ALIKE, UNITS, acts_of_itself, kind_of_noun
from llmrobust.operators.builtin.sentences.parsed import joined
from llmrobust.operators.builtin.sentences.passive_forms import agent_said, number_of
from llmrobust.operators.builtin.sentences.passive_objects import CHARGING, SPEECH, object_apart
from llmrobust.operators.builtin.sentences.passive_reference import is_in_doubt, is_of_another
from llmrobust.operators.builtin.sentences.passive_rest import end_of_complement, start_of_tail, stays_behind
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.unnamed_agents import DEEDS, PAID
from llmrobust.operators.builtin.values.people import GIVEN

NO_PASSIVE = frozenset(
    "have cost fit lack resemble become seem appear weigh mean let get want like go come be do think say feel hope "
    "wish believe suppose look happen remain arrive live die sleep laugh smile cry stay stand sit start begin stop "
    "try keep finish help escape total equal last contain hold turn hate cost run walk travel jump swim "
    "climb drive hike gain see hear notice bike jog ride suit watch include miss belong enter leave reach spare "
    "average join recognise recognize forget remember understand know prefer regret doubt suffer deserve constitute "
    "guest comprise marry wed date".split()
)
"""Verbs without a passive, whose passive nobody says, or whose object is mostly a measure."""
_BY_DOERS = frozenset("start begin finish stop help hold watch drive".split())
"""Verbs of the above whose passive is said of what somebody did, or a group, and names it."""
_FEELING = frozenset(
    "love admire adore enjoy dislike detest fear miss trust respect accept deplore condemn question oppose "
    "favor favour value digest comprehend take carry deem".split()
)
"""What nobody else feels, holds or takes upon himself for the speaker."""
_SAID_SO = {
    "change": frozenset("train bus hand place side seat clothes".split()),
    "take": frozenset("turn seat veil care step cut leave".split()),
    "draw": frozenset("tie laughter breath".split()),
    "crash": frozenset(("gate", "party")),
}
"""More verbs and nouns that mean something only together."""
_TOLD = frozenset("story tale joke lie truth secret".split())
_PLACED = frozenset("there here apart home".split())
_EXCEPTING = frozenset("except excepting but besides including excluding save like unlike".split())
"""What says of which of a noun's things something is not so, and may not stand apart from it."""
_NAMED_SO = frozenset("name nickname dub label deem".split())
"""Verbs that say what a thing is called, which the pipeline may take for a part of it."""
_ALIVE = frozenset("follow meet ask teach tell love admire adore hate enjoy trust want drive watch".split())
"""Verbs that mean something else of what is not alive."""
_DOWN = frozenset(
    "break cut turn put take knock close shut write track hunt tear pull lay let bring slow hold burn calm set pin "
    "strike talk water tie mow note pass shoot carry bog drag roll send drive push wash".split()
)
"""Verbs with "down" and an object."""
_RUN = frozenset(
    "company business shop stall store school hotel restaurant bar cafe program programme project campaign office farm "
    "charity club service mill factory station network hospital theatre theater campaign course".split()
)
"""What is run by somebody."""
_LIGHT = frozenset("take make do give pay lose catch play".split())
"""Verbs that make an idiom with a bare noun: take place, make sense."""
_GIVING = frozenset("give send show tell offer bring buy teach lend pay hand owe award grant promise deny".split())
"""Verbs whose receiver the pipeline may take for a part of the object: "gave Robin advice"."""
_GETTING = frozenset("need receive obtain".split())
_SPEAKING = ("i", "we")
_THIRD = frozenset("he she they him her them it".split())
_POINTING = frozenset("it that this there who what which one each nobody none some many most few others all".split())
_UNNAMED = frozenset(
    "each there any anything anyone anybody something someone somebody nothing nobody everything everyone "
    "everybody".split()
)
_LONG_AGENT, _LONGEST_AGENT = 6, 10
"""Words of an agent that nothing may follow, and of the longest."""
_CLAUSAL = ("xcomp", "ccomp", "acomp", "oprd", "attr", "pcomp")
_PERIODS = frozenset("day week month year hour minute night morning".split())
_ALWAYS = frozenset("per each every always usually often normally daily weekly".split())


@dataclass(frozen=True, slots=True)
class PassiveParts:
    """The surroundings of a verb in the active. thing: the object as a subject, without whom it is for. complement,
    rest: (first, last) token of what follows that, before and after the agent. agent: "by him"; empty for the speaker,
    whom nobody names so, and for who is told anyway."""

    subject: int
    object: int
    thing: str
    particle: str
    complement: tuple[int, int]
    rest: tuple[int, int]
    agent: str
    plural: bool
    first_person: bool

    def ending(self, text: Analysis, agent: str) -> str:
        """What follows the participle, with an agent in its place."""
        said, rest = joined(self.particle, text.said(*self.complement), agent), text.said(*self.rest)
        return said + rest if rest.startswith(",") else joined(said, rest)


def parts_of(
    text: Analysis,
    verb: int,
    subject: int,
    thing: int,
    *,
    fronted: bool = False,
    alone: bool = False,
    said: tuple[str, int] | None = None,
    given: bool = False,
) -> PassiveParts | None:
    """What the passive is made of; None where the clause has none that is good English.

    fronted: whether the object is the question phrase, or the noun before a relative clause. said: the object as a
    subject with its last token, where it is known. given: whether a receiver comes before it. alone: whether the
    subject is he or she who acts alone in the text, so that a deed needs no agent.
    """
    lemma = text[verb].lemma
    alone = alone and lemma in DEEDS
    if not _has_passive(text, verb, subject, thing, given=given) or not can_be_agent(text, verb, subject, alone=alone):
        return None
    if not fronted and said is None and not can_be_subject(text, verb, subject, thing, alone=alone):
        return None
    if any(t.text == "," for t in text.within(thing) if not fronted or t.index < verb):
        return None
    if text[thing].lemma.lower() in ALIKE and text[text[thing].left].lower not in ("a", "an", "one", "this"):
        return None
    apart = None if fronted or said is not None else object_apart(text, verb, thing)
    said = ("", verb) if fronted else said or (apart[:2] if apart is not None else thing_said(text, thing))
    if said is None:
        return None
    after = said[1] + 1
    particles = [i for i in text.dependents(verb, "prt") if i > verb]
    if any(text[i].lower == "down" and lemma not in _DOWN for i in particles):
        return None  # "Tears ran down her face"
    if any(i != verb + 1 and i != after for i in particles) or len(particles) > 1:
        return None
    between = text.tokens[verb + 1 : text[thing].left] if not fronted else ()
    last = last_of(text, verb)
    if last is None or (not given and any(t.index not in particles for t in between)):
        return None
    start = max([after, *(i + 1 for i in particles)])
    end = start_of_tail(text, verb, last) - 1
    forced = apart is not None and apart[2] > apart[1]
    complement = apart[2] if apart is not None and forced else end_of_complement(text, verb, start, end)
    if complement is None or not _can_follow(text, complement + 1, end, subject, charged=lemma in CHARGING):
        return None
    if complement < end and text[complement + 1].lower == "near" and not acts_of_itself(text, thing):
        return None  # "opened the library near the park"
    if complement < last and text[subject].right - text[subject].left >= _LONG_AGENT:
        return None
    agent, agree = agent_said(text, subject), number_of(text, thing)
    if agent is None or agree is None:
        return None
    bare = text[subject].left == text[subject].right
    unnamed = alone or (bare and text[subject].lower in (*_SPEAKING, "someone", "somebody"))
    particle = " ".join(text[i].text for i in particles)
    following = [t.lower for t in text.tokens[start : last + 1]]
    if unnamed and {"myself", "yourself", "ourselves", "himself", "herself", "without"} & set(following):
        return None
    if any(t.lower == "by" for t in text.tokens[start : complement + 1]):
        return None
    before, rest = (start, complement), (complement + 1, last)
    return PassiveParts(subject, thing, said[0], particle, before, rest, "" if unnamed else f"by {agent}", *agree)


def _has_passive(text: Analysis, verb: int, subject: int, thing: int, *, given: bool) -> bool:
    """Whether a verb with this object has a passive that people say."""
    lemma = text[verb].lemma
    phrasal = lemma in ("turn", "hold", "keep") and bool(text.dependents(verb, "prt"))
    done = lemma in _BY_DOERS and acts_of_itself(text, subject) and text[subject].tag != "PRP"
    if lemma in _NAMED_SO or (lemma in _ALIVE and not acts_of_itself(text, subject)):
        return False
    phrasal = phrasal or done or (lemma == "run" and text[thing].lemma.lower() in _RUN)
    amount = is_measure(text, thing) or any(t.text in ("$", "£", "€") for t in text.within(thing))
    if (lemma in NO_PASSIVE and not phrasal) or not lemma.isalpha() or (amount and lemma not in PAID and not given):
        return False
    clausal = any(i > verb for i in text.dependents(verb, *_CLAUSAL))
    if clausal or any(not stays_behind(text, verb, i, subject) for i in text.dependents(verb, "advcl")):
        return False
    if lemma == "tell" and not (kind_of_noun(text, thing) in ("person", "group") or text[thing].lemma in _TOLD):
        return False
    could = any(text[i].lower == "could" for i in text.dependents(verb, "aux"))
    fixed = (*FIXED.get(lemma, ()), *_SAID_SO.get(lemma, ()))
    return text[thing].lemma.lower() not in fixed and not (lemma == "use" and could)


def can_be_agent(text: Analysis, verb: int, subject: int, *, alone: bool) -> bool:
    """Whether a subject may stand after "by", or be left out; nobody says "made by her"."""
    token, words = text[subject], list(text.within(subject))
    if (token.lower in _THIRD and not alone) or token.lower in _POINTING or words[0].lower in ("each", "every"):
        return False
    if (
        token.dep == "csubj"
        or (words[0].lower == "you" and len(words) > 1)
        or (token.lower in _SPEAKING and text[verb].lemma in _FEELING)
    ):
        return False
    if len(words) > _LONGEST_AGENT or any(t.tag in ("WP", "WDT", "WRB", "EX") or t.text == "," for t in words):
        return False
    people = token.tag == "PRP" or token.entity == "PERSON" or kind_of_noun(text, subject) in ("person", "group")
    if text[verb].lemma in ("take", "carry") and not people:
        return False
    own = words[0].tag == "PRP$" and words[0].lower in ("his", "her", "its", "their")
    if words[0].lower in ("even", "only", "just") or (own and kind_of_noun(text, subject) not in ("person", "group")):
        return False
    name = (
        token.text[:1].isupper()
        and not token.text.isupper()
        and token.tag == "NN"
        and token.left == token.right
        and token.pos == "NOUN"
    )
    return not name  # a name that the pipeline takes for a noun: "gene"


def can_be_subject(text: Analysis, verb: int, subject: int, thing: int, *, alone: bool = False) -> bool:
    """Whether an object may come first: a thing of its own, that does not point to the subject."""
    token, lemma, who = text[thing], text[verb].lemma, text[subject].lower
    if token.tag in ("WP", "WDT", "VBG") or token.lower.endswith(("self", "selves", "other")) or token.lower == "time":
        return False
    if token.entity == "MONEY" and lemma not in PAID:
        return False
    if token.lower.endswith("ing") and any(text[i].tag == "NNS" for i in text.dependents(thing, "compound")):
        return False  # "11 tadpoles swimming", which the pipeline takes for a kind of swimming
    given = any(text[i].tag == "NNP" or is_person(text, i) for i in text.dependents(thing, "compound"))
    bare = token.tag in ("NN", "VBG") and not text.dependents(thing, "det", "poss", "nummod", "amod", "compound")
    number = token.tag == "CD" and not token.children
    single = bare and token.tag == "NN" and kind_of_noun(text, thing) in ("artefact", "animal", "person")
    if number or single:
        return False  # "The clock struck twelve", "The crew abandoned ship"
    if (given and lemma in _GIVING) or (bare and (lemma in _LIGHT or who in _SPEAKING)):
        return False
    if token.entity in ("TIME", "DATE", "QUANTITY", "PERCENT") or (_is_got(text, verb) and who in _SPEAKING):
        return False
    words = list(text.within(thing))
    pointing = any(t.lower in ("him", "her", "them") and t.tag == "PRP" for t in words)
    if pointing and not alone and (len(words) > 1 or is_in_doubt(text, subject, thing)):
        return False  # "him", which a prompt may ask about, would be "he"
    if len(words) > 12 or any(_is_asking(text, t) or t.lower in _UNNAMED for t in words):
        return False
    if any(t.dep == "pcomp" and t.tag == "VBG" for t in words) and text[verb].lemma not in CHARGING:
        return False
    compared = any(t.lower == "than" and text[t.index + 1].tag != "CD" for t in words)
    if compared or any(t.lower in ("every", "yesterday", "today") and t.index > token.left for t in words):
        return False
    if any(t.lower == "but" for t in words):
        return False
    own = {t.lower for t in words if t.tag == "PRP$"}
    told = token.tag != "PRP" and text[subject].tag != "PRP" and is_of_another(text, subject, thing)
    return alone or own <= {"my", "our", "your"} or (told and lemma not in _GIVING)


def _is_asking(text: Analysis, token: Token) -> bool:
    """Whether a word asks, and does not begin a clause about a noun."""
    return token.tag == "WRB" or (token.tag == "WP" and text[token.head].dep != "relcl")


def thing_said(text: Analysis, thing: int) -> tuple[str, int] | None:
    """(an object as a subject, its last token), without the person or the price at its end: "an account" of "an account
    for my child"; None where its case is unsure."""
    said, token = as_subject(text, thing), text[thing]
    ends = [i for i in text.dependents(thing, "prep") if text[i].lower == "for" and text[i].right == token.right]
    cut = ends[0] if ends else None
    whom = text.first(cut, "pobj") if cut is not None else None
    if said is None or cut is None or whom is None or not (is_person(text, whom) or token.entity == "MONEY"):
        return None if said is None else (said, token.right)
    return said[: len(said) - len(text.said(cut, token.right))].rstrip(), cut - 1


def is_measure(text: Analysis, thing: int) -> bool:
    """Whether a noun is a measure, and not of a substance: "ten miles", but not "ten liters of milk"."""
    of = text.first(thing, "prep")
    return text[thing].lemma.lower() in UNITS and (of is None or text[of].lower != "of")


def _is_got(text: Analysis, verb: int) -> bool:
    """Whether somebody gets something, which is said of what has or has not come alone: "I have not received it"."""
    come = any(text[i].lemma == "have" for i in text.dependents(verb, "aux")) or text[0].lower == "when"
    return text[verb].lemma in _GETTING and not (text[verb].lemma == "receive" and come)


def _can_follow(text: Analysis, start: int, last: int, subject: int, *, charged: bool = False) -> bool:
    """Whether what follows the object may follow the participle and the agent. charged: after a verb like accuse."""
    rest = text.tokens[start : last + 1]
    if not rest:
        return True
    if any(t.lower in _EXCEPTING and t.dep in ("prep", "mark", "cc") for t in rest):
        return False
    first = rest[0]
    about = first.lower in ("about", "of", "regarding", "concerning")
    if about and not charged and text[first.head].lemma not in SPEECH:
        return False  # "an article about whales", whatever the pipeline says
    whom = text.first(first.index, "pobj") if first.lower == "for" else None
    if whom is not None and text[subject].right > subject and is_person(text, whom):
        return False  # "a card for Mia"
    owned = any(t.tag == "PRP$" and t.lower in ("his", "her", "their", "its") for t in rest)
    if owned and text[subject].tag not in ("NNP", "PRP"):
        return False  # "her" would not be read as the agent's
    if first.lower in _PLACED or (first.dep == "advmod" and first.lower.endswith("ly") and first.left != first.right):
        return False
    dated = first.lower in ("next", "last", "this") and text[first.head].dep == "npadvmod"
    if (
        (first.pos in ("PRON", "ADJ", "DET") and not dated)
        or first.lower in ("anything", "something")
        or first.lower in ("than", "apart", "without")
    ):
        return False
    if any(t.lower == "by" and t.head < start for t in rest):
        return False
    acts = any(t.dep == "pcomp" and t.lower != "of" for t in rest) and not (first.lower == "of" and charged)
    return not acts and not any(t.text == "," or t.lower == "respectively" for t in rest)


def is_habit(clause: Clause, thing: int) -> bool:
    """Whether a clause says what somebody with a name does again and again, or what is done each day.

    Nobody says "played by Ann", or "laid by ducks each day"; what is counted is done once: "Ann plants 3 trees".
    """
    text, who, helpers = clause.text, clause.text[clause.subject], [clause.text[i].lemma for i in clause.auxiliaries]
    if clause.tense != "present" or helpers not in ([], ["do"]):
        return False
    words = [t.lower for t in text.tokens]
    rated = bool(_ALWAYS & set(words)) or any(a in ("a", "an") and b in _PERIODS for a, b in pairwise(words))
    firm = who.entity in ("ORG", "GPE", "FAC", "NORP") and who.text not in GIVEN
    meets = kind_of_noun(text, thing) == "person" and text[thing].tag == "NNP"
    named = who.tag == "NNP" and not (firm or meets)
    owned = any(t.dep == "poss" and t.entity == "PERSON" for t in text.within(who.index))
    counted = any(t.tag == "CD" for t in text.within(thing))
    return rated or owned or (named and not counted)


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


def chain_of(clause: Clause, parts: PassiveParts) -> tuple[str, str] | None:
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


def negated(helper: str, negation: str) -> str:
    """An auxiliary with its negation: "cannot", "won't", "is never"."""
    if negation in ("n't", "n’t") and helper != "am":
        return {"can": "ca", "will": "wo", "shall": "sha"}.get(helper, helper) + negation
    if negation and helper == "can" and negation != "never":
        return "cannot"
    return joined(helper, "not" if negation in ("n't", "n’t") else negation)
