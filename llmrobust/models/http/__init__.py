"""Models behind an OpenAI-compatible server: client, payloads, prompt lists, label scores, replicas."""
