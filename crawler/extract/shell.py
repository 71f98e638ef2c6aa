"""Pages whose body is a shell: what is shown, or what they carry for their scripts."""

from crawler.extract.carried import carried_data, carried_markup, carried_text
from crawler.extract.general import document_title, read_general
from crawler.extract.page import Page, parse
from crawler.extract.reading import SCRIPT, Reading

#: with fewer characters shown, what a page carries for its scripts is looked at
LITTLE_TEXT = 150
#: with fewer, where that stands beside the page's own title and is far more
LITTLE_BESIDE = 600


def read_any(page: Page) -> Reading | None:
    """The page's main text by density; what it carries for its scripts where it is a shell."""
    shown = read_general(page)
    size = shown.size if shown else 0
    if shown is not None and size >= LITTLE_BESIDE:
        return shown
    carried = read_carried(page)
    if carried is None or carried.size <= 4 * size + LITTLE_TEXT:
        return shown
    return carried if shown is None or _is_shell(shown, carried) else shown


def _is_shell(shown: Reading, carried: Reading) -> bool:
    """Whether what is shown is none of the article that is carried: a page that lets read no more
    shows its first lines. More than a few lines are a shell's only beside a titled article."""
    if shown.size >= LITTLE_TEXT and "title" not in carried.fields:
        return False
    text = "\n".join(line.text for line in carried.lines)
    return not any(len(line.text) >= 20 and line.text[:40] in text for line in shown.lines)


def read_carried(page: Page) -> Reading | None:
    """The article that a page carries for its scripts: as JSON-LD declares it, in their data, or in
    the markup of a template. None where nothing there reads like one."""
    for read in (carried_text, _data, _templates):
        found = read(page)
        if found is not None and found.running:
            return found
    return None


def _data(page: Page) -> Reading | None:
    return carried_data(page, document_title(page))


def _templates(page: Page) -> Reading | None:
    """The largest text in the markup that scripts are to put into the page."""
    readings = [read_general(parse(markup, page.url)) for markup in carried_markup(page)]
    best = max(filter(None, readings), key=lambda reading: reading.size, default=None)
    if best is not None:
        best.rule, best.carried = SCRIPT, True
    return best
