"""Who did what is told in the passive, stressed: "It was Ann who wrote it." of "It was written by Ann."."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import main_clause
from llmrobust.english.noun_phrases import as_subject, like
from llmrobust.operators.builtin.sentences.agent_actives import to_active
from llmrobust.operators.builtin.sentences.first_clauses import end_of_first_clause
from llmrobust.operators.builtin.sentences.passive_reference import is_misread
from llmrobust.operators.builtin.sentences.person_phrases import is_person


def agent_cleft(text: Analysis) -> str | None:
    """ "It was Ann who wrote it." of "It was written by Ann."; None for other sentences."""
    clause = main_clause(text)
    told = to_active(text) if clause is not None and clause.subject_range[0] == 0 else None
    by = text.first(clause.verb, "agent") if clause is not None else None
    agent = text.first(by, "pobj") if by is not None else None
    if clause is None or told is None or agent is None or clause.tense == "modal" or clause.negation is not None:
        return None
    who = as_subject(text, agent)
    end = end_of_first_clause(text, clause.verb)
    if who is None or end is None or text[agent].tag == "PRP" or not told.lower().startswith(who.lower()):
        return None
    vague = text[text[agent].left].lower in ("a", "an") and not is_person(text, agent)
    if vague or any(t.lower in ("all", "each", "every", "any", "some", "no") for t in text.within(agent)):
        return None
    if is_misread(text, clause.subject, agent, ()):
        return None
    perfect = text[clause.finite].lemma == "have"
    be = "was" if clause.tense == "past" and not perfect else "is"
    link = "who" if is_person(text, agent) and text[agent].entity in ("", "PERSON") else "that"
    return like(f"it {be} {who} {link}{told[len(who) :]}", text)
