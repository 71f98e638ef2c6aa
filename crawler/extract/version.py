"""What every extraction is signed with: our rules, the data they read by, and the parsers."""

from importlib.metadata import PackageNotFoundError, version

from crawler.extract.profiles import DATA_VERSION
from crawler.extract.vocabulary import WORDS_VERSION

#: raised whenever any rule here could read a page otherwise than before
RULES = 4


def _of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


EXTRACTOR = (
    f"palimpsest/{RULES} sites/{DATA_VERSION} words/{WORDS_VERSION} "
    f"selectolax/{_of('selectolax')} trafilatura/{_of('trafilatura')}"
)
