"""`make run` and `make test`: what they start, show and stop. Plain Python; only `prepare` loads Django."""
