"""What every page stands on: the layout, forms that cannot be sent twice, headers, languages, limits."""
