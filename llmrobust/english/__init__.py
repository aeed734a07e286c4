"""English, analysed: tokens with lemma, tag, dependency and entity type, sentences, noun phrases, and inflection.

`analyse` reads a text once and remembers it; `analyse_all` reads many at a time, which is faster, and finds on a shelf
(`keep_analyses`) what earlier runs have read. spaCy, its pipeline
and lemminflect are imported when the first text is read, and come with the extra `llmrobust[english]`.
"""

from llmrobust.english.analysis import Analysis, Token
from llmrobust.english.inflection import form_of, inflected
from llmrobust.english.pipeline import INSTALL, Shelf, analyse, analyse_all, identity, keep_analyses, missing

__all__ = [
    "INSTALL",
    "Analysis",
    "Shelf",
    "Token",
    "analyse",
    "analyse_all",
    "form_of",
    "identity",
    "inflected",
    "keep_analyses",
    "missing",
]
