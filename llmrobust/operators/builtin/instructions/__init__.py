"""Operators on the instruction alone: its wording, tone, place and language.

Answer labels and placeholders in it stay.
"""
