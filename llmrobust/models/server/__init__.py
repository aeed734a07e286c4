"""A vLLM server of our own: started for a session, watched, and stopped with it."""
