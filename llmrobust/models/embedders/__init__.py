"""Models that give vectors of texts: a server's `/v1/embeddings`, or a model in this process."""

from llmrobust.models.embedders.embedder_specs import FORMS, check_embedder_spec, open_embedder
from llmrobust.models.embedders.text_embedder import TextEmbedder

__all__ = ["FORMS", "TextEmbedder", "check_embedder_spec", "open_embedder"]
