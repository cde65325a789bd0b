"""The pages of accounts that own stores, on the platform's host."""
