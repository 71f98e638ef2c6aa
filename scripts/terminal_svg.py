"""A terminal's output as an SVG picture that loads nothing; wide characters take two columns."""

from html import escape

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

_CELL, _LINE, _SIZE, _PAD = 8.4, 21.0, 14, 14
_FONT = "'Noto Sans Mono CJK SC', 'Sarasa Mono SC', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def picture(command: str, output: str, columns: int = 116) -> str:
    """The SVG of a command and its output with ANSI colours, wrapped at so many columns."""
    console = Console(width=columns, force_terminal=True, color_system="truecolor")
    text = Text.assemble((f"$ {command}\n", "bold"), Text.from_ansi(output.rstrip("\n")))
    rows = [
        "".join(_row(number, segments))
        for number, segments in enumerate(console.render_lines(text, pad=False))
    ]
    wide, high = columns * _CELL + 2 * _PAD, len(rows) * _LINE + 2 * _PAD
    ground = _hex(SVG_EXPORT_THEME.background_color)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'font-family="{_FONT}" font-size="{_SIZE}">\n'
        f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>\n'
        + "\n".join(rows)
        + "\n</svg>\n"
    )


def _row(number: int, segments: list[Segment]) -> list[str]:
    at, pieces = 0, []
    for segment in segments:
        size = cell_len(segment.text)
        if segment.text.strip():
            pieces.append(_piece(segment, at, number, size))
        at += size
    return pieces


def _piece(segment: Segment, at: int, number: int, size: int) -> str:
    style = segment.style
    colour = SVG_EXPORT_THEME.foreground_color
    attributes = []
    if style is not None:
        if style.color is not None:
            colour = style.color.get_truecolor(SVG_EXPORT_THEME)
        lines = [
            name
            for name, on in (("line-through", style.strike), ("underline", style.underline))
            if on
        ]
        attributes += ['font-weight="bold"'] if style.bold else []
        attributes += ['opacity="0.6"'] if style.dim else []
        attributes += [f'text-decoration="{" ".join(lines)}"'] if lines else []
    x, y = _PAD + at * _CELL, _PAD + number * _LINE + _SIZE
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" textLength="{size * _CELL:.1f}" xml:space="preserve" '
        f'lengthAdjust="spacingAndGlyphs" fill="{_hex(colour)}" {" ".join(attributes)}>'
        f"{escape(segment.text)}</text>"
    )


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
