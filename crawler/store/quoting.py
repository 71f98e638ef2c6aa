"""What an event says, with the passage that it is about: a record names only where that stands, and
whoever reads the event is shown it from the text that is kept. What was withheld is quoted nowhere.
"""

QUOTED_CHARS = 40

_PASSAGE = f"""
SELECT ': “'
    || replace(substr(t.text, place.start + 1, min(place.size, {QUOTED_CHARS})), char(10), ' ')
    || CASE WHEN place.size > {QUOTED_CHARS} THEN '…' ELSE '' END || '”'
FROM (SELECT json_extract(l.record, '$.passage[0]') AS start,
    json_extract(l.record, '$.passage[1]') - json_extract(l.record, '$.passage[0]') AS size) place
JOIN changes c ON c.id = json_extract(e.changes, '$[0]')
JOIN versions v ON v.id = c.from_version_id JOIN texts t ON t.id = v.text_id
WHERE place.size > 0
"""  # noqa: S608 - a number of our own

#: in SQL, the message of an event `e` with the record `l`
MESSAGE = f"e.message || coalesce(({_PASSAGE}), '')"
