"""llmrobust: tests whether a prompt or a model still answers the same when the wording changes."""

__version__ = "0.1.0"
