"""People, permissions, storage and pages."""
