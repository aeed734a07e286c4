"""Clauses of an analysed sentence: subject, auxiliaries, verb, object, tense; questions; and what kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmrobust.english.analysis import Analysis
from llmrobust.english.inflection import inflected, is_base_verb
from llmrobust.english.noun_phrases import is_plural

Tense = Literal["past", "present", "modal"]
SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj", "csubjpass")
_FINITE = ("VBD", "VBZ", "VBP", "MD")
_ASKING = ("WRB", "WP", "WDT", "WP$")
_NOMINAL = frozenset("DT PRP$ JJ JJR CD NN NNS NNP NNPS POS VB VBP CC".split())
"""Tags of what may stand between "did" and the verb after the subject."""
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall", "'s": "is", "’s": "is", "'re": "are", "’re": "are", "'m": "am",
          "’m": "am", "'ll": "will", "’ll": "will", "'ve": "have", "’ve": "have"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """A finite clause. verb: its full verb, or the form of be that is its only one. auxiliaries: in order. negation:
    its "not", "n't" or "never", if any. All are indices of tokens."""

    text: Analysis
    verb: int
    subject: int
    auxiliaries: tuple[int, ...]
    negation: int | None

    @property
    def finite(self) -> int:
        """The verb form with the tense."""
        return self.auxiliaries[0] if self.auxiliaries else self.verb

    @property
    def tense(self) -> Tense:
        """Of the finite verb."""
        token = self.text[self.finite]
        if token.tag == "MD":
            return "modal"
        return "past" if token.tag == "VBD" or token.lower in ("was", "were", "did", "had") else "present"

    @property
    def is_inverted(self) -> bool:
        """Whether the finite verb comes before the subject, as in a question."""
        return self.finite < self.subject

    @property
    def is_copular(self) -> bool:
        """Whether its verb is a form of be."""
        return self.text[self.verb].lemma == "be"

    @property
    def is_passive(self) -> bool:
        """Whether it is in the passive."""
        return any(self.text[i].dep == "auxpass" for i in self.auxiliaries)

    @property
    def object(self) -> int | None:
        """Its direct object."""
        return self.text.first(self.verb, "dobj")

    @property
    def subject_range(self) -> tuple[int, int]:
        """The first and last token of the subject."""
        token = self.text[self.subject]
        return token.left, token.right


def clause_at(text: Analysis, verb: int) -> Clause | None:
    """The finite clause of a verb; None if it is none, or has no subject of its own."""
    subject = text.first(verb, *SUBJECTS)
    if subject is None or not text[subject].text[:1].isalnum():
        return None
    auxiliaries = tuple(i for i in text.dependents(verb, "aux", "auxpass") if i < verb and text[i].tag != "TO")
    finite = text[auxiliaries[0] if auxiliaries else verb]
    if finite.tag not in _FINITE or text[verb].pos not in ("VERB", "AUX"):
        return None
    if any(text[i].tag == "TO" for i in text.dependents(verb, "aux")):
        return None
    return Clause(text, verb, subject, auxiliaries, negation_at(text, verb))


def negation_at(text: Analysis, verb: int) -> int | None:
    """The negation of a verb: not, n't, never."""
    return next((i for i in text[verb].children if text[i].dep == "neg"), None)


def main_clause(text: Analysis) -> Clause | None:
    """The main clause of a sentence; None if the text is not one sentence with one finite verb at its head."""
    root = text.root
    return None if root is None else clause_at(text, root.index)


def statement(text: Analysis) -> Clause | None:
    """The main clause of a statement; None for questions, commands, titles."""
    clause = main_clause(text)
    if clause is None or clause.is_inverted or text.text.rstrip().endswith(("?", "!")):
        return None
    left, _ = clause.subject_range
    asking = any(token.tag in _ASKING for token in text.tokens[: clause.finite] if token.dep != "mark" and not
                 _in_subordinate(text, token.index, clause.verb))  # fmt: skip
    return None if asking or left > clause.finite else clause


def is_command(text: Analysis) -> bool:
    """Whether a sentence is a command: its verb in the base form, without a subject."""
    root = text.root
    if root is None or root.tag not in ("VB", "VBP") or text.first(root.index, *SUBJECTS) is not None:
        return False
    before = text.tokens[: root.index]
    fine = all(
        t.pos in ("INTJ", "ADV", "PUNCT", "AUX", "PART") or t.lower == "please" or t.dep == "neg" for t in before
    )
    return fine and not any(t.tag == "MD" for t in before)


