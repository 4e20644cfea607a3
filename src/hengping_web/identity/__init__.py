"""Who petitioners are, apart from what they ask: sealed, shown for a reason with a second person's consent, for a time.

There is no table of persons. A record belongs to one matter and is found by the matter's number alone; nothing here,
and nothing elsewhere, can list the matters of a person.
"""
