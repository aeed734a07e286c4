"""Analyses the sentences of many prompts at a time, before operators ask for them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llmrobust.english import analyse_all
from llmrobust.operators.editing.text_edits import editable, sentences
from llmrobust.prompt.spans import Prompt

LONGEST = 60
"""Words of the longest sentence that is analysed: beyond, parses are seldom right."""


def analyse_sentences(prompts: Iterable[Prompt], targets: Sequence[str]) -> None:
    """Analyse every sentence of the spans that operators with these targets may edit."""
    texts = (prompt.span(place).text for prompt in prompts for place in editable(prompt, targets))
    parts = (part.strip() for text in texts for part in sentences(text))
    analyse_all(part for part in parts if part and part.isprintable() and len(part.split()) <= LONGEST)
