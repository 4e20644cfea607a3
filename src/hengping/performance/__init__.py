"""Performance evaluation (绩效评价): indicators, schemes, and scores that carry their working."""
