"""Stripe: Payment Intents with strong customer authentication. Card data goes from the buyer's browser to Stripe."""
