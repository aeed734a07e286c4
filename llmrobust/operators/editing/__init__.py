"""What operators have in common: which text may be edited, and how it is edited at places or at a rate."""
