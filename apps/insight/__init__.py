"""Figures of the platform's business: revenue, trials, sales and use of all stores, by days."""
