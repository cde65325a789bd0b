"""Accounts of those who own stores, on the platform's host: signing up, opening stores, one page for all of them."""
