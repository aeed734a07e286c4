"""Operators on names, places, numbers, dates and units; the gold answer follows the edit."""
