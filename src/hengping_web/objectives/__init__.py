"""Objectives and targets of a year, and the library of indicators they are chosen from."""
