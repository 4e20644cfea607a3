"""The room of the budget ledger: entries that only grow, imports with a preview, balances and rates."""
