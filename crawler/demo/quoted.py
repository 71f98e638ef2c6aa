"""The passages of the seed copies that the small web serves, each as an article's paragraphs."""

from crawler.demo import made_up
from crawler.demo.articles import BODY, CAPTION, HEADING, Paragraph, body, widen
from crawler.demo.seeds import seed_lines


def _index(lines: tuple[str, ...], beginning: str) -> int:
    return next(index for index, line in enumerate(lines) if line.startswith(beginning))


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
    end = _index(lines, "China United")
    last = lines[end - 1].split("(来源", 1)[0]
    return body(widen(line) for line in (*lines[_index(lines, "再过几天") : end - 1], last))


def obamas_army() -> tuple[Paragraph, ...]:
    """As much of the magazine's article as the first seed copy quotes."""
    lines = seed_lines(0)
    quoted = lines[_index(lines, "On July 20, 2008") : _index(lines, "2018年01月25日")]
    return body(line for line in quoted if line[0] not in "*_")


def elite_post() -> tuple[Paragraph, ...]:
    """The blog post of the first seed copy, with the article that it quotes whole."""
    lines = seed_lines(0)[2:-1]
    quoted = [paragraph.text for paragraph in pseudo_loyalty()]
    return body([*lines[: _index(lines, "习近平总书记在")], *quoted, lines[-1]])


def governing_post() -> tuple[Paragraph, ...]:
    """The blog post of the second seed copy; its picture stands where the copy has `![]() |`."""
    return (Paragraph("Pix credit here", CAPTION), *body(seed_lines(1)[2:-2]))


def fortress_mirror() -> tuple[Paragraph, ...]:
    """The machine translation of the fourth seed copy."""
    lines = seed_lines(3)
    return body(lines[3 : _index(lines, "Related Articles") - 1])


def clean_style() -> tuple[Paragraph, ...]:
    """The machine translation of the third seed copy."""
    return body(seed_lines(2)[2:])


def study_speeches() -> tuple[Paragraph, ...]:
    """The five speeches of the fifth seed copy."""
    return body(seed_lines(4)[1:-1])


PASSAGES = {
    passage.__name__: passage
    for passage in (
        pseudo_loyalty,
        governing_party,
        obamas_army,
        elite_post,
        governing_post,
        fortress_mirror,
        clean_style,
        study_speeches,
    )
}
