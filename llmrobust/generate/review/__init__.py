"""What a person sees of generated variants and decides on them: in the terminal, or on a page from a file."""
