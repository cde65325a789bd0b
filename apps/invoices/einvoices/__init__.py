"""E-invoices of India: a document as the government's portal (IRP) takes it."""
