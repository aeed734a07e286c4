"""What makes something so, stressed: "It is the songs that keep the film alive.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Clause
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.first_clauses import end_of_first_clause, is_or_was, subject_told
from llmrobust.operators.builtin.sentences.limits import is_kept
from llmrobust.operators.builtin.sentences.names_swapped import may_mean, others_in
from llmrobust.operators.builtin.sentences.noun_kinds import kind_of_noun
from llmrobust.operators.builtin.sentences.parsed import Around, joined
from llmrobust.operators.builtin.sentences.person_phrases import is_person

_CAUSING = frozenset(
    "make keep force allow let cause prevent save ruin spoil lift elevate doom sink distinguish enable trigger "
    "prompt spark inspire annoy surprise bother disturb impress scare delight frustrate disappoint shock "
    "upset confuse convince persuade motivate undermine damage destroy kill wreck delay threaten help change "
    "transform worry drive turn leave give bring lend earn".split()
)
"""Verbs of what a thing does to another one."""
_NEEDS_MORE = frozenset("make keep let drive turn leave help change get give bring lend earn".split())
"""Verbs that cause something only where more than an object follows: "makes it worth the trip"."""
_TOPICS = frozenset(
    "film movie picture story tale book novel show series play comedy drama thriller documentary album game piece work "
    "plot one thing part lot number majority result effect".split()
)
"""What a text is about, which it does not single out, and nouns that say no more than "thing"."""
_KNOWN = frozenset("the its his her their our my".split())
_LONGEST = 12
"""Tokens of what may stand before the cause."""


def cause_cleft(text: Analysis, *, around: Around) -> str | None:
    """ "It is the songs that keep the film alive." of "The songs keep the film alive."; None for other sentences."""
    found = _cause(text, around)
    if found is None:
        return None
    clause, subject = found
    return like(f"it {is_or_was(clause)} {subject} that {text.text[text[clause.subject_range[1] + 1].start :]}", text)


def caused_cleft(text: Analysis, *, around: Around) -> str | None:
    """ "What keeps the film alive is the songs." of "The songs keep the film alive."; None for other sentences."""
    found = _cause(text, around)
    if found is None:
        return None
    clause, subject = found
    verb, end = text[clause.verb], end_of_first_clause(text, clause.verb)
    if kind_of_noun(text, clause.subject) == "group":
        return None  # "What gave us a room was the staff."
    if end != text.end or end - clause.verb > _LONGEST or clause.auxiliaries:
        return None
    predicate = (verb.index + 1, end)
    early = [t for t in others_in(text, *predicate) if not may_mean(text, t, verb.index + 1, t.index - 1)]
    if early or others_in(text, *clause.subject_range):
        return None
    does = verb.text if verb.tag != "VBP" else inflected(verb.lemma, "VBZ")
    said = joined("what", text.said(clause.subject_range[1] + 1, verb.index - 1), does, text.said(verb.index + 1, end))
    return like(f"{said} {is_or_was(clause)} {subject}{text.text[text[end].end :]}", text)


def _cause(text: Analysis, around: Around) -> tuple[Clause, str] | None:
    """The clause, and its subject inside a sentence, where a known thing that is no person and not what the text is
    about makes something so."""
    found = subject_told(text) if around.alone or not around.opens else None
    if found is None or is_kept(text):
        return None
    clause, subject = found
    verb, head = text[clause.verb], text[clause.subject]
    if verb.lemma not in _CAUSING or clause.is_passive or clause.negation is not None or is_or_was(clause) is None:
        return None
    thing = clause.object or text.first(verb.index, "dative") or text.first(verb.index, "ccomp", "xcomp")
    if thing is None or thing <= verb.index or (verb.lemma in _NEEDS_MORE and not _says_more(text, verb.index, thing)):
        return None
    if head.tag not in ("NN", "NNS") or _is_somebody(text, head.index) or head.lemma.lower() in _TOPICS:
        return None
    known = text[head.left].lower in _KNOWN and head.left < head.right
    return (clause, subject) if known and not any(t.dep == "relcl" for t in text.within(head.index)) else None


def _is_somebody(text: Analysis, head: int) -> bool:
    """Whether a noun names a person or an animal, and no body of people, which "that" may follow."""
    return is_person(text, head) or kind_of_noun(text, head) in ("person", "animal")


def _says_more(text: Analysis, verb: int, thing: int) -> bool:
    """Whether something follows the object: what it becomes, or what it does."""
    more = any(text[i].dep in ("ccomp", "xcomp", "oprd", "acomp", "prep") and i > verb for i in text[verb].children)
    given = {"dobj", "dative"} <= {text[i].dep for i in text[verb].children if i > verb}
    return more or given or any(text[i].dep in ("acl", "amod", "relcl") and i > thing for i in text[thing].children)
