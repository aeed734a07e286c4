"""What is found in a text by looking at its letters: how often each feature occurs, 0 where it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from llmrobust.fit.typing_errors import misspellings, typing_errors, word_counts
from llmrobust.operators.builtin.context.additions import OPENERS
from llmrobust.operators.builtin.sentences.singlish_particles import PARTICLES
from llmrobust.operators.builtin.words.british_american import TO_AMERICAN
from llmrobust.operators.builtin.words.contractions import CHAT, CHAT_UNSAFE
from llmrobust.operators.builtin.words.homophones import HOMOPHONES
from llmrobust.operators.builtin.words.hypernyms_and_idioms import FILLERS
from llmrobust.operators.editing.random_edits import word_spots

RARER = 40.0
"""How many times rarer a word is than one that sounds like it, for it to be taken for a mistake."""
GREETINGS = ("Hi.", "Hello.", "Hi there.", "Hello there.", "Good morning.", "Good afternoon.", "Hey.", "Hi team.")
"""Sentences that messages begin with; written for llmrobust."""
THANKS = ("Thanks.", "Thank you.", "Thanks in advance.", "Many thanks.", "Thank you so much.", "Cheers.", "Regards.")
"""Sentences that messages end with; written for llmrobust."""
_FINAL = re.compile(r"[.!?;:,…。！？；：，、]+[\s\"'”’)]*\Z")
_DOUBLED = re.compile(r"(?<![.!?,;:])([.!?,;:])\1(?=\s|\Z)")
_SPACES = re.compile(r"(?<=\S)  +(?=\S)")
_GREETING = re.compile(
    r"\A\W*(?:hi|hey|hello|hiya|dear|good (?:morning|afternoon|evening|day)|greetings)\b", re.IGNORECASE
)
_THANKS = re.compile(
    r"\b(?:thanks|thank you|thankyou|thx|cheers|regards|best wishes)\b[^.!?\n]{0,30}[.!?\s]*\Z", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+|(?<![\w.])@\w{2,}")
_FILLER = re.compile(
    rf"(?:,\s*(?:{'|'.join(FILLERS)})\s*,)|\b(?:um+|uh+|erm)\b|\A(?:well|so|basically|actually),", re.IGNORECASE
)
_OPENER = re.compile("|".join(re.escape(one.rstrip(".?!")) for one in OPENERS), re.IGNORECASE)
_PARTICLE = re.compile(rf"\b(?:{'|'.join(PARTICLES)}|meh|hor)[\s.?!]*\Z", re.IGNORECASE)
_STATES = re.compile(
    r"\b(?:am|is|are|was|were|'m|'s|'re) (?:not )?(?:knowing|wanting|liking|needing|believing|understanding|having|"
    r"owning|hating|loving|seeing|hearing|remembering)\b",
    re.IGNORECASE,
)
_AINT = re.compile(r"\bain['’]?t\b", re.IGNORECASE)


def lower(text: str) -> int:
    """1 for letters without any capital."""
    return int(text == text.lower() and any(map(str.isalpha, text)))


def upper(text: str) -> int:
    """1 for a text of at least two words in capitals."""
    words = [text[a:b] for a, b in word_spots(text, least=2)]
    return int(len(words) > 1 and all(map(str.isupper, words)))


def small_start(text: str) -> int:
    """1 for a text that begins with a small letter and has a capital later."""
    first = next(filter(str.isalpha, text), "")
    return int(first.islower() and text != text.lower())


def shouted_words(text: str) -> int:
    """Words of at least four letters in capitals, in a text that is not all in capitals."""
    return 0 if upper(text) else sum(text[a:b].isupper() for a, b in word_spots(text, least=4))


def bare_end(text: str) -> int:
    """1 for a text that ends in no punctuation."""
    return int(bool(text.strip()) and _FINAL.search(text) is None)


def doubled_marks(text: str) -> int:
    """Marks written twice; three points are none."""
    return len(_DOUBLED.findall(text))


def wide_gaps(text: str) -> int:
    """Gaps of several spaces between words."""
    return len(_SPACES.findall(text))


def fillers(text: str) -> int:
    """Fillers of speech."""
    return len(_FILLER.findall(text))


def openers(text: str) -> int:
    """Openers of conversation that lead nowhere, those that the operator knows."""
    return len(_OPENER.findall(text))


def greeting(text: str) -> int:
    """1 for a text that begins with a greeting."""
    return int(_GREETING.match(text) is not None)


def thanks(text: str) -> int:
    """1 for a text that ends with thanks or regards."""
    return int(_THANKS.search(text) is not None)


def addresses(text: str) -> int:
    """Web addresses and @handles."""
    return len(_ADDRESS.findall(text))


def particles(text: str) -> int:
    """1 for a particle of Singaporean English at the end."""
    return int(_PARTICLE.search(text) is not None)


def progressive_states(text: str) -> int:
    """Progressive forms of verbs of state: "is knowing"."""
    return len(_STATES.findall(text))


def aint(text: str) -> int:
    """How often the text says ain't."""
    return len(_AINT.findall(text))


def chat_words(text: str) -> int:
    """Chat spellings such as pls and thx."""
    return len(_chat().findall(text))


def misspelled_words(text: str) -> int:
    """Words from the list of common misspellings."""
    return sum(word in misspellings() for word in _small_words(text))


def british_words(text: str) -> int:
    """Words in British spelling."""
    return sum(word in TO_AMERICAN for word in _small_words(text))


def homophones(text: str) -> int:
    """Words that are far rarer than one that sounds like them: "kneed" for "need"."""
    return sum(word in _rare_homophones() for word in _small_words(text))


def typos(kind: str) -> Callable[[str], int]:
    """The detector of one kind of typing error."""

    def found(text: str) -> int:
        return typing_errors(text)[kind]

    return found


def _small_words(text: str) -> list[str]:
    return [text[a:b].lower().replace("’", "'") for a, b in word_spots(text)]


@cache
def _chat() -> re.Pattern[str]:
    short = sorted({new for old, new in CHAT.items() if old not in CHAT_UNSAFE}, key=len, reverse=True)
    return re.compile(rf"(?<![\w'’@/.-])(?:{'|'.join(map(re.escape, short))})(?![\w'’@-])", re.IGNORECASE)


@cache
def _rare_homophones() -> frozenset[str]:
    counts = word_counts()
    found = set()
    for word, others in HOMOPHONES.items():
        for other in others:
            if " " not in other and counts.get(word.lower(), 0) > RARER * max(1, counts.get(other.lower(), 0)):
                found.add(other.lower())
    return frozenset(found)
