"""The review as one page that works from a file: nothing is loaded, nothing is sent, decisions are saved as a file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from llmrobust.generate.review.screen import by_way_of, pieces_of
from llmrobust.operators.frozen_variants import FrozenFile, FrozenVariant, text_hash


def review_page(file: FrozenFile, reviewer: str, date: str) -> str:
    """The page with every variant of the file. reviewer, date: what its decisions are signed with."""
    data = {
        "suite": file.suite,
        "reviewer": reviewer,
        "date": date,
        "variants": [_shown(one, reviewer) for one in file.variants],
    }
    page = _page()
    hashes = [_hash(found) for found in re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.S)]
    policy = f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'"
    held = json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")
    return page.replace("POLICY", policy, 1).replace("DATA", held, 1)


def _shown(one: FrozenVariant, reviewer: str) -> dict[str, Any]:
    return {
        "target": one.target,
        "example": one.example,
        "name": one.name,
        "of": text_hash(one.text)[:16],
        "kind": one.kind,
        "by": one.generator.model if one.generator else "",
        "original": one.original,
        "text": one.text,
        "pieces": pieces_of(one),
        "relation": one.relation,
        "expected": one.expected or "",
        "rationale": one.rationale,
        "pivot": by_way_of(one),
        "guards": [[name, score.verdict, score.score, score.why] for name, score in one.guards.items()],
        "decision": one.decisions.get(reviewer, ""),
    }


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _page() -> str:
    return files("llmrobust.generate.review").joinpath("page.html").read_text(encoding="utf-8")
