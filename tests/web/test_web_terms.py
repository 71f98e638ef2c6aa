"""How often words stand in texts."""

from crawler.web.term_counts import exactly, occurrences


def test_words_are_counted_as_whole_words_and_through_line_breaks() -> None:
    assert exactly("The Party of art, the PARTY.", "party") == 2
    assert exactly("parties", "party") == occurrences("parties", "party") == 0
    assert exactly("party", "art") == 0
    assert exactly("從嚴治黨、从严治党", "从严治党") == 2
    assert exactly("全面从严WTO规则", "wto") == 1
    assert exactly("从严\n治党", "从严治党") == 0
    assert occurrences("从严\n治党", "从严治党") == 1
    assert exactly("a.b c", ".") == 1
