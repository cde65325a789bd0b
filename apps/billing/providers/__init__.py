"""Ways of billing a merchant, by their codes."""
