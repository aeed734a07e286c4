"""Operators on the order and the layout of a prompt: formats, options, demonstrations, messages.

Labels follow numbering and order by `label_map`. Importing this package registers them.
"""

from llmrobust.perturb.layout import chat, format, format_walks, order, tools  # noqa: F401  (they register)
