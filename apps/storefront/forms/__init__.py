"""What visitors may send, and how it is checked."""
