"""The checks, one module for each family; a check never reads text."""
