"""Perturbations that a model writes once, that guards check, that people review, and that git keeps.

`make.generate` asks a model for variants of a suite's instruction or inputs, within a budget and without asking
anything twice; the guards score each of them. `review` holds what a person sees and decides.
"""
