"""Hengping (衡评): what it decides, with the standard library alone."""
