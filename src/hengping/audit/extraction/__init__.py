"""From the document to what can be judged: figures, claims, sections, marks, tables."""
