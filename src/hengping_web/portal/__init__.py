"""信访门户: filing a petition, following it with the code alone, evaluating, and asking for review; no account needed."""
