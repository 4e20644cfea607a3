"""Monitoring of a year: progress of the goals, execution of the money, reasons and decisions."""
