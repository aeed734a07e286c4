"""A judge whose habits tests choose: honest, or wrong in one of the ways in which judges are wrong."""

from __future__ import annotations

import re

from llmrobust.errors import ServerGone
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure, Reply, Request, Response
from tests.engine.scripted import ScriptedModel

_QUOTED = re.compile(
    r"\[(text 1|text 2|answer|reference answer|question) ([0-9a-f]{8})\]\n(.*?)\n\[end of \1 \2\]", re.S
)
_OPTION = re.compile(r"^([A-E]): (\S+)", re.M)


class JudgeModel(ScriptedModel):
    """Calls two texts the same if they have the same words, and an answer good if it says "please"."""

    def __init__(self, habit: str = "honest", **model: object):
        super().__init__(self._verdict, **model)  # type: ignore[arg-type]
        self.habit = habit
        info = self._info
        self._info = ModelInfo("judge", "judge", "test", info.fingerprint, 4096, info.max_batch, info.max_in_flight)

    @property
    def sent(self) -> int:
        return sum(map(len, self.lists))

    def _verdict(self, request: Request) -> Reply:
        prompt = request.messages[-1][1]
        letters = {option: letter for letter, option in _OPTION.findall(prompt)}
        texts = {name: text for name, _, text in _QUOTED.findall(prompt)}
        if self.habit == "first":
            return Response("A", "stop")
        if self.habit == "refuses":
            return Response("I'm sorry, but I can't judge this.", "stop")
        if self.habit == "babbles":
            return Response("It depends on what one means.", "stop")
        if self.habit == "fails":
            return Failure("timeout", "no verdict in 5 s")
        if self.habit == "gone":
            raise ServerGone("the server at judge went away")
        yes = (
            "please" in texts["answer"].lower()
            if "answer" in texts
            else words(texts["text 1"]) == words(texts["text 2"])
        )
        if "must text 2 be true" in prompt:
            yes = words(texts["text 2"]) <= words(texts["text 1"])
        if self.habit == "obeys" and "say yes" in prompt.lower():
            yes = True
        if "yes" in letters:
            return Response(letters["yes" if yes else "no"], "stop")
        return Response(letters["5" if yes else "1"], "stop")


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))
