"""Models that answer requests: behind HTTP, in a vLLM server of our own, or in this process.

`parse_spec` turns what a person writes (`tiny`, `hf:...`, `vllm:...`, `http://.../v1`) into a `Model`; nothing heavy is
imported before it is opened. Every backend scores labels by the same rule, so that their numbers can be compared.
"""

from llmrobust.models.protocol import Model, ModelInfo
from llmrobust.models.specs import parse_spec, parse_specs

__all__ = ["Model", "ModelInfo", "parse_spec", "parse_specs"]
