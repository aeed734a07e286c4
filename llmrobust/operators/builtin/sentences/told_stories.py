"""Which sentences tell a story or set a problem, before which one may chat: no encyclopaedic prose, no advice."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import statement
from llmrobust.operators.builtin.sentences.sentence_kinds import ENCYCLOPAEDIC
from llmrobust.operators.builtin.values.people import GIVEN


def is_told(text: Analysis, *, opens: bool) -> bool:
    """Whether a premise is one of a story or problem: no encyclopaedic prose, no piece of a text, no advice."""
    piece = opens and (text.text[:1].islower() or text[0].lower in ("he", "she", "it", "they", "this", "these"))
    advises = any(token.lower == "should" for token in text.tokens)
    return not (
        piece
        or advises
        or is_recorded(text)
        or ENCYCLOPAEDIC.search(text.text)
        or opens_with_an_apposition(text)
        or (opens and _defines(text))
    )


def is_recorded(text: Analysis) -> bool:
    """Whether it reports the past of what has a name, and of nobody whom a story calls by a first name alone."""
    clause = statement(text)
    names = [t for t in text.tokens if t.tag in ("NNP", "NNPS") and t.entity not in ("DATE", "TIME", "MONEY")]
    speaks = any(t.lower in ("i", "we", "you", "my", "our", "your") for t in text.tokens)
    if clause is None or clause.tense != "past" or not names or speaks:
        return False
    return any(t.text not in GIVEN for t in names)


def _defines(text: Analysis) -> bool:
    """Whether it says what something is: "Tea is a drink."."""
    root = text.root
    return root is not None and root.lemma == "be" and text.first(root.index, "attr") is not None


def opens_with_an_apposition(text: Analysis) -> bool:
    """ "A coda in every sense, the film shows ...": a noun phrase and a comma before the subject."""
    comma = next((t.index for t in text.tokens if t.text == ","), 0)
    subject = next((t.left for t in text.tokens if t.dep in ("nsubj", "nsubjpass")), 0)
    if text[0].lower in ("a", "an") and text.root is not None and 0 < comma < text.root.index:
        return True
    return 0 < comma < subject and text[0].pos in ("DET", "NOUN", "ADJ", "PROPN")
