"""Operators on how a text is written: characters, typing errors, punctuation, white space, letter case.

The words stay the same words for a human reader.
"""
