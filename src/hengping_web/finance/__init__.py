"""财政部门: all departments of a city side by side, received files audited, samples drawn for re-evaluation."""
