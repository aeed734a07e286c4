"""Operators on what surrounds the question: irrelevant sentences, retrieved passages, missing input.

The question itself stays.
"""
