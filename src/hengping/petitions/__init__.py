"""信访办理: the law of petitions as steps and clocks, and what follows from a log of events."""
