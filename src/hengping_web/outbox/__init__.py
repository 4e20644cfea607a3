"""What to tell whom: rows written with the act they tell of, delivered afterwards by one worker."""