@dataclass(frozen=True, slots=True)
class Question:
    """A direct question. asking: (first, last) of its question phrase, None for yes or no. finite: its first verb
    form, which comes before the subject unless the question phrase is the subject (subject None then). verb: the full
    verb, or the finite be, have or do. start: its first token, after a greeting or a clause that comes before it."""

    text: Analysis
    start: int
    asking: tuple[int, int] | None
    finite: int
    subject: tuple[int, int] | None
    verb: int


def question(text: Analysis) -> Question | None:
    """The question that a sentence asks; None for anything else, or where its parts cannot be told apart."""
    start = question_start(text)
    if start is None or text.root is None:
        return None
    asking: tuple[int, int] | None = None
    finite = start
    if text[start].tag in _ASKING or _asks_with_preposition(text, start):
        found = _finite_of(text, start)
        if found is None:
            return None
        finite, asking = found, (start, found - 1)
    elif not _opens(text, start):
        return None
    token = text[finite]
    verb = token.head if token.dep in ("aux", "auxpass") else finite
    if verb < finite:
        return None
    after = finite + 1
    negated = after < len(text) and text[after].dep == "neg"
    after += negated
    while after < len(text) and text[after].pos == "SPACE":
        after += 1
    read = _subject_and_verb(text, finite, verb, after, asks=asking is not None)
    if read is not None:
        return Question(text, start, asking, finite, *read)
    return _of_subject(text, start, asking, finite, verb, negated=negated)


def _finite_of(text: Analysis, start: int) -> int | None:
    """The finite verb after a question phrase; None where a clause comes between."""
    near = text.tokens[start + 1 : start + 9]
    found = next((t.index for t in near if t.tag in _FINITE and _is_helper(text, t.index)), None)
    full = next((t.index for t in near if t.tag in _FINITE), None)
    if full is None:
        return None
    counted = found is not None and full + 1 == found and text[start].lower == "how"  # "how many post-it notes were"
    finite = full if found is None or (full < found and not counted) else found
    between = text.tokens[start:finite]
    clausal = any(t.pos == "VERB" and t.dep in ("relcl", "acl", "ROOT") and t.index + 1 != found for t in between)
    return None if clausal or any(t.text == "," or t.lower == "until" for t in between) else finite


def _subject_and_verb(
    text: Analysis, finite: int, verb: int, after: int, *, asks: bool
) -> tuple[tuple[int, int], int] | None:
    """The subject that comes after the finite verb, and the full verb; None where there is none."""
    token = text[finite]
    subject = next(
        (
            (t.left, t.right)
            for t in text.tokens[after:]
            if t.dep in SUBJECTS and t.left == after and t.head in (verb, finite)
        ),
        None,
    )
    if subject is not None:
        done = _participle_in(text, subject) if asks and verb == finite and token.lemma == "be" else None
        return (subject, verb) if done is None else ((subject[0], done - 1), done)
    if token.lemma == "do" or (verb == finite and token.lemma == "be"):
        subject = next(((a, b) for a, b in text.noun_phrases if a == after and not _is_owner(text, b)), None)
        if subject is not None and token.lemma == "do":
            found = next((t.index for t in text.tokens[subject[1] + 1 :] if t.tag in ("VB", "VBP")), None)
            if found is not None and all(t.pos in ("ADV", "PART") for t in text.tokens[subject[1] + 1 : found]):
                return subject, found
            subject = None
    if subject is None and asks and (token.tag == "MD" or token.lemma == "do"):
        return _verb_read_as_noun(text, after)
    return None if subject is None else (subject, verb)


def _participle_in(text: Analysis, subject: tuple[int, int]) -> int | None:
    """The participle that the pipeline hangs on a bare subject: "charged" in "Why are fees charged here?"."""
    done = next((t.index for t in text.tokens[subject[0] : subject[1] + 1] if t.tag == "VBN" and t.dep == "acl"), None)
    bare = done is not None and text[done - 1].tag == "NNS" and text[subject[0]].tag in ("NNS", "NN", "JJ")
    return done if bare and text[subject[0] - 2].tag == "WRB" else None


def _verb_read_as_noun(text: Analysis, after: int) -> tuple[tuple[int, int], int] | None:
    """The subject and the verb where the pipeline takes a verb for a noun: "did Ann order", "does the trip cost"."""
    last = after
    while last < len(text) and text[last].tag in _NOMINAL:
        last += 1
    last -= 1
    if last <= after or text[last].tag not in ("NN", "VB", "VBP", "JJ") or not is_base_verb(text[last].lower):
        return None
    follows = last + 1 == len(text) or text[last + 1].pos in ("PUNCT", "ADP", "ADV", "SCONJ", "PART", "DET")
    named = text[last - 1].tag in ("NN", "NNS", "NNP", "NNPS") or (text[last - 1].tag == "JJ" and last - 2 == after)
    return ((after, last - 1), last) if follows and named else None


