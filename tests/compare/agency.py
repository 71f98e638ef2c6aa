"""A news agency that writes in two languages: stories of one field, drawn by chance, with the same
people, places, days and figures over and over, so that any two may well share some.

Figures are round in half of all cases, and days lie within a few weeks. A story says the same in
both languages; whoever wants strangers takes each in one language only.
"""

import random
from dataclasses import dataclass

#: surnames and given names with their syllables
SURNAMES = {"王": "Wang", "李": "Li", "张": "Zhang", "刘": "Liu", "陈": "Chen", "杨": "Yang",
            "赵": "Zhao", "黄": "Huang", "周": "Zhou", "吴": "Wu"}  # fmt: skip
GIVEN = {"建国": "Jianguo", "秀英": "Xiuying", "志强": "Zhiqiang", "海燕": "Haiyan",
         "晓明": "Xiaoming", "文华": "Wenhua", "国庆": "Guoqing", "丽": "Li"}  # fmt: skip
PLACES = {"北京": "Beijing", "上海": "Shanghai", "辽宁": "Liaoning", "沈阳": "Shenyang",
          "四川": "Sichuan", "湖南": "Hunan", "江西": "Jiangxi", "贵州": "Guizhou",
          "新疆": "Xinjiang", "西藏": "Tibet", "广东": "Guangdong", "浙江": "Zhejiang",
          "福建": "Fujian", "云南": "Yunnan", "河南": "Henan", "武汉": "Wuhan"}  # fmt: skip
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December"]  # fmt: skip

#: a sentence in both languages; N a figure, P a share, Y a year, W a person, L a place, D a day
SENTENCES = (
    ("截至{Y}年底,{L}共有党员{N}名,比上年净增{N2}名。",
     "By the end of {Y}, {L} had {N} Party members, a net increase of {N2} over the year before."),
    ("{D},全国基层党建工作座谈会在{L}召开,{N}名代表参加会议。",
     "A national meeting on primary-level Party building opened in {L} on {D}; {N} delegates"
     " took part."),
    ("新华社记者{W}从{L}报道说,当地党组织下派干部{N}名。",
     "Xinhua reporter {W} writes from {L} that Party organizations there sent out {N} officials."),
    ("{L}全年实现地区生产总值{M}元,同比增长{P}。",
     "The gross product of {L} for the whole year came to {M} yuan, up {P} year on year."),
    ("全国企业基层党组织{N}个,覆盖率达到{P}。",
     "There are {N} primary-level Party organizations in enterprises, and they cover {P}."),
    ("习近平总书记强调,要把基层党组织建设成为坚强战斗堡垒。",
     "General Secretary Xi Jinping stressed that primary-level Party organizations are to be made"
     " strong fortresses."),
    ("{Y}年,{L}的{W}带领村民脱贫,{N}户人家搬进了新居。",
     "In {Y} {W} of {L} led the villagers out of poverty, and {N} families moved to new homes."),
    ("第一,坚持党的领导。第二,坚持人民至上。第三,坚持守正创新。",
     "First, uphold the leadership of the Party. Second, put the people first. Third, stay on the"
     " right path and break new ground."),
    ("{D},中央纪委会议指出,共查处案件{N}起,处分{N2}人。",
     "The discipline commission said on {D} that {N} cases had been looked into and {N2} people"
     " punished."),
    ("{W}说,自{Y}年以来,党费收入合计{M}元。",
     "{W} said that membership dues since {Y} had come to {M} yuan in all."),
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """One story in both languages."""

    chinese: str
    english: str


def story(draw: random.Random, sentences: int) -> Story:
    """A story of so many sentences, three to a paragraph."""
    told = [_sentence(draw) for _ in range(sentences)]
    paragraphs = [told[at : at + 3] for at in range(0, sentences, 3)]
    return Story(
        "\n".join("".join(zh for zh, _ in some) for some in paragraphs),
        "\n".join(" ".join(en for _, en in some) for some in paragraphs),
    )


def _sentence(draw: random.Random) -> tuple[str, str]:
    zh, en = draw.choice(SENTENCES)
    filled = {
        "N": _figure(draw), "N2": _figure(draw), "M": _money(draw), "P": _share(draw),
        "Y": _year(draw), "W": _person(draw), "L": draw.choice(list(PLACES.items())),
        "D": _day(draw),
    }  # fmt: skip
    chinese = {name: pair[0] for name, pair in filled.items()}
    english = {name: pair[1] for name, pair in filled.items()}
    return zh.format(**chinese), en.format(**english)


def _figure(draw: random.Random) -> tuple[str, str]:
    size = draw.choice((100, 1_000, 10_000, 1_000_000, 100_000_000))
    if draw.random() < 0.5:
        value = size * draw.randint(1, 9)
    else:
        value = draw.randrange(size, 10 * size)
        value -= value % max(1, size // 1_000)
    zh = str(value)
    if value >= 100_000:
        zh = f"{value / 1e8:.10g}亿" if value >= 100_000_000 else f"{value / 1e4:.10g}万"
    en = f"{value / 1e6:.10g} million" if value >= 10_000_000 else f"{value:,}"
    return zh, en


def _money(draw: random.Random) -> tuple[str, str]:
    value = draw.choice((draw.randint(1, 9) * 10.0, round(draw.uniform(10, 9_000), 1)))
    return f"{value:g}亿", f"{value / 10:.10g} billion"


def _share(draw: random.Random) -> tuple[str, str]:
    value = draw.choice((draw.randint(1, 19) * 5.0, round(draw.uniform(1, 99), 1)))
    return f"{value:g}%", f"{value:g} percent"


def _year(draw: random.Random) -> tuple[str, str]:
    year = str(draw.randint(2012, 2026))
    return year, year


def _person(draw: random.Random) -> tuple[str, str]:
    one, other = draw.choice(list(SURNAMES.items())), draw.choice(list(GIVEN.items()))
    return one[0] + other[0], f"{one[1]} {other[1]}"


def _day(draw: random.Random) -> tuple[str, str]:
    month, day = draw.choice((11, 12)), draw.randint(1, 28)
    return f"{month}月{day}日", f"{MONTHS[month - 1]} {day}"
