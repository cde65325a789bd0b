"""Stripe collects invoices: by a saved payment method, else on its page. Why so: docs/decisions/0081."""
