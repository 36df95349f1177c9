"""Covers and panels: small, safe under the content security policy, and always the same."""

import xml.etree.ElementTree as ET

import pytest

from elearn.markup.lattice import CERTIFICATE, SIGN_IN, Panel, Tiling, cover_svg, panel_svg

WITH_A_COVER_OF_ITS_OWN = ("dialogue", "media", "border", "radicalization", "cft", "jpoa")
OTHERS = ("managers", "authoring", "guide-for-trainers", "a", "x" * 80)
SVG = "{http://www.w3.org/2000/svg}"


def elements_of(drawing: str) -> list[ET.Element]:
    """Parse a drawing of ours and list all its elements."""
    return list(ET.fromstring(drawing).iter())  # noqa: S314 - drawn by us, not by a stranger


@pytest.mark.parametrize("slug", WITH_A_COVER_OF_ITS_OWN + OTHERS)
def test_a_cover_stays_under_two_kilobytes(slug: str) -> None:
    assert len(cover_svg(slug, 1152, 1536, prefix="cover-1-").encode()) < 2048


@pytest.mark.parametrize("slug", WITH_A_COVER_OF_ITS_OWN + OTHERS)
def test_a_cover_has_neither_styles_nor_scripts_nor_addresses(slug: str) -> None:
    for element in elements_of(cover_svg(slug, 180, 240, prefix="c-")):
        assert element.tag.removeprefix(SVG) in {"svg", "defs", "pattern", "path", "use"}
        assert not {"style", "class", "onload"} & element.attrib.keys()
        assert element.get("href", "#c-").startswith("#c-")


def test_a_cover_is_hidden_from_screen_readers_and_from_the_keyboard() -> None:
    root = elements_of(cover_svg("cft", 180, 240, prefix="c-"))[0]

    assert (root.get("aria-hidden"), root.get("focusable")) == ("true", "false")
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("180", "240", "0 0 180 240")


def test_every_id_starts_with_the_prefix_and_every_reference_meets_one() -> None:
    drawing = cover_svg("media", 180, 240, prefix="due-3-")
    ids = {element.get("id") for element in elements_of(drawing)} - {None}

    assert ids == {"due-3-o", "due-3-i", "due-3-l"}
    assert drawing.count("url(#due-3-") == 2
    assert drawing.count('href="#due-3-l"') == 1


def test_the_six_courses_wear_their_own_colours() -> None:
    grounds = {
        slug: elements_of(cover_svg(slug, 180, 240, prefix="c"))[-5].get("fill") for slug in WITH_A_COVER_OF_ITS_OWN
    }

    assert grounds == {
        "dialogue": "#DCECEB",
        "media": "#7A3E12",
        "border": "#1F4E8C",
        "radicalization": "#16222B",
        "cft": "#0B5D66",
        "jpoa": "#EFE6D2",
    }


def test_any_other_slug_gets_the_lots_that_the_reference_generator_draws() -> None:
    # FNV-1a and mulberry32 in JavaScript draw 1 2 4 1 3 for "managers" and 3 4 3 2 2 for the other:
    # colours of media, 30 degrees at depth 2, pitch 72, a turn of 22.5, the star of radicalization.
    managers = cover_svg("managers", 300, 400, prefix="c")
    kazakh = cover_svg("қазақша", 300, 400, prefix="c")

    assert 'fill="#7A3E12"' in managers
    assert 'patternTransform="translate(258 328)scale(1)rotate(22.5)translate(-36 -36)"' in managers
    assert 'fill="#16222B"' in kazakh
    assert 'patternTransform="translate(294 120)scale(1)rotate(45)translate(-34 -34)"' in kazakh


def test_a_cover_is_the_same_every_time() -> None:
    assert cover_svg("managers", 180, 240, prefix="c") == cover_svg("managers", 180, 240, prefix="c")


def test_a_band_shows_a_larger_star_and_a_pitch_that_fits_its_height() -> None:
    band = cover_svg("cft", 328, 140, prefix="c")

    assert "translate(164 70)scale(0.9333)" in band
    tip = 164 + 140 * 0.47 * 1.35
    assert f'd="M{tip:.1f} 70L' in band


def test_the_lattice_of_45_degrees_closes_on_itself_from_tile_to_tile() -> None:
    panel = Panel("#000", "#111", "#222", "#333", 1, 0, 1, Tiling(100, 45, 2), SIGN_IN.star, 1, 1)
    tile = elements_of(panel_svg(panel, 300, 400, prefix="p"))[3].get("d", "")

    assert tile.startswith("M75 75L100 50L75 25")
    assert tile.count("M") == 12


@pytest.mark.parametrize(("panel", "opacity"), [(SIGN_IN, "0.38"), (CERTIFICATE, "0.5")])
def test_panels_keep_the_lattice_outside_the_star_quiet(panel: Panel, opacity: str) -> None:
    drawing = panel_svg(panel, 528, 800, prefix="p-")

    assert [element.get("opacity") for element in elements_of(drawing) if element.get("opacity")] == [opacity]
    assert "style=" not in drawing
    assert len(drawing.encode()) < 2048
