"""The log nobody can rewrite: every write, every reading of sensitive data, every export and act of administration."""
