"""Text for people: word diffs, edit scripts, escaping of foreign text, phrases, colours, whole-file writes.

Knows nothing of suites, prompts or models, and imports nothing of llmrobust but its errors.
"""
