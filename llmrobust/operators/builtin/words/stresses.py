"""Where a sentence can be stressed: qualities, manners, feelings and doings that have degrees and none given yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import negation_at
from llmrobust.operators.builtin.sentences.judged_sentences import JUDGING
from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.builtin.words.sentence_edits import Edit
from llmrobust.operators.lexicons import word_pairs

_QUALITIES = word_pairs(__package__, "stressed_adjectives")
_DOINGS = word_pairs(__package__, "stressed_verbs")
_SIZES = frozenset(
    "big small large long short tall heavy thin thick wide narrow old young high low cheap expensive tiny huge "
    "enormous gigantic deep shallow basic simple similar dry".split()
)
"""What tells the things of a problem apart: "the small box"."""
_MANNERS = frozenset(
    "quickly slowly easily badly well carefully quietly loudly closely widely rarely seldom often frequently strongly "
    "deeply heavily poorly warmly calmly softly happily sadly bravely brightly gently politely regularly sharply "
    "steeply hard poorly cleverly skilfully skillfully tightly firmly kindly nicely soon".split()
)
_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        "success": "great", "relief": "great", "honour": "great", "honor": "great", "pleasure": "real", "shame": "real",
        "delight": "real", "treat": "real", "joy": "real", "triumph": "real", "mess": "complete", "failure": "complete",
        "disaster": "complete", "bore": "complete", "waste": "complete", "masterpiece": "true", "gem": "real",
        "disappointment": "big", "pity": "great", "surprise": "big", "mistake": "big", "problem": "real",
    }
)  # fmt: skip
"""Nouns with degrees, each with an adjective that stresses it."""
_BARE_NOUNS = frozenset(
    "age water air school quality weather house food work luck terms faith interest reason order".split()
)
_NOT_BARE = frozenset("different similar old young big long short high good bad certain clear likely".split())
"""What with no article may be a kind of thing: "cold water", "old age"."""
_COPULAS = frozenset("be seem look feel become get grow sound remain stay appear taste smell".split())
_EVERY_WITH = frozenset("time other single now few bit sense way respect case effort chance reason right".split())
"""What "every" makes a phrase of its own with."""
_FIXED_AFTER = frozenset("enough as".split())
_TIED_NOUNS = frozenset(
    "deal dog drink brother sister story jump school coffee pizza many friend morning evening night afternoon turkey "
    "war breakdown wave chocolate dinner case luck news number amount faith idea".split()
)
"""What makes a fixed phrase with an adjective: "a hot dog", "a good deal"."""
_NEVER_BEFORE = frozenset("no any the even far much rather other or more less not n't".split())
_PERSONS = frozenset("i we you he she they who everyone everybody someone somebody".split())
_NOBODY = frozenset("nobody none no neither few little hardly scarcely".split())
"""Subjects of what hardly anybody does."""


def stresses(text: Analysis, *, counted: bool = False, repeated: frozenset[str] = frozenset()) -> Iterator[Edit]:
    """The edits that stress one thing each.

    counted: whether the text tells numbers, by which sizes and comparisons decide answers. repeated: words of the text,
    in small letters, that tell things apart, since they come twice.
    """
    plainly = "really" if any(t.lower in ("i", "we", "my") for t in text.tokens) else "very"
    for token in text.tokens:
        if token.lower in repeated or (counted and token.lower in _SIZES) or _is_conditional(text, token):
            continue
        for edit in (
            _quality(text, token, plainly), _manner(text, token), _too(text, token), _doing(text, token),
            _noun(text, token), _none(text, token), _denied(text, token), None if counted else _comparison(text, token),
        ):  # fmt: skip
            if edit is not None:
                yield edit
                break


def _is_conditional(text: Analysis, token: Token) -> bool:
    """Whether it is part of a condition, which a stress would narrow: "stop if it is damaged"."""
    at = token
    while at.head != at.index:
        if at.dep in ("advcl", "ccomp", "pcomp"):
            opening = (text[i] for i in at.children if text[i].dep in ("mark", "advmod") and i < at.index)
            if any(one.lower in _CONDITIONS for one in opening):
                return True
        at = text[at.head]
    return False


_CONDITIONS = frozenset("if unless when whenever whether until once case provided".split())


def _quality(text: Analysis, token: Token, plainly: str) -> Edit | None:
    """ "very strict" of "strict", after a form of be or the like, or between "a" and its noun."""
    adverb = _QUALITIES.get(token.lower)
    if adverb is None or token.tag not in ("JJ", "VBN", "VBG") or token.left != token.index or _is_held(text, token):
        return None
    new = plainly if adverb == "very" else adverb
    head = text[token.head]
    passive = token.tag == "VBN" and text[token.index - 1].dep == "auxpass" and adverb not in ("very", "really")
    if passive and negation_at(text, token.index) is None:
        return token.start, token.start, f"{adverb} "
    if new == "really" and text.dependents(token.index, "conj"):
        return None  # "really pretty and weightless"
    subject = text.first(head.index, "nsubj")
    if token.dep == "acomp" and subject is not None and text[subject].tag == "WP":
        return None  # "what is wrong"
    if token.dep == "acomp" and head.lemma in _COPULAS and negation_at(text, head.index) is None:
        return token.start, token.start, f"{new} "
    if token.dep != "amod" or token.tag != "JJ" or head.index <= token.index or head.lemma.lower() in _TIED_NOUNS:
        return None
    if any(i > token.index and i < head.index for i in head.children) or head.tag not in ("NN", "NNS"):
        return None
    before = text[token.index - 1] if token.index else None
    if before is not None and before.lower in ("a", "an") and before.head == head.index:
        first = "A" if before.text[:1].isupper() else "a"
        return before.start, token.end, f"{first}{article(new)[1:]} {new} {token.text}"
    bare = head.left == token.index and head.dep in ("dobj", "attr", "pobj") and head.lemma.lower() not in _BARE_NOUNS
    some = before is not None and before.lower == "some" and before.head == head.index
    own = before is not None and before.tag in ("PRP$", "POS") and token.lower in JUDGING
    plain = adverb != "really" and token.lower not in _NOT_BARE
    return (token.start, token.start, f"{new} ") if plain and (bare or some or own) else None


def _is_held(text: Analysis, token: Token) -> bool:
    """Whether a degree is given already, or words around it make a phrase: "good enough", "as good as"."""
    after = text[token.index + 1] if token.index + 1 < len(text) else None
    before = text[token.index - 1] if token.index else None
    if after is not None and (after.lower in _FIXED_AFTER or after.text == "-"):
        return True
    if before is None:
        return True
    measures = before.dep in ("advmod", "npadvmod", "quantmod", "neg", "nummod") or before.lower in ("as", "so", "how")
    return measures or before.text == "-" or before.tag in ("RB", "RBS", "RBR", "JJS", "JJ", "CC") or before.text == ","


def _manner(text: Analysis, token: Token) -> Edit | None:
    """ "very quickly" of "quickly"."""
    head = text[token.head]
    if token.lower not in _MANNERS or token.tag != "RB" or token.dep != "advmod" or token.left != token.index:
        return None
    if (
        head.pos != "VERB"
        or head.dep == "amod"
        or token.index == 0
        or _is_held(text, token)
        or negation_at(text, head.index) is not None
    ):
        return None
    if token.lower in ("hard", "well", "soon") and token.index < head.index:
        return None
    ends = head.dep == "xcomp" and text[head.head].lemma in ("stop", "fail", "cease", "refuse")
    return None if ends else (token.start, token.start, "very ")


def _too(text: Analysis, token: Token) -> Edit | None:
    """ "far too shy" of "too shy"."""
    head = text[token.head]
    before = text[token.index - 1] if token.index else None
    if token.lower != "too" or token.dep != "advmod" or head.index != token.index + 1 or head.pos not in ("ADJ", "ADV"):
        return None
    if before is not None and (
        before.pos == "ADV" or before.dep in ("neg", "npadvmod") or before.lower in _NEVER_BEFORE
    ):
        return None
    denied = negation_at(text, head.head) is not None and head.dep in ("acomp", "advmod")
    return None if denied or before is None else (token.start, token.start, "far ")


def _doing(text: Analysis, token: Token) -> Edit | None:
    """ "flatly refused" of "refused", "tries hard to" of "tries to"."""
    if token.pos != "VERB" or negation_at(text, token.index) is not None or token.index == 0:
        return None
    before = text[token.index - 1]
    passive = token.tag == "VBN" and before.dep == "auxpass"
    if not passive and (token.tag not in ("VBD", "VBZ", "VBP") or text.first(token.index, "aux") is not None):
        return None
    subject = text.first(token.index, "nsubj", "nsubjpass")
    above = text[token.head] if token.dep == "conj" else token
    subject = text.first(above.index, "nsubj") if subject is None else subject
    if text.first(token.index, "advmod", "prt") is not None or subject is None or subject > token.index:
        return None
    after = text[token.index + 1] if token.index + 1 < len(text) else None
    if token.lemma == "try" and after is not None and after.lower == "to" and after.tag == "TO":
        return token.end, token.end, " hard"
    adverb = _DOINGS.get(token.lemma)
    if any(text[i].lower in _NOBODY for i in (subject, text[subject].left)):
        return None
    if token.lemma == "lack" and not text.text[:1].islower():
        return None  # no judgement
    if adverb in ("badly", "greatly") and text.first(token.index, "xcomp") is not None:
        return None  # "neglected to tell"
    if adverb is None or any(t.tag == "CD" or t.text == "%" for t in text.within(token.index)):
        return None
    if adverb == "really" and not _feels(text, subject):
        return None
    active = bool(text.dependents(token.index, "dobj", "xcomp", "ccomp"))
    return (token.start, token.start, f"{adverb} ") if passive or active else None


def _feels(text: Analysis, subject: int) -> bool:
    token = text[subject]
    small = text.text[:1].islower()
    return small or token.lower in _PERSONS or token.entity == "PERSON" or token.tag in ("NNP", "NNPS")


def _noun(text: Analysis, token: Token) -> Edit | None:
    """ "a great success" of "a success"."""
    adjective = _NOUNS.get(token.lower)
    before = text[token.index - 1] if token.index else None
    if (
        adjective is None
        or before is None
        or before.lower not in ("a", "an")
        or token.dep not in ("attr", "ROOT", "dobj")
    ):
        return None
    if before.head != token.index or negation_at(text, token.head) is not None:
        return None
    return before.start, before.end, f"{before.text[:1]} {adjective}"


def _none(text: Analysis, token: Token) -> Edit | None:
    """ "absolutely no electricity" of "no electricity", "absolutely nothing", "every single day"."""
    before = text[token.index - 1].lower if token.index else ""
    head = text[token.head]
    if token.lower == "no" and token.dep == "det" and head.dep in ("dobj", "attr") and head.tag in ("NN", "NNS"):
        plain = head.left == token.index and head.lemma.lower() not in ("matter", "doubt", "wonder", "longer", "end")
        return (token.start, token.start, "absolutely ") if plain else None
    if token.lower == "nothing" and token.dep in ("dobj", "attr") and before not in ("but", "almost", "or"):
        alone = token.left == token.index and text[min(token.index + 1, len(text) - 1)].lower != "but"
        return (token.start, token.start, "absolutely ") if alone else None
    if token.lower == "every" and token.dep == "det" and head.tag == "NN" and before not in ("almost", "nearly", "not"):
        plain = text[token.index + 1].lower not in _EVERY_WITH and before != "of"
        return (token.end, token.end, " single") if plain and text[token.index + 1].tag != "CD" else None
    stressed = token.index > 1 and text[token.index - 2].pos == "ADV"
    if token.lower in ("best", "worst") and token.tag == "JJS" and before == "the" and token.dep == "amod":
        if stressed:
            return None  # "easily the worst"
        return token.start, token.start, "very "
    return None


def _denied(text: Analysis, token: Token) -> Edit | None:
    """ "did not like her at all", "is not funny at all", "no money at all"."""
    if "at all" in text.text.lower() or text.text.endswith("?"):
        return None
    if token.dep == "acomp" and token.lower in _QUALITIES and token.right == token.index and token.tag == "JJ":
        denied = negation_at(text, token.head)
        plain = denied is not None and denied == token.index - 1 and text[token.head].lemma == "be"
        return (token.end, token.end, " at all") if plain and _pauses(text, token.index) else None
    denied = negation_at(text, token.index) if token.tag == "VB" and token.lemma in _DENIABLE else None
    thing = text.first(token.index, "dobj")
    last = token.index if thing is None else text[thing].right
    if denied is None or denied != token.index - 1 or text.dependents(token.index, "xcomp", "ccomp", "advmod"):
        return None
    if token.lemma == "help" and (thing is None or text.first(token.index, "aux") is not None):
        return None  # "cannot help but laugh"
    short = thing is None or (thing > token.index and last - token.index <= 3)
    return (text[last].end, text[last].end, " at all") if short and _pauses(text, last) else None


def _pauses(text: Analysis, index: int) -> bool:
    """Whether a clause or the sentence ends after a token."""
    after = text[index + 1] if index + 1 < len(text) else None
    return after is None or after.pos in ("PUNCT", "SCONJ", "CCONJ")


_DENIABLE = frozenset(
    "agree understand like enjoy help matter care mind appeal believe trust respect notice resemble recognize "
    "recognise appreciate approve object surprise interest".split()
)
"""Doings that a denial leaves nothing of."""


def _comparison(text: Analysis, token: Token) -> Edit | None:
    """ "much faster" of "faster", of what is compared or said of its subject."""
    before = text[token.index - 1] if token.index else None
    after = text[token.index + 1] if token.index + 1 < len(text) else None
    if token.tag not in ("JJR", "RBR") or before is None or after is None or token.left != token.index:
        return None
    if (
        before.lower in _NEVER_BEFORE
        or before.pos in ("NUM", "ADV")
        or (before.tag in ("NNS", "NN") and before.lower != "lot")
    ):
        return None
    if before.lower == "lot" and text[token.index - 2].lower == "a":
        return before.start, before.start, "whole "
    compares = any(t.lower == "than" for t in text.tokens[token.index :])
    if token.lower in ("more", "less", "fewer", "later", "earlier", "older", "younger"):
        said = text[token.head]
        joined = token.dep == "advmod" and said.index == token.index + 1 and said.pos in ("ADJ", "ADV")
        if token.lower == "more" and token.dep == "amod" and said.tag == "NNS" and said.index == token.index + 1:
            return token.start, token.start, "many "
        if token.lower not in ("more", "less") or not (joined or (after.tag == "NN" and compares)):
            return None
    elif token.dep != "acomp" and not (compares and token.dep in ("advmod", "amod")):
        return None
    verb = text[token.head] if token.dep in ("acomp", "advmod") else text[text[token.head].head]
    verb = text[verb.head] if verb.pos == "ADJ" else verb
    return None if negation_at(text, verb.index) is not None else (token.start, token.start, "much ")
