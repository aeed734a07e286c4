"""Searches for the worst wording and the best and worst format, within a stated budget of prompts.

A search is a generator that knows no model: it yields what it wants to know and is sent the scores, so that whole
batches go through the engine at once. What is found is written to a file that a person reviews, and that suites can
then run like any other set of variants. Searches are never averaged with random edits.
"""

from llmrobust.search.bandit import Arm, BanditFound, thompson
from llmrobust.search.greedy_attack import Attack, AttackFound, Score
from llmrobust.search.recipes import RECIPES, Recipe

__all__ = ["RECIPES", "Arm", "Attack", "AttackFound", "BanditFound", "Recipe", "Score", "thompson"]
