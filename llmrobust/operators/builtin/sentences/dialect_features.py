"""Features of varieties of English, each found in an analysed sentence as edits: (start, end, new text) by character.

Names and descriptions follow the Electronic World Atlas of Varieties of English (eWAVE).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from llmrobust.english import Analysis, Token, inflected
from llmrobust.english.clauses import SUBJECTS, Clause, clause_at, full_form, question, statement
from llmrobust.english.noun_phrases import raised
from llmrobust.operators.builtin.sentences.indian_features import INDIAN
from llmrobust.operators.builtin.sentences.questions import indirect
from llmrobust.operators.builtin.words.sentence_edits import Edit

Feature = Callable[[Analysis], Iterator[Edit]]
_ANY = {
    "any": "no",
    "anyone": "nobody",
    "anybody": "nobody",
    "anything": "nothing",
    "anywhere": "nowhere",
    "ever": "never",
}
_AINT = ("is", "are", "am", "has", "have")
_STATES = frozenset("know want like need think believe understand have love hate own see hear remember".split())
_UNITS = frozenset(
    "day week month year hour minute second night morning evening piece pound gallon dozen mile time person head "
    "kilo kilogram gram ounce liter litre yard foot inch meter metre bag box pack bottle can loaf share ticket".split()
)
_TIMES = frozenset("day week month year hour minute second".split())
_QUANTITIES = frozenset("few lot couple little bit number half third quarter total dozen hundred thousand".split())
_LONG = 5
"""Words after which no form of be is left alone at the end."""
_PHRASES = frozenset(
    (
        "in a row|as a result|as a rule|in a hurry|in a way|for a while|in a while|at a time|as a whole|"
        "at the end|in the end|in the long run|in the middle|on the whole|at the moment|by the way|"
        "all the time|as a matter of|for the time being|on the way|in the way|on the one hand|once a while|"
        "on the contrary|to the point|by the time|in the meantime|take a look|have a look|take the place|"
        "make a living|in a sense|at a loss|in the act|under the weather|under the rug|give a damn|on the go|"
        "on the spot|in the know|to a degree|to the fullest|in the light|as a consequence"
    ).split("|")
)
"""Fixed phrases that keep their article."""
_PART_WORDS = frozenset(
    "many some most all each few several half none any both much one either neither part rest".split()
)
"""What is of a whole that has an article."""
_HABITS = frozenset("always usually often daily".split())


def negative_concord(text: Analysis) -> Iterator[Edit]:
    """eWAVE 154, multiple negation: "She doesn't think nobody could dislike it."."""
    for negation in (t for t in text.tokens if t.dep == "neg" and t.lower in ("n't", "n’t", "not", "never")):
        verb = negation.head
        if text[verb].pos not in ("VERB", "AUX") or negation.index > text[verb].right:
            continue
        for token in text.tokens[negation.index + 1 : text[verb].right + 1]:
            if token.lower in _ANY and token.dep != "mark":
                yield token.start, token.end, _ANY[token.lower]
            elif (
                token.lower in ("a", "an")
                and text[token.head].dep in ("dobj", "attr")
                and text[token.head].head == verb
                and text[token.head].lower not in _QUANTITIES
            ):
                yield token.start, token.end, "no"
        thing = text.first(verb, "dobj")
        bare = thing is not None and text[thing].left == thing and text[thing].lower not in _ANY
        if thing is not None and bare and thing > verb and text[thing].tag in ("NNS", "NN"):
            yield text[thing].start, text[thing].start, "no "


def zero_copula(text: Analysis) -> Iterator[Edit]:
    """eWAVE 174 to 178, no form of be before a participle, an adjective, a noun or a place: "She leaving now."."""
    for clause in _clauses(text):
        finite = text[clause.finite]
        form = full_form(text, clause.finite)
        if form not in ("is", "are") or finite.lemma != "be" or clause.negation is not None:
            continue
        subject = text[clause.subject]
        if subject.dep in ("expl", "csubj", "csubjpass") or subject.lower in (
            "i",
            "it",
            "that",
            "this",
            "what",
            "which",
            "who",
            "there",
            "here",
        ):
            continue
        following = text[finite.index + 1] if finite.index + 1 < len(text) else None
        if following is None or following.pos == "PUNCT" or clause.is_inverted:
            continue
        if clause.finite != clause.verb and text[clause.verb].tag != "VBG":
            continue
        if _is_parallel(text, clause) or clause.subject_range[1] - clause.subject_range[0] >= _LONG:
            continue
        yield _without(text, finite)
    asked = question(text)
    if asked is None or asked.asking is None or asked.subject is None or text[asked.finite].lower not in ("is", "are"):
        return
    long = asked.verb == asked.finite and asked.subject[1] - asked.subject[0] >= _LONG
    if long or (asked.verb != asked.finite and text[asked.verb].tag == "VBG"):
        yield _without(text, text[asked.finite])


def _is_parallel(text: Analysis, clause: Clause) -> bool:
    """Whether another form of be is joined to a clause's own, so that one alone would go: "he is ten and is small"."""
    return any(
        text.first(i, *SUBJECTS) is None and (text[i].lemma == "be" or text.first(i, "auxpass") is not None)
        for i in text.dependents(clause.verb, "conj")
    )


