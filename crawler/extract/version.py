"""What every extraction is signed with: our rules, the profiles' data, and the parsers used."""

from importlib.metadata import PackageNotFoundError, version

from crawler.extract.profiles import DATA_VERSION

#: raised whenever any rule here could read a page otherwise than before
RULES = 1


def _of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


EXTRACTOR = (
    f"palimpsest/{RULES} sites/{DATA_VERSION} "
    f"selectolax/{_of('selectolax')} trafilatura/{_of('trafilatura')}"
)
