"""What a canned query is. Every parameter of one may stay empty."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """One canned query: its name in the URL, what it answers, and the SQL."""

    name: str
    title: str
    description: str
    sql: str