def zero_copula_of_qualities(text: Analysis) -> Iterator[Edit]:
    """The same, but not before a noun, whose article would go too: "Draw a solid performance"."""
    nouns = {
        text[i].end for t in text.tokens if t.lemma == "be" for i in (t.index,) if text.first(i, "attr") is not None
    }
    for start, end, new in zero_copula(text):
        if end not in nouns:
            yield start, end, new


def aint(text: Analysis) -> Iterator[Edit]:
    """eWAVE 155 and 156, ain't for isn't, aren't, hasn't, haven't."""
    for negation in (t for t in text.tokens if t.dep == "neg" and t.lower in ("n't", "n’t", "not") and t.index):
        helper = text[negation.index - 1]
        if full_form(text, helper.index) not in _AINT or helper.pos != "AUX":
            continue
        if helper.lemma == "have" and helper.dep != "aux":
            continue
        lead = " " if helper.start and text.text[helper.start - 1] != " " else ""
        yield helper.start, negation.end, lead + ("Ain't" if helper.text[:1].isupper() else "ain't")


def third_person(text: Analysis) -> Iterator[Edit]:
    """eWAVE 170, no -s in the third person: "He need four eggs."."""
    for token in text.tokens:
        if token.tag != "VBZ" or token.lemma == "be" or token.text[:1] in "'’":
            continue
        if token.pos not in ("VERB", "AUX") or token.lemma == token.lower:
            continue
        # The pipeline takes "hop" for the base of "hopes".
        base = token.lemma if inflected(token.lemma, "VBZ") == token.lower else token.lower.removesuffix("s")
        denied = text[token.index + 1] if token.index + 1 < len(text) else None
        if token.lower == "does" and denied is not None and denied.lower == "not":
            yield token.start, denied.end, "Don't" if token.text[:1].isupper() else "don't"
            continue
        yield token.start, token.end, raised(base) if token.text[:1].isupper() else base


def third_person_of_verbs(text: Analysis) -> Iterator[Edit]:
    """The same of full verbs alone: not of has and does."""
    for start, end, new in third_person(text):
        if new.lower() not in ("have", "do", "don't"):
            yield start, end, new


def was_for_were(text: Analysis) -> Iterator[Edit]:
    """eWAVE 180, was/were generalisation: "They was late."."""
    for token in text.tokens:
        if token.lower == "were" and token.tag == "VBD" and not any(t.lower in ("if", "wish") for t in text.tokens):
            yield token.start, token.end, "Was" if token.text[0] == "W" else "was"


