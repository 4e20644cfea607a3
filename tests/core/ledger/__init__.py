"""The ledger: what it knows, and what it does not."""
