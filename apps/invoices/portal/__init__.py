"""India's portal of e-invoices (IRP) behind an interface: `base.py` has its verbs, `nic.py` the API of NIC."""
