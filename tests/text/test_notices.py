"""Every table that was made from another project's data is named, with its licence."""

from pathlib import Path

CRAWLER = Path(__file__).resolve().parents[2] / "crawler"


def test_every_borrowed_table_is_named_with_its_licence() -> None:
    notices = (CRAWLER / "NOTICES.md").read_text("utf-8")
    heads = {
        path.relative_to(CRAWLER).as_posix(): path.read_text("utf-8")[:600]
        for path in CRAWLER.glob("*/data/*.*")
    }
    borrowed = {name for name, head in heads.items() if "Copyright" in head}
    assert borrowed == {"text/data/simplified.txt", "compare/data/pinyin.txt"}
    assert all(f"`{name}`" in notices for name in borrowed)
    assert "Permission is hereby granted, free of charge" in notices
    assert "END OF TERMS AND CONDITIONS" in notices
