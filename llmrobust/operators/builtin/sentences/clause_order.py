"""The order of clauses and adverbials, on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis, analyse
from llmrobust.english.clauses import SUBJECTS, clause_at, statement
from llmrobust.english.noun_phrases import inner, like, raised
from llmrobust.operators.builtin.sentences.coordinating import NOT_THINGS, UNLIKE
from llmrobust.operators.builtin.sentences.extraposing import as_subject_clause
from llmrobust.operators.builtin.sentences.facts_as_conditions import fact_as_condition
from llmrobust.operators.builtin.sentences.first_clauses import end_of_first_clause
from llmrobust.operators.builtin.sentences.fronted_phrases import doing_first, doing_last, purpose_first
from llmrobust.operators.builtin.sentences.joining import statement_and_question
from llmrobust.operators.builtin.sentences.known_questions import known_first
from llmrobust.operators.builtin.sentences.limits import denies_the_reason, is_limited, may_be_told
from llmrobust.operators.builtin.sentences.names_swapped import clauses_turned
from llmrobust.operators.builtin.sentences.openers_last import opener_last
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    joined,
    moved_first,
    moved_last,
    rewritten_by_parse,
    two_rewritten_in_text,
)
from llmrobust.operators.builtin.sentences.person_phrases import THIRD, is_person, may_stand_for
from llmrobust.operators.builtin.sentences.question_shapes import aim_first, for_what_first
from llmrobust.operators.builtin.sentences.reversed_links import later_first, result_first
from llmrobust.operators.builtin.sentences.settings import setting_last
from llmrobust.operators.builtin.sentences.turned_sentences import both_turned, leans_back
from llmrobust.operators.builtin.values.people import GIVEN, pronoun_of
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_SUBORDINATORS = frozenset(
    "because although though while when whenever if unless since after before until once whereas as".split()
)
_WHETHER = frozenset(
    "check know see tell ask wonder confirm explain understand say find sure let verify clarify".split()
)
"""What "if" may depend on as a question does."""
_INTENDING = frozenset("threaten promise plan decide agree hope offer refuse ask intend expect want try".split())
"""Verbs after which a clause may belong to what is intended, not to the intending."""
_HE_OR_SHE = frozenset("he she him her his hers".split())
_CONTRASTING = frozenset("while whereas as".split())
_CONCEDING = frozenset("although though even".split())
_ASKED = frozenset("how what".split())
_TASKS = frozenset("calculate find determine compute estimate state tell".split())
"""What a problem asks for with a command."""
_NOT_BEFORE = frozenset("what even only just not especially and or but for like than come as".split())
"""What a clause does not leave behind."""
_POINTING = frozenset("this that these those it".split())
_TOP_HEAVY = 6
"""How many times as long as the main clause a clause before it may be."""
_REPORTING = frozenset("say claim".split())
_TELLING = frozenset("think believe guess suppose say speculate claim hope assume estimate".split())


@operator(
    "syntax.clause_order",
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1, 60),
    source="FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): clause order (prompted, not released)",
    needs=("english",),
    version=8,
)
def clause_order(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a clause or a phrase of time first, or last: "Because it rained, we left.", "My card is lost, I think."."""
    yield from rewritten_by_parse(prompt, params, draw, clause_moved, "other")
    yield from rewritten_by_parse(prompt, params, draw, told_last, "told-last")
    yield from rewritten_by_parse(prompt, params, draw, question_first, "asked-first")
    yield from both_turned(prompt, params, draw, "turned")
    for rule in (setting_last, opener_last):
        made = list(rewritten_by_parse(prompt, params, draw, rule, "setting-last"))
        yield from made
        if made:
            break
    yield from two_rewritten_in_text(prompt, params, draw, fact_as_condition, "condition-last")


def clause_moved(text: Analysis) -> str | None:
    """The sentence with a clause moved: to the other side of the main one, or to the subject's place."""
    ways = (
        conditional_question,
        reordered,
        as_subject_clause,
        aim_first,
        purpose_first,
        _aim_of_a_thing_first,
        doing_first,
        doing_last,
        result_first,
        later_first,
    )
    return next((new for way in ways if (new := way(text)) is not None), None)


def _aim_of_a_thing_first(text: Analysis) -> str | None:
    """ "To open an account, what is the minimum age?" of "What is the minimum age to open an account?"."""
    new = for_what_first(text)
    return new if new is not None and new.lower().startswith("to ") else None


def question_first(text: Analysis) -> str | None:
    """The sentence with what it asks first, and after it what it states, or that it asks."""
    return asked_first(text) or known_first(text)


