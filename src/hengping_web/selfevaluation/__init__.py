"""绩效自评: tasks to the offices, records with their papers, scores side by side, the report, and the frozen year."""
