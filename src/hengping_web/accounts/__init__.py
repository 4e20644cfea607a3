"""People of the offices: organisations, accounts, roles, and what each may open."""