def habitual_be(text: Analysis) -> Iterator[Edit]:
    """eWAVE 90, invariant be for habits: "He be working every day."."""
    for clause in _clauses(text):
        verb = text[clause.verb]
        if clause.auxiliaries or clause.is_copular or verb.tag not in ("VBZ", "VBP") or clause.negation is not None:
            continue
        if verb.lemma in _STATES or clause.is_inverted or verb.lemma in ("cost", "weigh", "contain", "live"):
            continue
        habit = any(
            t.lower in _HABITS or (t.lower in ("every", "each") and text[t.head].dep in ("npadvmod", "pobj"))
            for t in text.tokens
            if t.lower in _HABITS or text[t.head].head == verb.index or text[text[t.head].head].head == verb.index
        )
        if habit:
            yield verb.start, verb.end, f"be {inflected(verb.lemma, 'VBG')}"


def existential_it(text: Analysis) -> Iterator[Edit]:
    """eWAVE 173, it's for there is and there are."""
    for token in text.tokens:
        if token.dep != "expl" or token.lower != "there" or token.index + 1 >= len(text):
            continue
        be = text[token.index + 1]
        if (
            be.lemma == "be"
            and be.index == token.head
            and full_form(text, be.index) in ("is", "are")
            and not text.dependents(be.index, "neg")
        ):
            yield token.start, be.end, "It's" if token.text[0] == "T" else "it's"


def completive_done(text: Analysis) -> Iterator[Edit]:
    """eWAVE 104, done for what is over: "I done lost my card."."""
    for clause in _clauses(text):
        finite = text[clause.finite]
        if finite.lemma != "have" or len(clause.auxiliaries) != 1 or clause.negation is not None or clause.is_inverted:
            continue
        if (
            text[clause.verb].tag not in ("VBN", "VBD")
            or text[clause.verb].lemma in ("be", "have")
            or finite.tag == "MD"
            or clause.verb != finite.index + 1
        ):
            continue
        lead = " " if text.text[finite.start - 1 : finite.start] != " " else ""
        yield finite.start, finite.end, f"{lead}done"


def uninverted(text: Analysis) -> Iterator[Edit]:
    """eWAVE 228 and 229, no inversion in questions with a question word: "Why my card was declined?"."""
    asked, said = question(text), indirect(text)
    if asked is None or said is None or asked.asking is None or asked.subject is None:
        return
    if text[asked.finite].lower == "do" and text[asked.verb].lemma == "do":
        return  # "What I do?" would ask for what is over
    counts = any(t.tag in ("NN", "NNS") for t in text.tokens[asked.asking[0] : asked.asking[1] + 1])
    if counts and asked.verb == asked.finite and text[asked.subject[1]].tag in ("NN", "NNS"):
        return  # "How many of the guests were fishermen?": the question is about the subject
    end = text[len(text) - 1]
    last = end.start if end.pos == "PUNCT" else end.end
    start = text[asked.start].start
    first = text[asked.start].text
    clause = f"{said.words[0]} {said.words[1]}"
    if asked.subject[1] - asked.subject[0] >= _LONG and clause.rpartition(" ")[2] in ("is", "are", "was", "were"):
        return  # "What the number of eggs that she has is?"
    if " ," in clause:
        return
    yield start, last, (raised(clause) if first[:1].isupper() else clause)


def them_for_those(text: Analysis) -> Iterator[Edit]:
    """eWAVE 68, them before a noun: "them shoes"."""
    for token in text.tokens:
        if token.lower == "those" and token.dep == "det" and token.index:
            yield token.start, token.end, "them"


