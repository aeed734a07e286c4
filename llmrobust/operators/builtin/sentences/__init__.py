"""Operators on whole sentences: syntax, style, register, dialect, discourse.

An operator that cannot rewrite a sentence into good English says not applicable.
"""