def conditional_question(text: Analysis) -> str | None:
    """ "How old is Jean if Jan is 30?" of "If Jan is 30, how old is Jean?", and the other way round, by the words
    alone; None for others, and where a pronoun would come before its name."""
    end, small = text.end, [t.lower for t in text.tokens]
    asks = text.text.endswith("?")
    if not (asks or small[0] == "if") or small.count("if") != 1 or any(t.text in (";", "?") for t in text.tokens[:end]):
        return None
    at = small.index("if")
    if at == 0:
        found = [t.index for t in text.tokens[3:end] if t.tag in ("WRB", "WP") and t.lower in _ASKED]
        if not asks:
            found = [t.index for t in text.tokens[3:end] if t.lower in _TASKS and text[t.index - 1].text == ","]
        comma = bool(found) and text[found[0] - 1].text == ","
        last = found[0] - 1 - comma if found else 0
        if len(found) != 1 or small.count(",") != comma or not _has_verb(text, 1, last):
            return None
        if any(may_stand_for(text, t.index, 0, last) for t in text.tokens[found[0] : end + 1]):
            return None
        return moved_last(text, last, found[0])
    before = at - 1 - (text[at - 1].text == ",")
    listed = sum(t.text == "," and text[t.head].pos in ("NOUN", "PROPN") for t in text.tokens[:before])
    if (
        text[0].lower not in _ASKED
        or small.count(",") - listed > (before < at - 1)
        or any(s in _WHETHER for s in small[:at])
    ):
        return None
    if small[before] in _NOT_BEFORE or any(
        t.lemma in _WHETHER or (t.lower in _POINTING and t.tag in ("DT", "PRP")) for t in text.tokens[:at]
    ):
        return None
    moves = not any(may_stand_for(text, t.index, 0, before) for t in text.tokens[at : end + 1])
    if not moves or not _has_verb(text, at + 1, end) or not _has_verb(text, 0, before):
        return None
    return moved_first(text, at, end, before)


def _has_verb(text: Analysis, first: int, last: int) -> bool:
    """Whether a stretch of the text has a finite verb."""
    return any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in text.tokens[first : last + 1])


def reordered(text: Analysis) -> str | None:
    """The sentence with its subordinate clause on its other side; None if it has none that can go there."""
    root = text.root
    if root is None or root.lemma == "thank" or any(text[i].dep == "parataxis" for i in root.children):
        return None
    if (root.pos not in ("VERB", "AUX") and text.first(root.index, *SUBJECTS) is None) or is_limited(text):
        return None
    end, first_end = text.end, end_of_first_clause(text, root.index)
    soon = _as_soon_as(text, root.index)
    if soon is not None:
        return _subordinate_first(text, soon, end)
    for token in text.tokens:
        if token.dep != "advcl" or token.head not in (root.index, *text.dependents(root.index, "xcomp")):
            continue
        opening = _subordinator(text, token.index)
        if opening is None or clause_at(text, token.index) is None:
            continue
        if may_be_told(text, token.head, opening) or (opening == "when" and _says_although(text, token.index)):
            continue  # "Tell me when it will come": what is told
        last = _last_of(text, token.index)
        if token.left == 0 and last + 1 < end and text[last + 1].text == ",":
            if denies_the_reason(text, token.head, 0):
                return None
            return _subordinate_last(text, token.index, end)
        if denies_the_reason(text, token.head, token.left):
            continue
        if token.right in (end, first_end) and token.left > 1 and _may_come_first(text, token.index, opening):
            return _subordinate_first(text, token.left, token.right)
    return None


def _as_soon_as(text: Analysis, verb: int) -> int | None:
    """The first token of "as soon as ..." or "as long as ..." at the end of a sentence; None if it has none there."""
    for i in text.dependents(verb, "advmod"):
        token = text[i]
        said = token.lower in ("soon", "long") and text[i - 1].lower == "as" and text[i + 1].lower == "as"
        if said and i - 1 > verb and token.left == i - 1 and token.right == text.end:
            return i - 1
    return None


def _may_come_first(text: Analysis, verb: int, opening: str) -> bool:
    """Whether a clause at the end may open the sentence: one with "as" may not, "since" only as a reason."""
    main = text[text[verb].head]
    if opening == "since":
        perfect = any(text[i].lemma == "have" for i in text.dependents(main.index, "aux"))
        return not perfect and text[text[verb].left - 1].lower != "ever" and main.lemma not in ("be", "pass")
    return opening != "as" and (opening != "until" or main.lemma in _LASTING)


_LASTING = frozenset("live stay remain work serve rule govern lead teach play sleep".split())
"""Verbs of what goes on "until" something happens."""


def _says_although(text: Analysis, verb: int) -> bool:
    """Whether a clause with "when" says what is so all the same: "Why is my card declined when I have money?"."""
    clause = clause_at(text, verb)
    if clause is None or not any(t.lower == "why" for t in text.tokens[: text[verb].left]):
        return False
    denied = clause.negation is not None or text[clause.finite].tag == "MD"
    held = clause.tense == "present" and (text[verb].lemma in _HELD or text[clause.finite].lemma == "have")
    return denied or held


