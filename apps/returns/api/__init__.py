"""Return requests through the API, for buyers."""
