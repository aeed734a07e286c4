"""Reading what operators write: real prompts, variants of them to read one by one, and the rates of what was marked.

    python -m tools.reading show style word.swap      # prints variants, numbered, to be read
    python -m tools.reading mark style.casual 3=meaning 7=odd 9=english   # keeps the verdicts in read.tsv
    python -m tools.reading show context --language de    # the same of German prompts; zh: of Chinese ones
    python -m tools.reading rates                     # the shares that were bad, by operator and family
    python -m tools.reading unread                    # operators whose version nobody else has read

Which variants are shown depends on the operator's name, its output and the rows alone, so that `mark` marks what `show`
has shown. The rows are read from `--data` (or $LLMROBUST_DATA), a folder with gsm8k, banking77, fluke, promptbench,
natural-instructions, instruction-induction, noise-llm, prompts and rupbench as their authors publish them; they are
never copied into the repository.
"""
