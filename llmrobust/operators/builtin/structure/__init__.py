"""Operators on the order and the layout of a prompt: formats, options, demonstrations, messages.

Labels follow numbering and order by `label_map`.
"""
