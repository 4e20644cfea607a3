"""Files people hand in: judged by content, kept twice (sealed as it came, and a clean working copy), never executed."""
