"""`llmrobust watch`: suites run again when a file that they depend on is saved, in a process that keeps models loaded.

`files` notices what was saved, `warm` runs suites again, `screen` says what that changed, and `loop` ties them to keys.
"""
