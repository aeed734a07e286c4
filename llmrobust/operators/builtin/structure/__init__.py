"""Operators on the order and the layout of a prompt: formats, options, demonstrations, messages.

Labels follow numbering and order by `label_map`. Importing this package registers them.
"""

from llmrobust.operators.builtin.structure import (
    chat,
    format,
    format_neighbours,
    headings,
    list_layouts,
    order,
    passage_position,
    section_order,
    sent_tools,
    tools,
)
