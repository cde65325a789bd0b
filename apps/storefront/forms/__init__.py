"""Forms of the shop and their validation."""
