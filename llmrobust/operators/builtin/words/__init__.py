"""Operators on single words: spelling, sound, synonyms, contractions, word forms.

The lexicons are written for this project; each says how it was made.
"""
