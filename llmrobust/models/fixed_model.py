"""`fixed:FILE`: a model that answers by a recipe of `llmrobust fix`, over the model that the file names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from llmrobust.errors import MethodError, ModelError
from llmrobust.methods.recipe import Recipe, read_recipe
from llmrobust.models.protocol import Model, ModelInfo
from llmrobust.request import Reply, Request


class FixedModel:
    """`fixed:FILE` or `fixed:FILE?llm=SPEC`. Prompts in other templates than the recipe's are passed on as they are."""

    def __init__(self, spec: str, parse: Callable[[Sequence[str]], Model]):
        """parse: from specs to the model underneath. Raises ModelError for a file that is no recipe."""
        self.spec = spec
        name, _, other = spec.partition(":")[2].partition("?llm=")
        path = Path(name)
        try:
            self.recipe: Recipe = read_recipe(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
        except MethodError as error:
            raise ModelError(f"{path}: {error}") from None
        specs = (other,) if other else self.recipe.llm
        if not specs or any(one.startswith("fixed:") for one in specs):
            raise ModelError(f"{path}: names no model that could answer; give one: {spec.partition('?')[0]}?llm=SPEC")
        self._model = parse(specs)
        self._info: ModelInfo | None = None

    async def open(self) -> ModelInfo:
        """As the model underneath; its fingerprint and the recipe's make the fingerprint."""
        info = await self._model.open()
        digest = hashlib.sha256(replace(self.recipe, measured={}, llm=()).text().encode()).hexdigest()[:16]
        details = {**info.details, "fixed": self.recipe.about, "fixed_model": info.spec}
        self._info = info
        return replace(
            info,
            spec=self.spec,
            fingerprint=f"{info.fingerprint}+fixed:{digest}",
            details=MappingProxyType(details),
            trusted_fingerprint=f"{info.trusted_fingerprint}+fixed:{digest}" if info.trusted_fingerprint else "",
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request, made of as many as the recipe has templates."""
        assert self._info is not None
        course = self.recipe.answering(batch)
        sent, replies = next(course), []
        for start in range(0, len(sent), self._info.max_batch):
            replies += await self._model.answer(sent[start : start + self._info.max_batch])
        try:
            course.send(replies)
        except StopIteration as done:
            found: list[Reply] = done.value
            return found
        raise AssertionError("a recipe asks once")

    async def close(self) -> None:
        """Close the model underneath."""
        await self._model.close()