_HELD = frozenset("have be know need want own say state claim promise advertise contain belong".split())
"""Verbs that say how something is."""


def _last_of(text: Analysis, verb: int) -> int:
    """The last token of a clause, without a comma after it."""
    last = text[verb].right
    return last - (text[last].text == ",")


def _subordinate_last(text: Analysis, verb: int, end: int) -> str | None:
    root, first, last = text.root, text[verb].left, _last_of(text, verb)
    main = text.tokens[last + 2 : end + 1]
    if root is None or main[0].lower in ("then", "so", "but", "and") or main[0].tag == "UH":
        return None
    several = any(t.text == "," for t in text.tokens[first : last + 1]) and text.dependents(verb, "conj")
    if (
        several
        or any(text[i].dep == "conj" for i in root.children)
        or any(t.tag in ("WRB", "WP") or t.lower == "if" for t in main[1:])
    ):
        return None
    named = any(
        t.tag in ("NN", "NNS", "NNP", "NNPS") and t.dep in ("nsubj", "nsubjpass") for t in text.tokens[first : last + 1]
    )
    if named and any(may_stand_for(text, t.index, first, last) for t in main):
        return _name_first(text, verb, end) or _named_first(text, verb, end)
    if any(t.lower in ("this", "that", "these", "those") and t.tag == "DT" for t in main):
        return None
    told = any(t.dep in ("relcl", "acl") and t.right == end for t in main)
    return None if told or text.dependents(root.index, "ccomp") else moved_last(text, last, last + 2)


def _named_first(text: Analysis, verb: int, end: int) -> str | None:
    """ "The cat was in when the rain stopped it." of "When the rain stopped the cat, it was in."; None for others."""
    first, last = text[verb].left, _last_of(text, verb)
    if text[first].lower in _CONTRASTING or text.dependents(verb, "conj"):
        return None
    return clauses_turned(text, (last + 2, end), (first, last), comma=text[first].lower in _CONCEDING)


def _name_first(text: Analysis, verb: int, end: int) -> str | None:
    """ "How many does Ann have if she buys two?" of "If Ann buys two, how many does she have?": the name goes with the
    clause that comes first. None unless one name and one pronoun are all there is to tell apart."""
    first, last = text[verb].left, _last_of(text, verb)
    sub, main = text.tokens[first : last + 1], text.tokens[last + 2 : end + 1]
    subject = text.first(verb, "nsubj", "nsubjpass")
    said = [t for t in main if t.tag in ("PRP", "PRP$") and t.lower not in ("i", "you", "we", "my", "your", "our")]
    if subject is None or not said or any(t.lower not in _HE_OR_SHE for t in said):
        return None
    if any(t.tag in ("NNP", "NNPS") and t.index != subject for t in (*sub, *main)) or text[subject].tag != "NNP":
        return None
    known = text[subject].entity in ("PERSON", "") or text[subject].text in GIVEN
    if text[subject].left != text[subject].right or not known:
        return None
    she = said[0].lower in ("she", "her", "hers")
    others = [t for t in sub if t.tag in ("PRP", "PRP$")]
    if any((t.lower in ("she", "her", "hers")) != she for t in said) or any(t.lower in ("they", "it") for t in others):
        return None
    if any(t.tag in ("NN", "NNS") and is_person(text, t.index) for t in (*sub, *main)):
        return None
    name, pronoun = text[subject].text, "she" if she else "he"
    new = f"{name}'s" if said[0].tag == "PRP$" else name
    before = text.said(last + 2, said[0].index - 1) if said[0].index > last + 2 else ""
    opening = inner(text, first, subject - 1)
    if opening is None:
        return None
    moved = joined(before, new, text.said(said[0].index + 1, end), opening, pronoun, text.said(subject + 1, last))
    return like(moved + text.text[text[end].end :], text)


