"""公开前核对与公开: the gate, written answers, publications and their corrections, the public page, citizens' comments."""
