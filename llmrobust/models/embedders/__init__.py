"""Models that give vectors of texts: a server's `/v1/embeddings`, or a model in this process."""

from llmrobust.models.embedders.specs import FORMS, TextEmbedder, check_embedder_spec, open_embedder

__all__ = ["FORMS", "TextEmbedder", "check_embedder_spec", "open_embedder"]
