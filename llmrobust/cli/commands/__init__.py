"""The commands of `llmrobust`, one module each."""
