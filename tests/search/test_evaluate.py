"""Searches over a real suite, with an asker that answers by rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from llmrobust.engine import EngineStats
from llmrobust.errors import ModelError, OperatorError
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.search import RECIPES, Attack
from llmrobust.search.evaluate import Questions, attackable, attacked, formats_searched
from llmrobust.suitefile import Suite, load_suite

SUITE = """\
suite: reviews
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
  - {id: a, text: "It is good.", answer: positive}
  - {id: b, text: "It is superb and good.", answer: positive}
  - {id: c, text: "It is awful.", answer: negative}
  - {id: d, text: "It is boring.", answer: negative}
answer: {field: answer, choices: [positive, negative]}
"""


class Ruled:
    """An asker that answers a prompt's text by a rule, and counts lists."""

    def __init__(self, rule: Callable[[str], str | None]):
        self._rule = rule
        self.lists: list[int] = []

    def submit(self, requests: Sequence[Request]) -> None:
        self.lists.append(len(requests))

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        return [self._one(self._rule(request.messages[-1][1])) for request in requests]

    def _one(self, text: str | None) -> Reply:
        return Failure("timeout", "no answer in 5 s") if text is None else Response(text, "stop")

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        return list(self.replies(requests))

    def info(self) -> ModelInfo | None:
        return None

    def stats(self) -> EngineStats:
        return EngineStats()

    def close(self) -> None:
        return None


def by_sentiment(text: str) -> str:
    return "positive" if "good" in text else "negative"


def loaded(tmp_path: Path, text: str = SUITE) -> Suite:
    (tmp_path / "a.robust.yaml").write_text(text)
    return load_suite(tmp_path / "a.robust.yaml", tmp_path)


def test_an_attack_is_asked_in_whole_batches_and_finds_the_word(tmp_path: Path) -> None:
    asker = Ruled(lambda text: by_sentiment(text) if "review" in text else "positive")
    questions = Questions.of(loaded(tmp_path), asker)
    block = attackable(questions)
    found = attacked(questions, Attack(block.text, block.protected, RECIPES["deepwordbug"], 60))
    assert (found.clean.right, found.score.right) == (1.0, 0.5)
    assert [old for old, _ in found.words] == ["review"]
    assert "positive or negative" in found.text
    assert len(asker.lists) <= 10, "a batch holds every wording of a step over every example"
    assert max(asker.lists) >= 4 * 3


def test_without_gold_answers_the_models_own_answer_counts(tmp_path: Path) -> None:
    asker = Ruled(lambda text: by_sentiment(text) if "review" in text else "positive")
    suite = loaded(tmp_path, SUITE.replace("field: answer, ", "").replace(", answer: positive", ""))
    questions = Questions.of(suite, asker)
    assert questions.wanted == ("positive", "positive", "negative", "negative")
    block = attackable(questions)
    found = attacked(questions, Attack(block.text, block.protected, RECIPES["deepwordbug"], 60))
    assert found.score.right == 0.5


def test_the_best_and_the_worst_format_are_found(tmp_path: Path) -> None:
    def rule(text: str) -> str:
        return by_sentiment(text) if "REVIEW" not in text else "positive"

    asker = Ruled(rule)
    questions = Questions.of(loaded(tmp_path), asker)
    result = formats_searched(questions, 30, 400)
    assert (result.original, result.found.spread) == (1.0, 0.5)
    assert "case=upper" in result.names[result.found.worst]
    assert "REVIEW" in result.variants[result.found.worst].prompt.messages[0].text
    assert result.found.prompts <= 400


def test_a_prompt_without_an_answer_stops_the_search(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a prompt got no answer"):
        Questions.of(loaded(tmp_path), Ruled(lambda text: None if "awful" in text else "positive"))


def test_a_prompt_without_a_marked_instruction_cannot_be_attacked(tmp_path: Path) -> None:
    bare = SUITE.replace("{% instruction %}", "").replace("{% endinstruction %}", "")
    with pytest.raises(OperatorError, match="marks no instruction"):
        attackable(Questions.of(loaded(tmp_path, bare), Ruled(by_sentiment)))


def test_instructions_that_differ_cannot_be_attacked(tmp_path: Path) -> None:
    own = SUITE.replace("Decide whether the review", "Decide whether {{ text }}")
    with pytest.raises(OperatorError, match="examples have different instructions"):
        attackable(Questions.of(loaded(tmp_path, own), Ruled(by_sentiment)))
