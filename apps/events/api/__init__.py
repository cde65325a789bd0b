"""Requests that may be sent twice."""
