"""The colours of every theme, computed from the stylesheet by the formula of WCAG 2.2 (relative luminance, 1.4.3)."""

import re
from collections.abc import Iterator

import pytest

from elearn.shipped import STATIC as ROOT

Theme = dict[str, str]

GROUNDS = ("paper", "card", "sunk")
TEXTS = (
    *((text, ground) for text in ("ink", "muted", "primary", "lapis", "danger") for ground in (*GROUNDS, "field")),
    *((text, ground) for text in ("amber", "success") for ground in GROUNDS),
    *(("ink", f"{name}-ground") for name in ("lapis", "amber", "danger", "success")),
    *((name, f"{name}-ground") for name in ("lapis", "amber", "danger", "success")),
    ("ink", "tint"),
    ("muted", "tint"),
    ("primary", "tint"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
)
EDGES = (
    *((edge, ground) for edge in ("control", "primary", "danger", "success") for ground in (*GROUNDS, "field")),
    *(("focus", ground) for ground in (*GROUNDS, "tint")),
)
SOFT_EDGES = tuple((edge, ground) for edge in ("hair", "hair-2") for ground in ("paper", "card"))


def blocks() -> Iterator[tuple[str, str, Theme]]:
    """Every block of the tokens that does not depend on the window: its media query, its selector, what it sets."""
    css = (ROOT / "css" / "tokens.css").read_text(encoding="utf-8")
    for media, selector, body in re.findall(r"(?:@media ([^{]+) \{\s*)?(:root[^{]*?) \{([^}]*)\}", css):
        if "width" not in media:
            yield media, selector, dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


def block(selector: str, *words: str) -> Theme:
    """What a selector sets under a media query that has these words, and no other."""
    found = [
        values
        for media, chosen, values in blocks()
        if chosen == selector and re.findall(r"\(([\w-]+: \w+)\)", media) == list(words)
    ]
    assert len(found) == 1, (selector, words)
    return found[0]


LIGHT = block(":root")
DARK = LIGHT | block(":root.theme-dark")
CONTRAST = LIGHT | block(":root.theme-contrast")
DARK_CONTRAST = DARK | block(":root.theme-dark", "prefers-contrast: more")


def luminance(colour: str) -> float:
    """The relative luminance of ``#rgb`` or ``#rrggbb``, from 0 to 1 (WCAG 2.2, definitions)."""
    found = re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", colour)
    assert found is not None, colour
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, definitions)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def too_faint(theme: Theme, pairs: tuple[tuple[str, str], ...], least: float) -> list[str]:
    """The pairs of a theme with too little contrast."""
    ratios = [(one, other, contrast(theme[one], theme[other])) for one, other in pairs]
    return [f"{one} on {other}: {ratio:.2f} < {least}" for one, other, ratio in ratios if ratio < least]


def test_the_formula_gives_what_the_standard_says() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0b5d66", "#ffffff") == pytest.approx(7.6, abs=0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_edges_can_be_seen(theme: Theme) -> None:
    assert too_faint(theme, TEXTS, 4.5) == []
    assert too_faint(theme, EDGES, 3) == []


@pytest.mark.parametrize("theme", [CONTRAST, DARK_CONTRAST], ids=["contrast", "dark contrast"])
def test_in_high_contrast_words_have_seven_to_one_and_every_line_is_an_edge(theme: Theme) -> None:
    assert too_faint(theme, TEXTS, 7) == []
    assert too_faint(theme, (*EDGES, *SOFT_EDGES), 4.5) == []
    assert int(theme["focus-ring"].partition("px")[0]) > int(LIGHT["focus-ring"].partition("px")[0])


def test_what_faints_is_found() -> None:
    assert too_faint(LIGHT | {"muted": "#9aa5ad"}, TEXTS, 4.5)
    assert too_faint(CONTRAST | {"hair": LIGHT["hair"]}, SOFT_EDGES, 4.5)


def test_a_theme_is_the_same_whether_somebody_or_their_device_chose_it() -> None:
    """A stylesheet cannot say a theme once for both: each stands twice."""
    dark, light = "prefers-color-scheme: dark", "prefers-color-scheme: light"
    unless = ":root:not(.theme-light, .theme-contrast)"
    assert block(unless, dark) == block(":root.theme-dark")
    assert block(":root:not(.theme-dark)", "prefers-contrast: more", light) == block(":root.theme-contrast")
    assert block(unless, "prefers-contrast: more", dark) == block(":root.theme-dark", "prefers-contrast: more")


def test_forced_colours_leave_no_colour_of_ours() -> None:
    forced = block(":root:root", "forced-colors: active")
    ours = {name for name, value in LIGHT.items() if value.startswith("#")}
    assert ours <= forced.keys()
    assert not [value for value in forced.values() if value.startswith("#")]
