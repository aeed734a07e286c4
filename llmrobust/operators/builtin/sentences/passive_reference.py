"""Whether a pronoun would be read of somebody else after a passive, which turns the order of two phrases round."""

from __future__ import annotations

from llmrobust.english import Analysis, Token
from llmrobust.operators.builtin.sentences.noun_kinds import EITHER, acts_of_itself, pronouns_for

_FAMILIES = {
    **dict.fromkeys("he him his himself".split(), "he"),
    **dict.fromkeys("she her hers herself".split(), "she"),
    **dict.fromkeys("it its itself".split(), "it"),
    **dict.fromkeys("they them their theirs themselves".split(), "they"),
}
_SUBJECTS = ("nsubj", "nsubjpass")
_OF_THE_OTHER = frozenset(
    "fire praise thank blame criticize criticise punish arrest fine scold congratulate admire hate love envy "
    "despise detest pity reward applaud jail condemn dismiss sack mock honor honour ban expel evict suspend "
    "reprimand".split()
)
"""Verbs whose reason lies with whom it is done to."""
_OF_THE_CAUSE = frozenset(
    "annoy irritate anger amuse amaze frighten scare disappoint impress upset surprise disturb bother infuriate shock "
    "inspire fascinate".split()
)
"""Verbs whose reason lies with who or what does it."""


def is_misread(text: Analysis, subject: int, thing: int, below: tuple[int, ...]) -> bool:
    """Whether a pronoun after both may stand for the subject as well as for the object, or the agent.

    Where only one of the two is alive, what is said of "it" or "them" tells which is meant. Anything but a subject is
    minded only in the clauses below the verb: a sentence that goes on names whom it speaks of.
    """
    one, other = pronouns_for(text, subject), pronouns_for(text, thing)
    told_apart = acts_of_itself(text, subject) != acts_of_itself(text, thing)
    for token in text.tokens[max(text[thing].right, text[subject].right) + 1 :]:
        family = _FAMILIES.get(token.lower)
        if family is None or family not in one & other or (told_apart and family in EITHER):
            continue
        owner = token.dep == "poss" and text[token.head].dep in _SUBJECTS
        if token.dep in _SUBJECTS and _is_reason_told(text, text[subject].head, token):
            continue
        if token.dep in _SUBJECTS or owner or _is_within(text, token, below):
            return True
    return False


def is_in_doubt(text: Analysis, subject: int, pronoun: int) -> bool:
    """Whether somebody might ask whom a pronoun means: the subject, or more than one of those named before it, fit."""
    family = _FAMILIES.get(text[pronoun].lower, "")
    before = [last for first, last in text.noun_phrases if last < text[subject].left]
    fit = [i for i in before if family in pronouns_for(text, i) and text[i].lower not in _FAMILIES]
    return family in pronouns_for(text, subject) or len(fit) > 1


def is_of_another(text: Analysis, subject: int, thing: int) -> bool:
    """Whether what is his or hers in an object is of somebody whom the subject neither is nor names."""
    own = {_FAMILIES[t.lower] for t in text.within(thing) if t.tag == "PRP$" and t.lower in _FAMILIES}
    named = [t.index for t in text.within(subject) if t.tag in ("NN", "NNS", "NNP", "NNPS")]
    return own <= {"he", "she"} and not any(own & pronouns_for(text, i) for i in named)


def speaks_of_third(text: Analysis, head: int) -> bool:
    """Whether a clause has a pronoun for somebody or something that is named elsewhere."""
    return any(t.lower in _FAMILIES for t in text.within(head))


def _is_reason_told(text: Analysis, verb: int, pronoun: Token) -> bool:
    """Whether a pronoun opens the reason of a verb that itself tells with whom the reason lies, in either voice."""
    clause = text[pronoun.head]
    opens = clause.head == verb and text[clause.left].lower == "because" and pronoun.left == clause.left + 1
    said = {text[verb].lemma, text[verb].lower.removesuffix("d")}  # the pipeline has "fin" for the lemma of "fined"
    return opens and bool(said & (_OF_THE_OTHER | _OF_THE_CAUSE))


def _is_within(text: Analysis, token: Token, below: tuple[int, ...]) -> bool:
    return any(text[i].left <= token.index <= text[i].right for i in below)
