"""The platform's own endpoints, on the platform's host only. Names in bodies are camelCase here."""
