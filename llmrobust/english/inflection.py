"""Forms of English words, by lemminflect's dictionary (and its rules for words that are not in there)."""

from __future__ import annotations

from functools import lru_cache

from llmrobust.english.analysis import Token

_IRREGULAR = {("get", "VBN"): "got", ("be", "VBD"): "was", ("prove", "VBN"): "proved", ("input", "VBD"): "input"}


@lru_cache(maxsize=20_000)
def inflected(lemma: str, tag: str) -> str:
    """The form of a lemma for a tag of the Penn Treebank: "sold" for ("sell", "VBD").

    Where a word has two forms, the American one that the dictionary names first.
    """
    if (lemma, tag) in _IRREGULAR:
        return _IRREGULAR[lemma, tag]
    if tag in ("VB", "VBP", "NN", "JJ"):
        return {"VBP": {"be": "are"}}.get(tag, {}).get(lemma, lemma)
    from lemminflect import getInflection

    found = getInflection(lemma, tag)
    return str(found[0]) if found else lemma


def form_of(token: Token, tag: str) -> str:
    """Another form of a word in a text. A regular past is its participle, whatever the pipeline takes for its lemma."""
    if tag in ("VBD", "VBN") and token.tag in ("VBD", "VBN") and token.lower.endswith("ed") and len(token.text) > 3:
        return token.lower
    return inflected(token.lemma, tag)


@lru_cache(maxsize=20_000)
def is_common_word(word: str) -> bool:
    """Whether a word in small letters is in the dictionary as a noun, verb, adjective or adverb, in whatever form."""
    from lemminflect import getAllLemmas

    return any(pos in ("NOUN", "VERB", "ADJ", "ADV") for pos in getAllLemmas(word))


@lru_cache(maxsize=20_000)
def is_verb(word: str) -> bool:
    """Whether a word in small letters is in the dictionary as a form of a verb."""
    from lemminflect import getAllLemmas

    return "VERB" in getAllLemmas(word)


@lru_cache(maxsize=20_000)
def is_base_verb(word: str) -> bool:
    """Whether a word in small letters is in the dictionary as the base form of a verb."""
    from lemminflect import getAllLemmas

    return word in getAllLemmas(word).get("VERB", ())
