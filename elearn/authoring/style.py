"""The living style page: tokens and components as the site itself draws them. For developers, in English.

The tokens are read from the stylesheet, the contrasts reckoned from them, and every component comes from the macro or
the renderer that pages use: what is changed there is changed here.
"""

import re
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from elearn.markup.lattice import cover_svg
from elearn.markup.render import render
from elearn.markup.safe import compiled, drawn
from elearn.markup.slots import Target, fill
from elearn.markup.text import Line
from elearn.shipped import STATIC as ROOT
from elearn.web.forms import PageForm
from elearn.web.shell import Shell, shell

COVERS = ("dialogue", "media", "border", "radicalization", "cft", "jpoa", "any-other", "one-more")
SIZES = (14, 17, 20, 25, 31, 39)

TEXT = """\
> [!LAW] Financing Convention, 1999, Art. 2
> Any person commits an offence who provides or collects funds in order that they be used.

> [!FATF] R.5
> Countries should criminalise terrorist financing on the basis of the Convention.

> [!RED-FLAG] Cash out within a day
> - Money comes from ten senders and leaves within a day.
> - A family pools money for a wedding.
> - The senders know one another, and there was a wedding.

> [!CASE] A shop at the border
> The owner sends small amounts each Friday.

> [!KEY]
> A report says what was seen, not what is believed.

A paragraph with a [link](https://example.org/), *stress*, **strength**, `code`, and a note.[^1]

[^1]: Where it comes from.

| Typology | Signs |
|---|---|
| Cash couriers | Declarations just under the limit |
| Charities | Payments that fit no project |
"""

_LINES = [Line(text, number) for number, text in enumerate(TEXT.splitlines(), 1)]

# What is told apart by colour: the text, and what it stands on.
_PAIRS = (
    ("ink", "paper"),
    ("muted", "paper"),
    ("primary", "paper"),
    ("on-primary", "primary"),
    ("ink", "tint"),
    ("lapis", "paper"),
    ("lapis", "lapis-ground"),
    ("amber", "amber-ground"),
    ("danger", "danger-ground"),
    ("success", "success-ground"),
    ("control", "paper"),
)
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{3,6});")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tokens of which one stands on the other, with their contrast in each theme (WCAG 2.2, 1.4.3)."""

    text: str
    ground: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Colour:
    """A token that is a colour, in both themes."""

    name: str
    light: str
    dark: str


class SampleForm(PageForm):
    """One field of each shape, one of them wrong."""

    name = StringField("Name")
    number = StringField("Number")
    why = TextAreaField("Why")
    agrees = BooleanField("I have read it")
    way = RadioField("Way", choices=[SelectChoice("web", "In the browser"), SelectChoice("paper", "On paper")])


@dataclass(frozen=True, slots=True)
class StylePage:
    """The style page. ``wrong`` is the sample form with an error; the rest are pieces as pages have them."""

    shell: Shell
    colours: tuple[Colour, ...]
    pairs: tuple[Pair, ...]
    sizes: tuple[int, ...]
    covers: tuple[tuple[str, Markup], ...]
    text: Markup
    icons: tuple[str, ...]
    form: SampleForm
    wrong: SampleForm


def style_page() -> StylePage:
    """The page as the stylesheet of this moment makes it."""
    light, dark = _themes()
    wrong = SampleForm()
    wrong.number.errors = ["Write digits alone, such as 1204."]
    return StylePage(
        shell=shell(),
        colours=tuple(Colour(name, value, dark.get(name, value)) for name, value in light.items()),
        pairs=tuple(
            Pair(text, ground, *(f"{contrast(theme[text], theme[ground]):.1f}" for theme in (light, dark)))
            for text, ground in _PAIRS
        ),
        sizes=SIZES,
        covers=tuple((slug, drawn(cover_svg(slug, 144, 192, prefix=f"style-{slug}"))) for slug in COVERS),
        text=_lesson(),
        icons=tuple(re.findall(r'id="([\w-]+)"', (ROOT / "icons.svg").read_text(encoding="utf-8"))),
        form=SampleForm(),
        wrong=wrong,
    )


def _lesson() -> Markup:
    """The sample text as a lesson shows it."""
    rendered = render(_LINES, language="en")
    return compiled(fill(rendered.html, lambda number: Target(rendered.links[number].address), lambda name: ""))


@cache
def _themes() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the light and of the dark theme, by token."""
    light, _, rest = (ROOT / "css" / "tokens.css").read_text(encoding="utf-8").partition("@media")
    base = dict(_TOKEN.findall(light))
    return base, base | dict(_TOKEN.findall(rest.partition("}")[0]))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    whole = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
