"""Programs of partners: the keys by which they use the API, and webhooks by which they hear what happened."""
