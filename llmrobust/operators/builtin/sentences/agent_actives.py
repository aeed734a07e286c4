"""Passives with their agent in the active: "The waiter brought the soup.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, form_of, inflected
from llmrobust.english.clauses import Clause, clause_at, finite_form, full_form, question
from llmrobust.english.noun_phrases import as_object, as_subject, like
from llmrobust.operators.builtin.sentences.noun_kinds import acts_of_itself
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.sentences.passive_forms import number_of, participle
from llmrobust.operators.builtin.sentences.passive_parts import last_of
from llmrobust.operators.builtin.sentences.passive_reference import is_misread, speaks_of_third
from llmrobust.operators.builtin.sentences.passive_rest import start_of_tail

_NO_AGENTS = frozenset(
    "hand mistake accident default law car train bus phone email mail post chance means virtue way night day then now "
    "half third quarter percent time sea land air name heart surprise force order request design nature contrast "
    "definition rail road bike plane boat foot check cheque "
    "carrier card fax radio satellite".split()
)
"""Nouns that say after "by" how something is done, how far, or until when."""
_NO_DEEDS = frozenset("know mean judge measure multiply divide increase decrease reduce number rise fall bear".split())
"""Verbs whose "by" names no doer."""
_BY_MEANS = frozenset(
    "obtain achieve accomplish do prepare calculate solve settle supply organize organise recognize recognise identify "
    "distinguish".split()
)
"""Verbs whose "by" names means or marks unless it names somebody."""
_UNDOING = frozenset("uncover undo unveil unload untie unlock unite unearth unleash understand undermine".split())
_PARTLY = frozenset("primarily mainly partly largely only mostly solely chiefly either both".split())
"""Adverbs that may go with "by" alone."""
_DEGREES = frozenset("very so too really quite rather completely totally how as more most less least".split())
_LONGEST = 8
"""Words of an object that more may follow."""


def to_active(text: Analysis) -> str | None:
    """The sentence with its first clause in the active that is a passive with an agent; None if none is."""
    if question(text) is not None or text.root is None:
        return None
    for token in text.tokens:
        if token.dep not in ("ROOT", "conj", "advcl", "ccomp", "relcl") or token.tag not in ("VBN", "VBD"):
            continue
        clause = clause_at(text, token.index)
        if clause is None or clause.is_inverted or not clause.is_passive:
            continue
        new = _active_relative(clause) if token.dep == "relcl" else _active_clause(clause)
        if new is not None:
            return new
    return None


def is_one_of(text: Analysis, clause: Clause) -> bool:
    """Whether the subject is but a part of what stands before the verb: "Ann and the teammate Bo was sold"."""
    first = clause.subject_range[0]
    before = text[first - 1]
    opens = before.pos in ("PUNCT", "SCONJ", "ADV") or before.tag in ("VBD", "VBZ", "VBP")
    return first > 0 and not opens and not (before.pos == "CCONJ" and text[clause.verb].dep == "conj")


def adverbs_of(clause: Clause) -> str | None:
    """The adverbs between the subject and the verb; None where something else stands there, or a degree."""
    middle = clause.text.tokens[clause.subject_range[1] + 1 : clause.verb]
    between = [t for t in middle if t.index not in clause.auxiliaries and t.index != clause.negation]
    plain = all(t.dep == "advmod" and t.left == t.right and t.lower not in _DEGREES for t in between)
    return " ".join(t.text for t in between) if plain else None


def _active_clause(clause: Clause) -> str | None:
    """The sentence with a passive clause in the active; None if it has no agent, or would be misread."""
    text, verb = clause.text, clause.verb
    found = _agent_of(clause)
    last = last_of(text, verb)
    if found is None or last is None or is_one_of(text, clause):
        return None
    by, agent = found
    shared = [i for i in text.dependents(verb, "conj") if text.first(i, "nsubj", "nsubjpass", "expl") is None]
    if shared or any(t.dep == "mark" for t in text.within(agent)):
        return None
    end = start_of_tail(text, verb, last) - 1
    rest = text.tokens[text[by].right + 1 : end + 1]
    if text[by].right > last or any(t.lower == "by" or t.text == "," for t in (*rest, *text.within(agent))):
        return None
    thing, who, agree = as_object(text, clause.subject), _doer_said(text, agent), number_of(text, agent)
    adverbs = adverbs_of(clause)
    if agree is None or adverbs is None:
        return None
    verbal = active_verb(clause, adverbs, plural=agree[0], first_person=agree[1])
    if text[clause.subject].lower == "it" and text.dependents(verb, "ccomp"):
        thing = ""  # "It was announced by the ministry that ..."
    if thing is None or who is None or verbal is None or _is_unclear(clause, agent):
        return None
    middle = text.tokens[verb + 1 : by]
    stranded = any(t.dep == "prep" and not t.children for t in middle)
    if stranded or any(t.lower in _PARTLY for t in middle):
        return None
    particle = joined(*(t.text for t in middle if t.dep == "prt"))
    before = text.said(verb + 1 + bool(particle), by - 1)
    following = joined(before, text.said(text[by].right + 1, end))
    first, end_of_subject = clause.subject_range
    if following and end_of_subject - first >= _LONGEST:
        return None
    done = joined(thing, particle) if text[clause.subject].tag == "PRP" else joined(particle, thing)
    tail = text.text[text[end].end : text[last].end] if end < last else ""
    said = joined(who, verbal, done, following) + tail
    return edited_at(text, (first, last, like(said, text) if first == 0 else said))


def _active_relative(clause: Clause) -> str | None:
    """ "the plan that the engineers drew up" of "the plan that was drawn up by the engineers"."""
    text, verb = clause.text, clause.verb
    found, adverbs = _agent_of(clause, relative=True), adverbs_of(clause)
    if found is None or adverbs is None or text[clause.subject].lower not in ("that", "which"):
        return None
    by, agent = found
    who, agree = _doer_said(text, agent), number_of(text, agent)
    middle = text.tokens[verb + 1 : by]
    apart = any(t.dep != "prt" for t in middle) or any(t.text == "," for t in text.within(agent))
    if who is None or agree is None or apart or text.dependents(verb, "conj"):
        return None
    if speaks_of_third(text, agent):
        return None
    verbal = active_verb(clause, adverbs, plural=agree[0], first_person=agree[1])
    if verbal is None:
        return None
    return edited_at(text, (clause.subject + 1, text[by].right, joined(who, verbal, text.said(verb + 1, by - 1))))


def _agent_of(clause: Clause, *, relative: bool = False) -> tuple[int, int] | None:
    """("by", the agent) of a passive; None where what follows "by" does nothing."""
    text, verb = clause.text, clause.verb
    by = next((i for i in text.dependents(verb, "agent") if text[i].lower == "by"), None)
    agent = text.first(by, "pobj") if by is not None else None
    if by is None or agent is None or text[agent].right != text[by].right or text[verb].lemma in _NO_DEEDS:
        return None
    token, lemma = text[agent], text[verb].lemma
    if (lemma in _BY_MEANS and not acts_of_itself(text, agent)) or text[token.left].tag == "VBG":
        return None
    if (lemma.startswith("un") and lemma not in _UNDOING) or any(t.lower.startswith("any") for t in text.within(agent)):
        return None
    if token.tag in ("VBG", "WP", "WDT", "CD", "RB", "IN") or token.lemma.lower() in _NO_AGENTS:
        return None
    if token.entity in ("DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "QUANTITY") and token.tag != "NNS":
        return None
    subject = () if relative else tuple(text.within(clause.subject))
    asks = any(t.tag in ("WP", "WDT") for t in (*subject, *text.within(agent)))
    return None if asks or token.lower.endswith(("self", "selves", "other")) else (by, agent)


def names_no_doer(text: Analysis, verb: int, agent: int) -> bool:
    """Whether what follows "by" says how, when or by how much: "by hand"."""
    token = text[agent]
    measured = token.entity in ("DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "QUANTITY")
    return (
        measured
        or token.lemma.lower() in _NO_AGENTS
        or text[verb].lemma in _NO_DEEDS
        or (text[verb].lemma in _BY_MEANS and not acts_of_itself(text, agent))
    )


def _doer_said(text: Analysis, agent: int) -> str | None:
    """An agent as a subject, a pronoun in the case of one."""
    return as_subject(text, agent) if text[agent].tag == "PRP" else text.phrase(agent)


def _is_unclear(clause: Clause, agent: int) -> bool:
    """Whether a pronoun would mean somebody else, or a clause before the subject would be of the agent."""
    text, subject = clause.text, clause.text[clause.subject]
    if subject.tag != "PRP" and text[agent].tag != "PRP" and speaks_of_third(text, agent):
        return True
    led = text[clause.verb].left
    opening = text.tokens[led : subject.left]
    if any(t.tag in ("VBG", "VBN") and t.dep in ("advcl", "acl", "pcomp") for t in opening):
        return True
    below = text.dependents(clause.verb, "advcl")
    fronted = any(i < subject.left and speaks_of_third(text, i) for i in below)
    aims = any(clause_at(text, i) is None for i in below)
    return fronted or aims or is_misread(text, subject.index, agent, tuple(below))


def active_verb(clause: Clause, adverbs: str, *, plural: bool, first_person: bool) -> str | None:
    """The verb of the active that a passive has, with its auxiliaries, its adverbs and its negation."""
    text, tense, lemma = clause.text, clause.tense, clause.text[clause.verb].lemma
    agree = {"plural": plural, "first_person": first_person}
    chain = [text[i].lemma for i in clause.auxiliaries]
    said = text[clause.negation].lower if clause.negation is not None else ""
    negation = said if said in ("", "never") else "not"
    if chain == ["be"]:
        if negation == "not":
            return joined(finite_form("do", tense, **agree), negation, adverbs, lemma)
        form = form_of(text[clause.verb], "VBD") if tense == "past" else finite_form(lemma, tense, **agree)
        return joined(negation, adverbs, form)
    finite = full_form(text, clause.finite)
    if tense == "modal" and chain[1:] == ["be"]:
        cannot = negation == "not" and finite == "can"
        return joined("cannot" if cannot else joined(finite, negation), adverbs, lemma)
    if len(chain) == 2 and text[clause.auxiliaries[1]].lower == "been":
        return joined(finite_form("have", tense, **agree), negation, adverbs, participle(text[clause.verb]))
    if chain == ["be", "be"]:
        return joined(finite_form("be", tense, **agree), negation, adverbs, inflected(lemma, "VBG"))
    return None
