"""Invoices and credit notes of an order by REST."""