def _of_subject(
    text: Analysis, start: int, asking: tuple[int, int] | None, finite: int, verb: int, *, negated: bool
) -> Question | None:
    """A question for its own subject: "How many eggs are left?"; None for others."""
    first, token, after = text[start], text[finite], finite + 1 + negated
    if asking is None or (first.tag == "WRB" and not _counts(text, start)):
        return None
    own = any(t.dep in SUBJECTS and t.head in (verb, finite) for t in text.tokens[start:finite])
    helps = _is_helper(text, finite) and after < len(text) and text[after].tag in ("PRP", "NNP", "DT", "PRP$")
    fits = own and not (negated or helps) and (token.lemma != "do" or verb == finite)
    return Question(text, start, asking, finite, None, verb) if fits else None


def question_start(text: Analysis) -> int | None:
    """The token that a question begins with, after "Hi," or "If ...,"; None if the sentence is not a question."""
    marked = text.text.rstrip().endswith("?")
    if text.root is None or text.text.rstrip().endswith("!"):
        return None
    starts = [0, *(t.index + 1 for t in text.tokens if t.text == "," and t.index + 1 < len(text))]
    for start in starts:
        token = text[start]
        if token.tag in _ASKING and (marked or (start == 0 and not text.text.rstrip().endswith("."))):
            return start
        if _opens(text, start) or (marked and _asks_with_preposition(text, start)):
            return start
        linked = token.lower in ("and", "so", "but") and start + 2 < len(text) and text[start + 1].tag in _ASKING
        if linked and (start == 0 or marked):
            return start + 1
    return None


def _opens(text: Analysis, start: int) -> bool:
    """Whether a verb begins a question for yes or no; the pipeline may take "Do" for a command."""
    token = text[start]
    finite = token.tag in _FINITE or (token.lower == "do" and text.text.rstrip().endswith("?"))
    return finite and _is_helper(text, start) and start + 1 < len(text)


def _asks_with_preposition(text: Analysis, start: int) -> bool:
    """ "In what shop ...", "At which price ..." """
    return text[start].tag == "IN" and start + 2 < len(text) and text[start + 1].lower in ("what", "which", "whom")


def _counts(text: Analysis, start: int) -> bool:
    return text[start].lower == "how" and text[start + 1].lower in ("many", "much")


def finite_form(lemma: str, tense: Tense, *, plural: bool, first_person: bool = False) -> str:
    """The past or present of a verb: third person "sells" unless the subject is plural, I or you."""
    if lemma == "be":
        if tense == "past":
            return "were" if plural else "was"
        return "am" if first_person else "are" if plural else "is"
    if tense == "past":
        return inflected(lemma, "VBD")
    return lemma if plural or first_person else inflected(lemma, "VBZ")


def agreement(text: Analysis, head: int) -> tuple[bool, bool] | None:
    """(plural, first person) of a subject; None where its number cannot be told."""
    word = text[head].lower
    if word in ("i", "me") and text[head].left == text[head].right:
        return False, True
    plural = is_plural(text, head)
    return None if plural is None else (plural, False)


def full_form(text: Analysis, index: int) -> str:
    """An auxiliary written out, in small letters: "can" for the "ca" of "can't", "is" for "'s"."""
    token = text[index]
    if token.lower in ("'s", "’s") and token.lemma == "have":
        return "has"
    if token.lower in ("'d", "’d"):
        return "had" if token.lemma == "have" else "would"
    return _WHOLE.get(token.lower, token.lower)


def _is_owner(text: Analysis, last: int) -> bool:
    if last + 2 >= len(text):
        return False
    return text[last + 1].tag == "POS" or (text[last + 1].lower in ("'s", "’s") and text[last + 2].pos == "NOUN")


def _is_helper(text: Analysis, index: int) -> bool:
    token = text[index]
    return token.tag == "MD" or token.lemma in ("be", "do", "have") or token.lower in ("'s", "’s", "'re", "’re")


def _in_subordinate(text: Analysis, index: int, verb: int) -> bool:
    """Whether a token belongs to a clause below the main one."""
    at = index
    while text[at].head != at:
        if text[at].dep in ("advcl", "relcl", "ccomp", "csubj", "acl", "pcomp") and at != verb:
            return True
        at = text[at].head
    return False
