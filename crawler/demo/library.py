"""Every article of the small web, as it stands before any edit."""

from functools import cache

from crawler.demo import made_up, seeds
from crawler.demo.articles import BODY, CAPTION, HEADING, Article, Paragraph, body, widen
from crawler.demo.seeds import seed_lines

QS_FIRST_2019 = "/dukan/qs/2014/2019-01/01/c_1123924172.htm"
QS_FOURTH_2025 = "/20250216/7a41c0d2e98b4f1fb6530c9d8e21f704/c.html"
HQWG_SECOND_2018 = "/dukan/hqwg/2018-01/25/c_1122314001.htm"
QS_NUMBERED = "/dukan/qs/2019-01/01/c_1123923852.htm"
QS_MOVED = "/dukan/qs/2019-01/01/c_1123923828.htm"
QS_NEGATED = "/20250215/0b7de24fa1934c85b7e6f3d2c1908a46/c.html"
QS_NEW = "/20250301/c93e5a7d10f24b6f8d27a4b1e6053f98/c.html"
XH_GROWTH = "/politics/2019-12/10/c_1125327450.htm"
XH_TAKEN_DOWN = "/politics/20240615/3e8a9b0c5d7f41e2a6b4c8d0f1e29375/c.html"
XH_STUBBED = "/politics/20240702/a15c7e93b0d248f6953e1c7a8f4b6d02/c.html"
XH_BACK_AND_FORTH = "/politics/20240718/6fd2b1a3c4e54980b7d6e5f4a3b2c1d0/c.html"
XH_UNLISTED = "/comments/20240801/d4c3b2a1908f4e6d8c7b6a5f4e3d2c1b/c.html"
CN_MASKED = "/gn/2021/07-01/9511204.shtml"
CN_FORM = "/gn/2021/07-02/9511977.shtml"
CN_NEW = "/gn/2021/07-05/9513820.shtml"
BLOG_RETITLED = "/2025/01/what-archive-of-public-statements-is.html"
BLOG_NEW = "/2025/03/conferences-with-open-calls.html"


def pseudo_loyalty() -> tuple[Paragraph, ...]:
    """The article of which the first seed copy keeps three paragraphs: those, and made-up ones."""
    kept = [line for line in seed_lines(0) if line.startswith(("习近平总书记在党的十九届", "三"))]
    opening, heading, worker = (widen(line) for line in kept)
    texts = (
        opening,
        *made_up.passage("pseudo_loyalty_signs"),
        *made_up.passage("pseudo_loyalty_causes"),
        heading,
        *made_up.passage("pseudo_loyalty_cures"),
        worker,
    )
    return tuple(Paragraph(text, HEADING if "、" in text[:2] else BODY) for text in texts)


def governing_party() -> tuple[Paragraph, ...]:
    """The Chinese original that the second seed copy quotes whole."""
    lines = seed_lines(1)
    start = next(index for index, line in enumerate(lines) if line.startswith("再过几天"))
    end = next(index for index, line in enumerate(lines) if line.startswith("China United"))
    last = lines[end - 1].split("(来源", 1)[0]
    return body(widen(line) for line in (*lines[start : end - 1], last))


def obamas_army() -> tuple[Paragraph, ...]:
    """As much of the magazine's article as the first seed copy quotes."""
    lines = seed_lines(0)
    start = next(index for index, line in enumerate(lines) if line.startswith("On July 20, 2008"))
    end = next(index for index, line in enumerate(lines) if line.startswith("2018年01月25日"))
    return body(line for line in lines[start:end] if line[0] not in "*_")


def elite_post() -> tuple[Paragraph, ...]:
    """The blog post of the first seed copy, with the quoted article whole."""
    lines = list(seed_lines(0)[2:-1])
    first = next(index for index, line in enumerate(lines) if line.startswith("习近平总书记在"))
    quoted = [paragraph.text for paragraph in pseudo_loyalty()]
    return body([*lines[:first], *quoted, lines[-1]])


def governing_post() -> tuple[Paragraph, ...]:
    """The blog post of the second seed copy; the picture stands where the copy has `![]() |`."""
    lines = seed_lines(1)[2:-2]
    return (Paragraph("Pix credit here", CAPTION), *body(lines))


