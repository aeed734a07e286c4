"""The pages that list all operators and metrics, and sample variants for them."""
