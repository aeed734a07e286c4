"""The built-in operators, one package a kind: what each edits is the name of its package."""
