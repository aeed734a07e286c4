"""Tables of characters that are taken for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmrobust.operators.lexicons import word_choices

OCR: Mapping[str, Sequence[str]] = word_choices(__package__, "ocr")
"""What text recognition confuses."""
LEET: Mapping[str, Sequence[str]] = word_choices(__package__, "leet")
"""What leetspeak writes."""
HOMOGLYPHS: Mapping[str, Sequence[str]] = word_choices(__package__, "homoglyphs")
"""Letters of other scripts with the same shape."""
