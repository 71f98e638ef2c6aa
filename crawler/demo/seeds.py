"""The five seed copies as the demo needs them: found in an installed package and in a checkout."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SeedCopy:
    """One seed copy: the id that the demo declares it under, its file, and what is known of it.
    `page` and `originals` are (site, path) on the small web."""

    id: str
    file: str
    title: str
    lang: tuple[str, ...]
    page: tuple[str, str]
    originals: tuple[tuple[str, str], ...] = ()


PSEUDO_LOYALTY = "/dukan/hqwg/2018-01/25/c_1122313874.htm"
GOVERNING_PARTY = "/20250215/5d1f0c9a7b3e4628a1c4e0f7d9b2a653/c.html"
OBAMAS_ARMY = "/article/140245/obamas-lost-army-inside-fall-grassroots-machine"
FORTRESS = "/politics/2021-06/30/c_1127611234.htm"
FORTRESS_REPRINT = "/gn/2021/06-30/9510388.shtml"
FORTRESS_MIRROR = (
    "/strengthen-the-foundation-build-a-fortress-concentrate-on-the-mission-chinanews-com/"
)
CLEAN_STYLE = "/BriefingHeadlines/nafzdiyxav.html"
STUDY_SPEECHES = "/fanwen/129522.html"
ELITE_POST = "/2018/02/elite-engagement-with-leadership.html"
GOVERNING_POST = "/2025/02/improve-system-of-comprehensive-and.html"

SEEDS = (
    SeedCopy(
        "pseudo-loyalty-2018",
        "000_0abf18b1037884f7.txt",
        "Elite Engagement With Leadership Political Party Organizations",
        ("en", "zh"),
        ("blog", ELITE_POST),
        (("qiushi", PSEUDO_LOYALTY), ("magazine", OBAMAS_ARMY)),
    ),
    SeedCopy(
        "governing-the-party-2025",
        "001_5aaf2da4f22f6019.txt",
        "习近平:健全全面从严治党体系",
        ("en", "zh"),
        ("blog", GOVERNING_POST),
        (("qiushi", GOVERNING_PARTY),),
    ),
    SeedCopy(
        "party-style",
        "002_a8baafda0920b02f.txt",
        "Discuss how to strengthen the construction of party style and clean government",
        ("en",),
        ("farm", CLEAN_STYLE),
    ),
    SeedCopy(
        "grassroots-fortress-2021",
        "003_5f4eba1ecf0d6127.txt",
        "Strengthen the foundation, build a fortress, concentrate on the mission",
        ("en",),
        ("mirror", FORTRESS_MIRROR),
        (("xinhua", FORTRESS), ("chinanews", FORTRESS_REPRINT)),
    ),
    SeedCopy(
        "study-group-speeches",
        "004_6e0b274a56301008.txt",
        "党组书记在党组理论学习中心组上的讲话稿集聚5篇",
        ("zh",),
        ("fanwen", STUDY_SPEECHES),
    ),
)


def seed_bytes(seed: SeedCopy) -> bytes:
    """The file's bytes, from the installed package or the checkout; raises FileNotFoundError."""
    packaged = resources.files("crawler").joinpath("data", "seeds", seed.file)
    if packaged.is_file():
        return packaged.read_bytes()
    checkout = Path(__file__).resolve().parents[2] / "archive" / "seeds" / seed.file
    return checkout.read_bytes()


@cache
def seed_lines(index: int) -> tuple[str, ...]:
    """The lines of seed copy `index` that hold text, outer white space removed."""
    lines = seed_bytes(SEEDS[index]).decode("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
