"""The REST interface of gift cards."""
