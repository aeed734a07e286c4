"""A name and its pronoun changing places, so that the name still comes first when clauses do, on the parse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmrobust.english import Analysis, Token
from llmrobust.english.noun_phrases import inner, inner_word, like
from llmrobust.operators.builtin.sentences.person_phrases import GROUPS, PEOPLE, is_person
from llmrobust.operators.builtin.values.people import GIVEN, pronoun_of

_KIND = {
    **dict.fromkeys("he him his himself".split(), "he"),
    **dict.fromkeys("she her hers herself".split(), "she"),
    **dict.fromkeys("it its itself".split(), "it"),
    **dict.fromkeys("they them their theirs themselves".split(), "they"),
}
"""Pronouns of others, by the one that is the subject."""
_AS_OBJECT = {"he": "him", "she": "her", "it": "it", "they": "them"}
_CONTRACTED = {"'re": "are", "’re": "are", "'ve": "have", "’ve": "have", "'ll": "will", "’ll": "will"}
_NO_THING = ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL")
_PERSONAL = re.compile(r"(?:[^aeiou][eo]r|ist|ian|man|woman|ee)\Z")
_LIVING = PEOPLE | frozenset(
    "knight blacksmith minister clown cop human animal lion dog cat bear wolf chicken bird horse cow pig chimp "
    "chimpanzee monkey bull rat mouse fox witness suspect heir chief deputy recruit newbie victim enemy ally "
    "nurse genius student ghost monster robot alien pupil toddler infant adult teen teenager lad lady gentleman "
    "lord duke earl prince princess saint priest monk nun pope bishop general major colonel sergeant guard spy "
    "thug bully hero heroine villain peer applicant assistant defendant plaintiff attendant candidate delegate "
    "diplomat expert pirate clerk chairwoman host guide fellow rival".split()
)
"""Nouns for whoever may be "he" or "she", beside those that end like one."""
_SOME = GROUPS | frozenset("committee board staff government army council party public audience".split())
"""Nouns in the singular that "they" may stand for."""
_SPEAKERS = ("i", "we", "you")
_NOT_AGAIN = frozenset("no every each any few most all nobody none a an some many several another".split())
"""What a phrase that is named later does not begin with."""
_UNCHANGED = frozenset("deer sheep fish aircraft series species salmon trout moose shrimp".split())
"""Nouns whose plural is like their singular."""
_WEATHER = frozenset(
    "dark late early cold hot warm cool rainy raining snowing sunny windy foggy wet dry noisy quiet safe "
    "dangerous easy hard difficult clear possible impossible time necessary likely unlikely true over".split()
)


@dataclass(frozen=True, slots=True)
class Swap:
    """One phrase that all pronouns of a stretch stand for. head: its noun. pronouns: their tokens, in order."""

    head: int
    pronouns: tuple[int, ...]


def others_in(text: Analysis, first: int, last: int) -> list[Token]:
    """The pronouns between two tokens that stand for others than the speaker and the reader, without those of the
    weather and the situation."""
    found = [t for t in text.tokens[first : last + 1] if t.tag in ("PRP", "PRP$") and t.lower in _KIND]
    return [t for t in found if not is_situation(text, t.index)]


def is_situation(text: Analysis, index: int) -> bool:
    """Whether "it" stands for nothing that was named: "It was dark.", "It is hard to say."."""
    token = text[index]
    if token.lower != "it" or token.dep not in ("nsubj", "nsubjpass", "expl"):
        return False
    verb = text[token.head]
    told = {t.lower for t in text.tokens[index + 1 : index + 5]}
    return verb.lemma in ("rain", "snow", "hail") or (verb.lemma in ("be", "get", "become") and bool(told & _WEATHER))


def may_mean(text: Analysis, pronoun: Token, first: int, last: int) -> list[int]:
    """The nouns between two tokens that a pronoun may stand for: all but those that cannot be, and those that say what
    the subject is."""
    kind = _KIND[pronoun.lower]
    nouns = [
        t
        for t in text.tokens[first : last + 1]
        if t.tag in ("NN", "NNS", "NNP", "NNPS") and t.dep not in ("compound", "attr") and t.entity not in _NO_THING
    ]
    return [t.index for t in nouns if _fits(text, t, kind)]


def _fits(text: Analysis, noun: Token, kind: str) -> bool:
    named, name = noun.tag in ("NNP", "NNPS"), noun.lemma.lower()
    sex = pronoun_of(text[noun.left].text if named else noun.text) or (pronoun_of(noun.text) if named else None)
    if kind == "they":
        joined = noun.dep == "conj" or bool(text.dependents(noun.index, "conj"))
        several = noun.tag == "NNS" or joined or name in _SOME or name in _UNCHANGED
        return several or (named and noun.text not in GIVEN and text[noun.left].text not in GIVEN)
    if noun.tag == "NNS":
        return False
    if kind == "it":
        person = sex is not None if named else is_person(text, noun.index) and name not in _SOME
        return not person
    if named:
        sex = sex if noun.left == noun.index else None  # "Jean Claude"
        return sex in (None, kind) and not (noun.entity == "GPE" and noun.dep == "pobj")
    living = name in _LIVING or is_person(text, noun.index) or _PERSONAL.search(name) is not None
    return living and name not in _SOME


def swap_between(text: Analysis, stretch: tuple[int, int], named: tuple[int, int]) -> Swap | None:
    """The phrase of one stretch that every pronoun of another one must stand for; None where they stand for several,
    may stand for another one, or where there are none."""
    found: list[int] = []
    heads: set[int] = set()
    for pronoun in others_in(text, *stretch):
        beside = may_mean(text, pronoun, stretch[0], pronoun.index - 1)
        meant = may_mean(text, pronoun, *named)
        rivals = [t for t in others_in(text, *named) if _KIND[t.lower] == _KIND[pronoun.lower]]
        own = [t for t in rivals if len(meant) == 1 and t.index > meant[0]]
        if beside or len(meant) != 1 or len(own) != len(rivals):
            return None
        heads.add(meant[0])
        found.append(pronoun.index)
    if len(heads) != 1:
        return None
    head = heads.pop()
    subject = text[head].dep in ("nsubj", "nsubjpass")
    spoken = any(t.dep == "nsubj" and t.lower in _SPEAKERS for t in text.tokens[named[0] : named[1] + 1])
    return Swap(head, tuple(found)) if (subject or spoken) and _is_short(text, head, named) else None


def _is_short(text: Analysis, head: int, named: tuple[int, int]) -> bool:
    first, last = text[head].left, text[head].right
    inside = named[0] <= first and last <= named[1] and last - first < 8
    plain = not any(t.dep in ("relcl", "acl", "appos") or t.text == "," for t in text.within(head))
    others = any(t.tag in ("PRP", "PRP$") and t.lower in _KIND for t in text.within(head))
    plain = plain and text[first].lower not in _NOT_AGAIN and text[first].tag != "CD"
    return inside and plain and not others and text[head].dep not in ("conj", "poss")


def swapped(text: Analysis, swap: Swap) -> list[tuple[int, int, str]] | None:
    """The edits that put the phrase in the place of its first pronoun and a pronoun in its own; None where a case or a
    contraction does not allow it."""
    at, head = text[swap.pronouns[0]], text[swap.head]
    name = inner(text, head.left, head.right)
    kind = _KIND[at.lower]
    if name is None or at.lower.endswith(("self", "selves")) or (head.right > head.index and at.tag == "PRP$"):
        return None
    owned = f"{name}'" if name.endswith("s") else f"{name}'s"
    edits = [(at.index, at.index, owned if at.tag == "PRP$" else name)]
    follows = text[at.index + 1]
    if follows.lower.startswith(("'", "’")) and at.tag == "PRP":
        whole = _CONTRACTED.get(follows.lower) or _whole(text, follows)
        if whole is None:
            return None
        edits = [(at.index, follows.index, f"{name} {whole}")]
    subject = head.dep in ("nsubj", "nsubjpass")
    instead = kind if subject else _AS_OBJECT[kind]
    if text[head.right + 1].tag == "POS" or text[head.right + 1].lower in ("'s", "’s"):
        return None
    return [*edits, (head.left, head.right, instead)]


def _whole(text: Analysis, token: Token) -> str | None:
    """ "is" or "has" for "'s"; None where that cannot be told."""
    if token.lemma == "be":
        return "is"
    return "has" if token.lemma == "have" else None


def clauses_turned(
    text: Analysis, opening: tuple[int, int], second: tuple[int, int], *, comma: bool, link: str = ""
) -> str | None:
    """Two stretches of a sentence in this order, with a name in the one that comes first now and its pronoun in the
    other; None where a pronoun cannot be told from others. link: what stands between the two."""
    swap = swap_between(text, opening, second)
    edits = swapped(text, swap) if swap is not None else None
    if edits is None:
        return None
    first, last = (_with_edits(text, *stretch, edits) for stretch in (opening, second))
    if first is None or last is None:
        return None
    between = f"{',' if comma else ''} {link}".rstrip()
    return like(f"{first}{between} {last}{text.text[text[max(opening[1], second[1])].end :]}", text)


def leans_on(text: Analysis, stretch: tuple[int, int], named: tuple[int, int]) -> bool:
    """Whether a pronoun of one stretch may stand for what only the other one names."""
    subject = next((t.lower for t in text.tokens[named[0] : named[1] + 1] if t.dep in ("nsubj", "nsubjpass")), "")
    return any(
        may_mean(text, t, *named) or (_KIND.get(subject) not in (None, _KIND[t.lower]) and _rival(text, t, named))
        for t in others_in(text, *stretch)
    )


def _rival(text: Analysis, pronoun: Token, named: tuple[int, int]) -> bool:
    return any(_KIND[t.lower] == _KIND[pronoun.lower] for t in others_in(text, *named))


def _with_edits(text: Analysis, first: int, last: int, edits: list[tuple[int, int, str]]) -> str | None:
    """What stands between two tokens, with the edits that fall there, as it is written inside a sentence."""
    own = sorted(edit for edit in edits if first <= edit[0] <= last)
    if first == 0 and not any(edit[0] == 0 for edit in own):
        word = inner_word(text, 0)
        if word is None:
            return None
        own.insert(0, (0, 0, word))
    said, at = "", text[first].start
    for start, end, new in own:
        said += text.text[at : text[start].start] + new
        at = text[end].end
    return said + text.text[at : text[last].end]