def _blog() -> list[Article]:
    author = "Larry Catá Backer"
    title = seed_lines(0)[1]
    return [
        Article(
            "blog",
            seeds.ELITE_POST,
            title,
            elite_post(),
            "2018-02-11T21:14:00.001-05:00",
            author,
            number="4417023301596682801",
        ),
        Article(
            "blog",
            seeds.GOVERNING_POST,
            "“Improve the System of Comprehensive and Strict Governance of the Party”: Remarks",
            governing_post(),
            "2025-02-21T08:30:00.000-05:00",
            author,
            number="8126604472381950022",
        ),
        Article(
            "blog",
            BLOG_RETITLED,
            "What an Archive of Public Statements Is For",
            body(made_up.post(0)),
            "2025-01-17T10:05:00.000-05:00",
            author,
            number="3350912764410028715",
        ),
        Article(
            "blog",
            "/2025/01/workshop-on-comparative-administrative.html",
            "Workshop on Comparative Administrative Law: A Report",
            body(made_up.post(1)),
            "2025-01-29T16:40:00.000-05:00",
            author,
            number="5093381200764419283",
        ),
        Article(
            "blog",
            "/2025/02/short-note-on-translation.html",
            "A Short Note on Translation",
            body(made_up.post(2)),
            "2025-02-06T07:55:00.000-05:00",
            author,
            number="6710448392205173304",
        ),
        Article(
            "blog",
            BLOG_NEW,
            "Conferences With Open Calls",
            body(made_up.post(3)),
            "2025-03-02T09:00:00.000-05:00",
            author,
            number="1920347756608213945",
            since=1,
        ),
    ]


def _qiushi() -> list[Article]:
    made = [
        Article(
            "qiushi",
            seeds.PSEUDO_LOYALTY,
            "旗帜鲜明反对“伪忠诚”",
            pseudo_loyalty(),
            "2018-01-25 11:13:30",
            "中共湖北省委党校课题组",
            "红旗文稿",
            "尹 霞",
            listed_in=HQWG_SECOND_2018,
        ),
        Article(
            "qiushi",
            seeds.GOVERNING_PARTY,
            "健全全面从严治党体系",
            governing_party(),
            "2025-02-15 16:00:00",
            "习近平",
            "《求是》2025/04",
            "张芯蕊",
            listed_in=QS_FOURTH_2025,
        ),
        Article(
            "qiushi",
            QS_NEW,
            "云台县把会议室搬到田埂上",
            body(made_up.ordinary(31)),
            "2025-02-16 09:10:00",
            "本刊记者",
            "《求是》2025/04",
            "张芯蕊",
            listed_in=QS_FOURTH_2025,
            since=2,
        ),
    ]
    for number in range(5):
        made.append(
            _ordinary_qiushi(
                number,
                HQWG_SECOND_2018,
                f"/dukan/hqwg/2018-01/25/c_112231390{number}.htm",
                "2018-01-25 10:00:00",
                "红旗文稿",
            )
        )
    paths_2019 = (
        QS_NUMBERED,
        QS_MOVED,
        "/dukan/qs/2018-12/31/c_1123923896.htm",
        "/dukan/qs/2019-01/01/c_1123923817.htm",
        "/dukan/qs/2019-01/01/c_1123923778.htm",
        "/dukan/qs/2019-01/01/c_1123923740.htm",
    )
    for number, path in enumerate(paths_2019, start=5):
        made.append(
            _ordinary_qiushi(number, QS_FIRST_2019, path, "2019-01-01 09:00:00", "《求是》2019/01")
        )
    hexes = ("1f4a", "2c9d", "38be", "47d0")
    paths_2025 = [f"/20250215/{stem}6d20b8e94c0f9a57e3d1c2b4f608/c.html" for stem in hexes]
    for number, path in enumerate([QS_NEGATED, *paths_2025], start=11):
        made.append(
            _ordinary_qiushi(number, QS_FOURTH_2025, path, "2025-02-15 16:00:00", "《求是》2025/04")
        )
    return made


def _ordinary_qiushi(number: int, issue: str, path: str, when: str, source: str) -> Article:
    title = made_up.ordinary_title(number)
    last = ("实践表明，这一做法可以推广到全市。",) if path == QS_NEGATED else ()
    texts = body((*made_up.ordinary(number), *last))
    return Article("qiushi", path, title, texts, when, "本刊记者", source, "李 君", listed_in=issue)


