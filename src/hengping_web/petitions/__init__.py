"""信访办理: matters and their events stored, shown and searched; what the law allows is asked of the core."""
