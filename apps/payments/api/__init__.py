"""Paying by REST: the next step, how it stands, and the test bank."""
