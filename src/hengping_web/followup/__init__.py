"""结果应用: what becomes of the problems a year found, what is carried into the next, and the request for money."""