def no_articles(text: Analysis) -> Iterator[Edit]:
    """eWAVE 62 and 63, no article where others have one; "a" of a rate ("ten trees a year") stays."""
    for token in text.tokens:
        if token.lower not in ("a", "an", "the") or token.dep != "det" or token.index + 1 >= len(text):
            continue
        following = text[token.index + 1]
        noun = text[token.head]
        if (
            following.pos in ("PUNCT", "NUM")
            or following.lower in _QUANTITIES
            or text.text[token.end : token.end + 1] != " "
        ):
            continue
        if token.lower != "the" and (noun.dep == "npadvmod" or _is_rate(text, token, noun)):
            continue
        if token.index and text[token.index - 1].pos in ("NOUN", "PROPN"):
            continue  # two nouns would run together: "built Rocky a robot"
        if _is_of_a_phrase(text, token) or _is_part_of(text, token):
            continue
        if following.tag in ("JJS", "RBS") or following.lower in ("same", "first", "last", "next", "other", "more"):
            continue
        new = raised(following.text) if token.text[:1].isupper() else following.text
        yield token.start, following.end, new


def focus_only(text: Analysis) -> Iterator[Edit]:
    """Only at the end for stress: "He came yesterday only."."""
    last = text[len(text) - 1]
    clause = statement(text)
    if clause is None or last.text != "." or len(text) < 4:
        return
    before = text[last.index - 1]
    if before.lower in ("here", "there", "now", "today", "yesterday"):
        yield before.end, before.end, " only"


def invariant_tag(text: Analysis) -> Iterator[Edit]:
    """eWAVE 165, one tag for all: "..., isn't it?" after what is said to be so."""
    clause = statement(text)
    last = text[len(text) - 1]
    if (
        clause is not None
        and last.text == "."
        and clause.negation is None
        and not any(t.lower in ("not", "never", "no") for t in text.tokens)
    ):
        yield last.start, last.end, ", isn't it?"


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        "negative_concord": negative_concord,
        "zero_copula": zero_copula,
        "aint": aint,
        "habitual_be": habitual_be,
        "third_person": third_person,
        "was_for_were": was_for_were,
        "existential_it": existential_it,
        "completive_done": completive_done,
        "them_for_those": them_for_those,
        "uninverted": uninverted,
        "no_articles": no_articles,
        **INDIAN,
        "focus_only": focus_only,
        "invariant_tag": invariant_tag,
    }
)
"""Every feature by the name that suites use for it."""


def _clauses(text: Analysis) -> Iterator[Clause]:
    for token in text.tokens:
        if token.pos in ("VERB", "AUX") and token.dep not in ("aux", "auxpass"):
            clause = clause_at(text, token.index)
            if clause is not None:
                yield clause


def _without(text: Analysis, token: Token) -> Edit:
    """The edit that takes a token away with the space before it."""
    start = token.start
    while start and text.text[start - 1] == " ":
        start -= 1
    return start, token.end, ""


def _is_of_a_phrase(text: Analysis, article: Token) -> bool:
    """Whether an article belongs to a fixed phrase: "in a row", "by the way"."""
    first = max(article.index - 1, 0)
    return any(text.said(first, min(first + n, len(text) - 1)).lower() in _PHRASES for n in (2, 3, 4))


def _is_part_of(text: Analysis, article: Token) -> bool:
    """Whether it follows "of" after a quantity: "many of the gems"."""
    if article.index < 2 or text[article.index - 1].lower != "of":
        return False
    of = text[article.index - 2]
    return of.tag == "CD" or of.lower in _PART_WORDS


def _is_rate(text: Analysis, article: Token, noun: Token) -> bool:
    """Whether "a" means per: after a number or a noun, before a unit."""
    before = text[article.index - 1] if article.index else None
    if before is not None and before.lower == "in" and noun.dep == "pobj" and noun.lemma.lower() in _TIMES:
        return True
    counted = before is not None and before.pos in ("NOUN", "NUM", "PROPN", "SYM", "ADV", "VERB")
    return counted and noun.lemma.lower() in _UNITS and noun.dep not in ("dobj", "nsubj", "pobj", "attr")
