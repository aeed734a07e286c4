"""Operators on negation and logic, with the answer that must follow, and theories with a prover for them."""
