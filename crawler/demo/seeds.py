"""The five seed copies as the demo needs them: found in an installed package and in a checkout."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SeedCopy:
    """One seed copy: the id that the demo declares it under, its file, and what is known of it.
    `page` and `originals` are names of articles in `library.toml`."""

    id: str
    file: str
    title: str
    lang: tuple[str, ...]
    page: str
    originals: tuple[str, ...] = ()


SEEDS = (
    SeedCopy(
        "pseudo-loyalty-2018",
        "000_0abf18b1037884f7.txt",
        "Elite Engagement With Leadership Political Party Organizations",
        ("en", "zh"),
        "elite_post",
        ("pseudo_loyalty", "obamas_army"),
    ),
    SeedCopy(
        "governing-the-party-2025",
        "001_5aaf2da4f22f6019.txt",
        "习近平:健全全面从严治党体系",
        ("en", "zh"),
        "governing_post",
        ("governing_party",),
    ),
    SeedCopy(
        "party-style",
        "002_a8baafda0920b02f.txt",
        "Discuss how to strengthen the construction of party style and clean government",
        ("en",),
        "clean_style",
    ),
    SeedCopy(
        "grassroots-fortress-2021",
        "003_5f4eba1ecf0d6127.txt",
        "Strengthen the foundation, build a fortress, concentrate on the mission",
        ("en",),
        "fortress_mirror",
        ("fortress", "fortress_reprint"),
    ),
    SeedCopy(
        "study-group-speeches",
        "004_6e0b274a56301008.txt",
        "党组书记在党组理论学习中心组上的讲话稿集聚5篇",
        ("zh",),
        "study_speeches",
    ),
)


def seed_bytes(seed: SeedCopy) -> bytes:
    """The file's bytes, from the installed package or the checkout; raises FileNotFoundError."""
    packaged = resources.files("crawler").joinpath("defaults", "archive", "seeds", seed.file)
    if packaged.is_file():
        return packaged.read_bytes()
    checkout = Path(__file__).resolve().parents[2] / "archive" / "seeds" / seed.file
    return checkout.read_bytes()


@cache
def seed_lines(index: int) -> tuple[str, ...]:
    """The lines of seed copy `index` that hold text, outer white space removed."""
    lines = seed_bytes(SEEDS[index]).decode("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
