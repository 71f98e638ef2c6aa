"""What kind of change an edit is."""

from crawler.model import Label


def edit_labels(a: str, b: str) -> tuple[Label, ...]:
    """The labels of an edit from folded text `a` to folded text `b`."""
    return (Label.WORDING,)
