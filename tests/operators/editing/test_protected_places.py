"""What no operator may touch is found in prompts that were marked by hand, and left alone by every operator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmrobust.operators.editing.protected_places import no_input, protected_places
from llmrobust.prompt.spans import Prompt
from tests.operators.prompts import rendered

MARKED = re.split(r"^=== ", (Path(__file__).parent / "marked_prompts.txt").read_text(encoding="utf-8"), flags=re.M)[1:]


def cases() -> list[tuple[str, str, str]]:
    return [(*head.split(" ", 1), body.removesuffix("\n")) for head, body in (one.split("\n", 1) for one in MARKED)]  # type: ignore[misc]


def prompt_of(kind: str, text: str) -> Prompt:
    if kind == "own":
        return rendered("{% raw %}" + text + "{% endraw %}\n\nInput: {{ t }}", {"t": "word"})
    return rendered("Input: {{ t }}\nAnswer:\n", {"t": text})


@pytest.mark.parametrize(("kind", "name", "marked"), cases(), ids=lambda part: part if len(part) < 30 else "")
def test_everything_marked_by_hand_is_protected(kind: str, name: str, marked: str) -> None:
    prompt = prompt_of(kind, marked.replace("⟦", "").replace("⟧", ""))
    whole = prompt.messages[0].text
    lead = 0 if kind == "own" else len("Input: ")
    covered = {at for one in protected_places(prompt) for at in range(one.start, one.end)}
    at, missed = lead, []
    for piece in re.split(r"(⟦.*?⟧)", marked, flags=re.S):
        text = piece.strip("⟦⟧")
        if piece.startswith("⟦") and not covered.issuperset(range(at, at + len(text))):
            missed.append(text)
        at += len(text)
    assert not missed, protected_places(prompt)
    assert whole[lead:at] == marked.replace("⟦", "").replace("⟧", "")


@pytest.mark.parametrize(
    "text",
    [
        "He paid $5 and $6, e.g. for the word(s) on the U.S. map, and/or he left.",
        "It's John's; we said 'fine' - a man of the world. True, nobody came. None of them did.",
        "The score was well known, i.e. the T-shirt of Dr. Smith sold well.",
    ],
)
def test_prose_is_free(text: str) -> None:
    prompt = rendered("Input: {{ t }}\nAnswer:\n", {"t": text})
    assert [one.text for one in protected_places(prompt) if one.why != "number"] == []


def test_options_and_demonstrations_are_no_input() -> None:
    template = (
        "{% for s in shots %}{% example %}Q: {{ s }}{% endexample %}\n{% endfor %}Q: {{ q }}\n{{ o | choices }}\nA:\n"
    )
    prompt = rendered(template, {"shots": ["one", "two"], "q": "three", "o": ["red", "blue"]})
    assert no_input(prompt) == {"demonstrations": 2, "options": 2}
