"""The budget ledger (预算账): append-only entries, balances, and the rates a year is judged by."""
