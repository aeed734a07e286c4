"""Models in this process: transformers, vLLM offline, and the bundled model."""
