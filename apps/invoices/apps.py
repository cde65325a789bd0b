from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices and credit notes: numbers without gaps, rows that stay, PDF files, tax reports."""

    name = "apps.invoices"
    label = "invoices"
