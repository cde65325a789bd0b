"""What holds the index and answers searches: `base.py` is the interface, each other module one kind of server."""
