"""A model for benchmarks: `started:http://HOST:PORT/v1`, a server that is up, called as one of `vllm:FOLDER` is."""

from __future__ import annotations

import os
from pathlib import Path

from llmrobust.models.http.chat_rendering import server_renders
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.models.local.chat_template import ChatTemplate

FOLDER_VARIABLE = "STARTED_FOLDER"
"""The environment variable with the model's folder."""


class Started(OpenAiModel):
    """The model at an address, whose folder the environment names."""

    def __init__(self, spec: str):
        template = None if server_renders() else ChatTemplate.of_folder(Path(os.environ[FOLDER_VARIABLE]))
        super().__init__(spec.partition(":")[2], is_ours=True, template=template)
        self.spec = spec
