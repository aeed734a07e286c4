"""Operators that follow published code to the letter, even where it breaks English, and variants that others made.

Clean counterparts are in the other families.
"""
