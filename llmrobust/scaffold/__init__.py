"""What `llmrobust init` needs: reads existing prompts and data, and writes a suite that loads."""
