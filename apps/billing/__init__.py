"""What merchants pay the platform: subscriptions, their invoices, reminders, suspension."""
