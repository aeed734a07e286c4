"""What `llmrobust init` needs: reads prompts and data as they are found, and writes a suite that loads."""
