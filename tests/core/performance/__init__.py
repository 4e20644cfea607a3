"""Performance: indicators, schemes and scores."""
