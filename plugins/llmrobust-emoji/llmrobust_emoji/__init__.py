"""Emoji for llmrobust: an operator, a metric, a check and a model backend, one module each."""
