"""Words of `[gazetteer]`: they reach the readers of a crawl and `crawl diff`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl
from crawler.model import ChangeKind, Fields, Gazetteer, Label
from crawler.reading import Side, compare, prepare

OLD, NEW = "推进三个一百工程，抓好落实。", "推进各项工程，抓好落实。"
NO_FIELDS = Fields()


@pytest.fixture
def desk() -> Iterator[None]:
    """The readers as they were before."""
    yield
    prepare((), ())


@pytest.mark.usefixtures("desk")
def test_a_reader_labels_by_the_words_it_was_given() -> None:
    def labels() -> tuple[Label, ...]:
        draft = compare(ChangeKind.CONTENT, Side(OLD, NO_FIELDS), Side(NEW, NO_FIELDS), ())
        return draft.labels

    prepare((), ())
    assert Label.FORMULA not in labels()
    prepare((), (), Gazetteer(formulas=frozenset({"三个一百工程"})))
    assert Label.FORMULA in labels()


def test_crawl_diff_labels_by_the_words_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRAWL_SOURCES", raising=False)
    Path("a.txt").write_text(OLD, "utf-8")
    Path("b.txt").write_text(NEW, "utf-8")

    def labels() -> list[str]:
        found = CliRunner().invoke(crawl, ["diff", "a.txt", "b.txt", "--json"])
        return list(json.loads(found.stdout)["labels"])

    assert "formula" not in labels()
    Path("sources.toml").write_text('[gazetteer]\nformulas = ["三个一百工程"]\n', "utf-8")
    assert "formula" in labels()
