"""The built-in operators, one package a kind: what each edits is the name of its package.

A module is imported, and registers its operators, when one of its family is asked for: all of them together take longer
than the rest of what a run needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "appraisal": ("sentences.appraisal",),
        "attack": ("instructions.attack",),
        "casing": ("surface.casing",),
        "character": ("surface.character",),
        "chat": ("structure.chat",),
        "composite": ("composite",),
        "context": ("context.additions", "context.irrelevant", "context.metadata_lines", "context.misleading"),
        "demonstrations": ("structure.order",),
        "dialect": ("sentences.dialect",),
        "discourse": ("sentences.discourse",),
        "entity": ("values.entity", "values.field_values"),
        "format": ("structure.format", "structure.format_neighbours"),
        "frozen": ("published.frozen",),
        "instruction": (
            "instructions.instruction_edits",
            "instructions.instruction_forms",
            "instructions.instruction_placement",
            "instructions.reminder",
        ),
        "kept": ("kept",),
        "layout": ("structure.headings", "structure.list_layouts"),
        "logic": ("logic.contrast",),
        "negation": ("logic.negation",),
        "noise": ("published.noise_llm",),
        "order": ("structure.order", "structure.passage_position", "structure.section_order"),
        "paraphrase": ("instructions.paraphrase",),
        "promptbench": ("published.promptbench",),
        "published": ("published.columns",),
        "punctuation": ("surface.punctuation",),
        "rag": ("context.rag",),
        "rup": ("published.rupbench",),
        "sanity": ("context.sanity",),
        "spelling": ("words.spelling",),
        "style": ("sentences.style",),
        "syntax": (
            "sentences.active",
            "sentences.clause_order",
            "sentences.clefts",
            "sentences.coordinating",
            "sentences.fronting",
            "sentences.it_clefts",
            "sentences.joining",
            "sentences.nominalising",
            "sentences.questions",
            "sentences.relatives",
            "sentences.role_swap",
            "sentences.voice",
        ),
        "tools": ("structure.sent_tools", "structure.tools"),
        "typo": ("surface.human_typos", "surface.typo"),
        "whitespace": ("surface.whitespace",),
        "word": ("words.contracting", "words.lexical", "words.word_noise"),
    }
)
MODULES: Mapping[str, list[str]] = MappingProxyType(
    {family: [f"{__name__}.{module}" for module in modules] for family, modules in _FAMILIES.items()}
)
"""By family the modules that register its operators."""
