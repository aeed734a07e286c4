"""A time at the end of what is told or asked, at its front: "A week ago, I ordered a card.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, question, statement
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.parsed import moved_first

_PERIODS = frozenset("day week month year night morning evening afternoon weekend weekday semester".split())
RATED = frozenset("day week month year".split())
_TIMES = frozenset("today yesterday tomorrow tonight ago earlier".split())
_PREPOSITIONS = frozenset("in on at during after before over by since throughout within".split())
_COUNTED_IN_TIME = frozenset("time hour minute second day week month year".split())
_CLAUSAL = frozenset("ccomp xcomp relcl acl parataxis mark advcl".split())
_BOUND = frozenset("be last spend take keep move plan schedule delay date expire until start begin end be".split())
"""Verbs that the time after them belongs to, or that say when something is."""
_SCHEDULED = frozenset("meeting party game class shift lesson exam test sale flight homework hour o'clock".split())
"""Nouns that a time after them belongs to."""


def time_first(text: Analysis) -> str | None:
    """The sentence with its last time at its front; None if it has none that can go there."""
    return moment_first(text) or habit_first(text) or adverb_first(text)


def moment_first(text: Analysis) -> str | None:
    """ "A week ago, I ordered a card, and it is not here." of "I ordered a card a week ago, and it is not here."."""
    verb = _first_verb(text)
    if verb is None:
        return None
    last = _end_of_first_clause(text, verb)
    for token in reversed(text.tokens[verb + 1 : last + 1]):
        first, end = token.left, token.right
        if not verb < first <= end <= last or not _is_time(text, token.index, verb):
            continue
        if first == verb + 1 and text.first(verb, "neg") is None:
            continue
        follows = text[end + 1] if end < last else None
        if follows is not None and (follows.pos != "ADP" or follows.right != last or follows.head == token.index):
            continue
        if text[first - 1].pos in ("ADP", "CCONJ", "PUNCT", "SCONJ", "NUM") or end - first > 6:
            return None
        return moved_first(text, first, end)
    return None


def habit_first(text: Analysis) -> str | None:
    """ "Every week, Ann uses 2 pads for art." of "Ann uses 2 pads a week for art."; None for other sentences."""
    clause = statement(text)
    if clause is None or clause.subject_range[0] != 0 or clause.is_copular or clause.negation is not None:
        return None
    if any(t.dep in _CLAUSAL or t.dep == "cc" or t.text == "," for t in text.tokens):
        return None
    unit = next((t for t in text.tokens[clause.verb + 3 :] if t.lower in RATED), None)
    if unit is None or text[unit.index - 1].lower not in ("a", "per"):
        return None
    counted, follows = text[unit.index - 2], text[unit.index + 1] if unit.index + 1 < len(text) else None
    if counted.tag not in ("NN", "NNS") or counted.lemma in _COUNTED_IN_TIME or counted.entity in ("MONEY", "PERCENT"):
        return None
    if (follows is not None and follows.pos not in ("PUNCT", "ADP")) or sum(t.lower in RATED for t in text.tokens) > 1:
        return None
    main = inner(text, 0, unit.index - 2)
    return None if main is None else like(f"every {unit.lower}, {main}{text.text[unit.end :]}", text)


def adverb_first(text: Analysis) -> str | None:
    """ "Usually, he sells eggs." of "He usually sells eggs."."""
    clause = statement(text)
    if clause is None or clause.subject_range[0] != 0 or clause.negation is not None:
        return None
    start, end = clause.subject_range[1] + 1, clause.verb + 1 + clause.is_copular
    found = next((t for t in text.tokens[start:end] if t.lower in _ADVERBS and t.left == t.right), None)
    said = inner(text, 0, found.index - 1) if found is not None else None
    if found is None or said is None or found.head not in (clause.verb, *text.dependents(clause.verb, "acomp", "attr")):
        return None
    if found.index + 1 >= len(text) or text[found.index + 1].pos == "PUNCT" or text[found.index - 1].pos == "ADV":
        return None
    comma = " " if found.lower in ("then", "now") else ", "
    return like(f"{found.lower}{comma}{said} {text.text[text[found.index + 1].start :]}", text)


_ADVERBS = frozenset(
    "currently recently usually normally initially originally eventually suddenly sometimes occasionally typically "
    "then now later unfortunately apparently somehow luckily sadly".split()
)
"""Adverbs that say of a whole sentence when or how it came about."""


def _first_verb(text: Analysis) -> int | None:
    clause, asked = statement(text), question(text)
    if clause is not None and clause.subject_range[0] == 0:
        return clause.verb
    return asked.verb if asked is not None and asked.start == 0 and asked.asking is not None else None


def _end_of_first_clause(text: Analysis, verb: int) -> int:
    """The last token of the main clause: before "and" where another subject follows, else of the sentence."""
    for link in text.dependents(verb, "cc"):
        following = text[link + 1]
        own = any(text.first(i, *SUBJECTS) is not None for i in text.dependents(verb, "conj"))
        if own and following.dep in (*SUBJECTS, "poss", "det") and link > verb:
            return link - 1 - (text[link - 1].text == ",")
    return text.end


def _is_time(text: Analysis, index: int, verb: int) -> bool:
    token = text[index]
    if not _belongs_to(text, index, verb) or any(
        t.tag in ("WP", "WRB", "WDT") or t.text == "," for t in text.within(index)
    ):
        return False
    if text.dependents(verb, "conj") and _end_of_first_clause(text, verb) == text.end:
        return False
    if any(t.dep in _CLAUSAL - {"acl"} for t in text.tokens[verb + 1 : token.left]):
        return False
    if token.lower in _TIMES:
        return True
    if token.dep == "npadvmod":
        opening = text[token.left].lower
        return opening in ("every", "each") or (token.lemma in _PERIODS and opening in ("last", "next", "this"))
    thing = text.first(index, "pobj") if token.dep == "prep" and token.lower in _PREPOSITIONS else None
    if thing is None or (text[thing].entity not in ("DATE", "TIME") and text[thing].lemma not in _PERIODS):
        return False
    asked_what = text[verb].lemma == "be" and text[0].lower == "what"
    if text[verb].lemma in _BOUND and not asked_what:
        return False
    return token.head == verb or text[token.head].lemma.lower() not in _SCHEDULED


def _belongs_to(text: Analysis, index: int, verb: int) -> bool:
    """Whether a time, at whatever the pipeline hangs it, may be one of the main verb's."""
    token, head = text[index], text[text[index].head]
    if head.index == verb or (head.dep in ("dobj", "attr") and head.head == verb) or head.lower == "today":
        return True
    asked_what = text[verb].lemma == "be" and text[0].lower == "what" and head.dep in ("acl", "nsubj", "attr")
    return asked_what or (token.dep == "npadvmod" and text[head.head].lower == "of")