def told_last(text: Analysis) -> str | None:
    """ "My card is lost, I think." of "I think my card is lost.", "How it works, I don't know."; None for others."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range[0] != 0 or root.index != clause.verb:
        return None
    told = text.first(root.index, "ccomp")
    if told is None or told < root.index or any(text[i].dep in ("conj", "dobj", "dative") for i in root.children):
        return None
    end = text.end
    start = text[told].left
    if (
        [t.text for t in text.tokens].count(",") > 1
        or text[told].right != end
        or start != root.index + 1
        or any(t.text in (",", "'s") for t in text.tokens[:start])
    ):
        return None
    opening = text[start]
    if any(text.first(i, *SUBJECTS) is None for i in text.dependents(told, "conj")):
        return None  # "She did not know why he left but found out": who found out?
    asks = opening.tag in ("WRB", "WP") or opening.lower == "whether"
    if not asks and (root.lemma not in _TELLING or clause.negation is not None or clause.auxiliaries):
        return None
    if not asks and clause.tense == "past" and root.lemma not in _REPORTING:
        return None  # "I thought it had no fee": the tense is the telling's
    if asks and (root.lemma not in ("know", "understand", "remember", "see") or clause.negation is None):
        return None
    if opening.lower == "that" and opening.dep == "mark":
        start += 1
    inside = clause_at(text, told)
    if inside is None or inside.is_inverted or inner(text, 0, root.index) is None:
        return None
    if not asks and any(t.tag in ("PRP", "PRP$") and t.lower in THIRD for t in text.tokens[start : end + 1]) and (
        text[clause.subject].lower not in ("i", "we")
    ):  # fmt: skip
        return None
    return like(f"{text.said(start, end)}, {inner(text, 0, root.index)}{text.text[text[end].end :]}", text)


def asked_first(text: Analysis) -> str | None:
    """ "Can you help? My payment failed." of "My payment failed, can you help?"; None for other sentences."""
    halves = statement_and_question(text)
    if halves is None:
        return None
    stated, asked = halves
    return None if leans_back(analyse(asked)) else f"{raised(asked)} {raised(stated)}."


def _subordinate_first(text: Analysis, first: int, end: int) -> str | None:
    root, before = text.root, first - 1
    if root is None or any(text[i].dep in ("conj", "ccomp") and i < first for i in root.children):
        return None
    if root.lemma in _INTENDING and text.first(root.index, "xcomp") is not None:
        return None
    if text[before].text == ",":
        before -= 1
    if end - first > _TOP_HEAVY * (before + 1):
        return None
    if text[before].lower in _NOT_BEFORE or (text[first].lower in ("before", "until") and root.lemma == "take"):
        return None
    if text[first].lower in ("while", "whereas") and any(t.lower in UNLIKE for t in text.tokens[first:]):
        return None
    if text[first].lower == "if" and any(t.lemma in _WHETHER for t in text.tokens[:first]):
        return None
    if text[first].lower == "when" and (root.tag == "VBG" or (text.text.endswith(".") and _goes_on(text, first))):
        return None  # "She was leaving when she saw him": what happened then comes last
    if text[0].pos in ("INTJ", "CCONJ") or (text[0].lower in ("how", "what") and text[1].lower in ("come", "if")):
        return None
    if any(t.text == "," and text[t.head].pos not in ("NOUN", "PROPN") for t in text.tokens[: first - 1]):
        return None
    if any(t.lower in ("this", "that") and t.dep in ("nsubj", "attr", "dobj") for t in text.tokens[: before + 1]):
        return None
    plain = None if _refers_anew(text, first, end, before) else moved_first(text, first, end, before)
    return plain or clauses_turned(text, (first, end), (0, before), comma=True)


def _goes_on(text: Analysis, end: int) -> bool:
    """Whether something is going on, or has just been done, in what comes before a token."""
    early = text.tokens[:end]
    going = any(
        t.lower.endswith("ing") and any(b.lemma == "be" for b in text.tokens[max(0, t.index - 3) : t.index])
        for t in early
    )
    return going or any(t.lower in ("just", "barely", "hardly", "about") for t in early)


def _refers_anew(text: Analysis, first: int, end: int, before: int) -> bool:
    """Whether a pronoun of the subordinate clause could be read as somebody else when that clause stands first."""
    said = {t.lower for t in text.tokens[first : end + 1] if t.tag in ("PRP", "PRP$")}
    said &= {"he", "she", "it", "they", "him", "her", "them", "his", "its", "their"}
    nouns = [t for t in text.tokens[: before + 1] if t.tag.startswith("NN") and t.dep != "compound"]
    if said == {pronoun_of(text[0].text)} and not any(t.tag == "NNP" or is_person(text, t.index) for t in nouns[1:]):
        return False  # "Before she left, Ann ate."
    things = [t for t in nouns if t.tag == "NNP" or t.entity not in NOT_THINGS]
    return bool(said) and len(things) > 1


def _subordinator(text: Analysis, verb: int) -> str | None:
    """The word that a subordinate clause begins with; None if it is none that the clause may move with."""
    first = text[text[verb].left]
    if first.lower in ("even", "as", "ever"):
        second = text[first.index + 1].lower
        if (first.lower, second) in (("even", "if"), ("even", "though"), ("ever", "since")):
            return second
        return "soon" if first.lower == "as" and second in ("soon", "long") else None
    if first.lower == "so":
        return "so that" if text[first.index + 1].lower == "that" and first.index > 0 else None
    own = first.index < first.head <= text[verb].right
    return first.lower if first.lower in _SUBORDINATORS and own else None