def _xinhua() -> list[Article]:
    growth = (
        *made_up.passage("growth"),
        *made_up.ordinary(40, 4),
    )
    supported = (
        *made_up.passage("supported"),
        *made_up.ordinary(43, 5),
    )
    return [
        Article(
            "xinhua",
            seeds.FORTRESS,
            "强基固本筑堡垒 凝心聚力担使命——党的基层组织在革命性锻造中更加坚强",
            body(made_up.passage("fortress")),
            "2021-06-30 19:42:05",
            "",
            "新华网",
            "刘阳",
        ),
        Article(
            "xinhua",
            XH_GROWTH,
            "前11个月工业增加值保持平稳增长",
            body(growth),
            "2019-12-10 10:21:33",
            "",
            "新华网",
            "尹世杰",
        ),
        Article(
            "xinhua",
            XH_TAKEN_DOWN,
            made_up.ordinary_title(41),
            body(
                (
                    "新华社武汉6月15日电（记者周文）" + made_up.ordinary(41)[0],
                    *made_up.ordinary(41)[1:],
                )
            ),
            "2024-06-15 08:12:44",
            "",
            "新华网",
            "王萌",
        ),
        Article(
            "xinhua",
            XH_STUBBED,
            made_up.ordinary_title(42),
            body(
                (
                    "新华社成都7月2日电（记者吴光）" + made_up.ordinary(42)[0],
                    *made_up.ordinary(42)[1:],
                )
            ),
            "2024-07-02 17:30:10",
            "",
            "新华网",
            "王萌",
        ),
        Article(
            "xinhua",
            XH_BACK_AND_FORTH,
            "各地传达学习会议精神",
            body(supported),
            "2024-07-18 20:05:59",
            "",
            "新华网",
            "邱丽芳",
        ),
        Article(
            "xinhua",
            XH_UNLISTED,
            made_up.ordinary_title(44),
            body(made_up.ordinary(44)),
            "2024-08-01 07:00:00",
            "",
            "新华网",
            "邱丽芳",
        ),
    ]


def _chinanews() -> list[Article]:
    premier = (
        *made_up.passage("premier"),
        *made_up.ordinary(50, 4),
    )
    spaced = (
        *made_up.passage("spaced"),
        *made_up.ordinary(51, 5),
    )
    return [
        Article(
            "chinanews",
            seeds.FORTRESS_REPRINT,
            "强基固本筑堡垒 凝心聚力担使命——党的基层组织在革命性锻造中更加坚强",
            body(made_up.passage("fortress")),
            "2021-06-30 21:03:00",
            "",
            "新华网",
            "岳川",
        ),
        Article(
            "chinanews",
            CN_MASKED,
            "青年学者座谈：对照版本读文件",
            body(premier),
            "2021-07-01 10:15:00",
            "",
            "中国新闻网",
            "岳川",
        ),
        Article(
            "chinanews",
            CN_FORM,
            "会议强调调查研究",
            body(spaced),
            "2021-07-02 11:20:00",
            "",
            "中国新闻网",
            "卞立群",
        ),
        Article(
            "chinanews",
            CN_NEW,
            made_up.ordinary_title(52),
            body(made_up.ordinary(52)),
            "2021-07-05 06:45:00",
            "",
            "中国新闻网",
            "卞立群",
            since=3,
        ),
    ]


def _others() -> list[Article]:
    fortress = [line for line in seed_lines(3)[3:] if line not in {".", "Related Articles"}][:-2]
    return [
        Article(
            "mirror",
            seeds.FORTRESS_MIRROR,
            seed_lines(3)[1],
            body(fortress),
            "2021-07-01T03:12:09+00:00",
            "news dir",
            number="184213",
        ),
        Article("farm", seeds.CLEAN_STYLE, seed_lines(2)[1], body(seed_lines(2)[2:]), ""),
        Article(
            "fanwen",
            seeds.STUDY_SPEECHES,
            seed_lines(4)[0],
            body(seed_lines(4)[1:-1]),
            "2021-03-08",
        ),
        Article(
            "magazine",
            seeds.OBAMAS_ARMY,
            "Obama’s Lost Army",
            obamas_army(),
            "2017-02-09",
            "Micah L. Sifry",
        ),
    ]


@cache
def articles() -> dict[tuple[str, str], Article]:
    """All articles by (site, path), new ones included (see `Article.since`)."""
    every = (*_blog(), *_qiushi(), *_xinhua(), *_chinanews(), *_others())
    return {(article.site, article.path): article for article in every}
