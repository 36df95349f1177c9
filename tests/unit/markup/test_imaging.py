"""Pictures are given out as what one sees, and nothing else."""

import zipfile
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from elearn.markup.imaging import MOST_PIXELS, SMALL, WIDE, BadPicture, Fault, as_held, rewritten, two_sizes
from elearn.markup.raster import read_raster
from tests.pictures import GPS, a_bomb, a_moving_picture, a_photograph, a_zip, exif_with_place, read, the_image, written

FORMS = ("PNG", "JPEG", "WEBP")


def fault_of(data: bytes) -> Fault:
    with pytest.raises(BadPicture) as refused:
        rewritten(data)
    with pytest.raises(BadPicture) as again:
        two_sizes(data)
    assert again.value.fault is refused.value.fault
    return refused.value.fault


@pytest.mark.parametrize("form", FORMS)
def test_a_wide_picture_gets_two_sizes_and_each_is_what_it_says(form: str) -> None:
    wide, small = two_sizes(a_photograph(2000, 1000, form))
    assert [(made.width, made.height) for made in (wide, small)] == [(WIDE, 592), (SMALL, 320)]
    for made in (wide, small):
        raster = read_raster(made.data)
        assert raster is not None
        assert (raster.media_type, raster.width, raster.height) == (made.media_type, made.width, made.height)
    assert len(small.data) < len(wide.data)


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_never_made_larger(form: str) -> None:
    assert [(made.width, made.height) for made in two_sizes(a_photograph(SMALL, 30, form))] == [(SMALL, 30)]
    assert two_sizes(a_photograph(900, 30, form))[0].width == 900


@pytest.mark.parametrize("form", FORMS)
def test_equal_bytes_in_give_equal_bytes_out(form: str) -> None:
    data = a_photograph(1400, 700, form)
    assert two_sizes(data) == two_sizes(bytes(bytearray(data)))
    assert rewritten(data) == rewritten(data)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_without_loss_nothing_of_the_picture_changes(form: str) -> None:
    how: dict[str, Any] = {"lossless": True} if form == "WEBP" else {}
    data = a_photograph(500, 300, form, **how)
    made = rewritten(data)
    assert read(made.data).convert("RGB").tobytes() == read(data).convert("RGB").tobytes()
    assert rewritten(made.data).data == made.data


@pytest.mark.parametrize("form", FORMS)
def test_where_and_with_what_it_was_taken_is_gone(form: str) -> None:
    comment: dict[str, Any] = {"comment": b"seen by nobody"} if form == "JPEG" else {}
    data = a_photograph(1500, 700, form, exif=exif_with_place(), xmp=b"<x:xmpmeta>nobody</x:xmpmeta>", **comment)
    assert read(data).getexif().get_ifd(GPS)
    for made in (rewritten(data), *two_sizes(data)):
        image = read(made.data)
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp"} & image.info.keys()
        assert b"Dorn" not in made.data
        assert b"nobody" not in made.data


def test_texts_in_a_picture_are_gone() -> None:
    said = PngInfo()
    said.add_text("Author", "A. Dorn")
    data = a_photograph(form="PNG", pnginfo=said, dpi=(300, 300))
    assert b"Dorn" in data
    assert b"Dorn" not in rewritten(data).data
    assert b"pHYs" not in rewritten(data).data


@pytest.mark.parametrize(("orientation", "corner"), [(1, (5, 5)), (3, (295, 195)), (6, (195, 5)), (8, (5, 295))])
def test_a_picture_lies_as_it_was_held(orientation: int, corner: tuple[int, int]) -> None:
    data = a_photograph(300, 200, exif=exif_with_place(orientation))
    made = rewritten(data)
    assert (made.width, made.height) == ((200, 300) if orientation in (6, 8) else (300, 200))
    red, green, _ = read(made.data).getpixel(corner)  # type: ignore[misc]
    assert red > 150 > 60 > green


@pytest.mark.parametrize("form", FORMS)
def test_what_hides_behind_a_picture_is_gone(form: str) -> None:
    data = a_photograph(form=form) + a_zip()
    assert zipfile.is_zipfile(BytesIO(data))
    for made in (rewritten(data), *two_sizes(data)):
        assert not zipfile.is_zipfile(BytesIO(made.data))
        assert b"hidden.txt" not in made.data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_its_sides_are_known_as_it_is_held_without_decoding_it(orientation: int) -> None:
    for data in (a_photograph(exif=exif_with_place(orientation)), a_photograph(form="PNG")):
        shown, made = as_held(data), rewritten(data)
        assert shown is not None
        assert (shown.width, shown.height) == (made.width, made.height)
    assert as_held(b"GIF89a") is None


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    bomb = a_bomb()
    assert len(bomb) < 20_000 < MOST_PIXELS < 7_000**2
    assert fault_of(bomb) is Fault.TOO_LARGE
    assert fault_of(b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff" * 6) is Fault.TOO_LARGE


def test_a_picture_that_is_more_than_its_head_says_is_refused() -> None:
    """A WebP whose frame is larger than its canvas, as an attacker would write it."""
    data = a_photograph(300, 200, "WEBP", exif=exif_with_place())
    assert data[12:16] == b"VP8X"
    assert fault_of(data[:24] + (9).to_bytes(3, "little") + data[27:]) is Fault.BROKEN


@pytest.mark.parametrize(("form", "share"), list(product(FORMS, (0.3, 0.6, 0.95))))
def test_a_picture_that_was_cut_short_is_refused(form: str, share: float) -> None:
    how: dict[str, Any] = {"quality": 95} if form != "PNG" else {}
    data = a_photograph(600, 400, form, **how)
    assert fault_of(data[: int(len(data) * share)]) in (Fault.BROKEN, Fault.NO_PICTURE)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", b"%PDF-1.7", b"BM" + bytes(60)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert fault_of(data) is Fault.NO_PICTURE


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(form: str) -> None:
    assert fault_of(a_moving_picture(form)) is Fault.MOVING


def test_a_photograph_with_a_second_one_for_previews_is_a_photograph() -> None:
    data = written(the_image(), "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])
    made = rewritten(data)
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 300, 200)
    assert len(made.data) < len(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_shown(mode: str) -> None:
    image = the_image(1400, 700, "I").point(lambda value: value * 257).convert(mode) if mode == "I;16" else None
    data = written(image, "PNG") if image is not None else a_photograph(1400, 700, "PNG", mode=mode)
    wide, small = two_sizes(data)
    assert (wide.width, small.width) == (WIDE, SMALL)
    shown = read(wide.data).convert("L")
    assert shown.getpixel((1100, 10)) == pytest.approx(5, abs=8)
    assert shown.getpixel((1100, 580)) == pytest.approx(250, abs=8)


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA"])
def test_what_one_sees_through_stays_so(mode: str) -> None:
    image = the_image(1400, 700, "RGB").quantize(16) if mode == "P" else the_image(1400, 700, mode)
    seen_through = {"P": image.getpixel((1, 1)), "RGB": (200, 10, 10), "RGBA": None}[mode]
    how: dict[str, Any] = {"transparency": seen_through} if seen_through is not None else {}
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    for made in (rewritten(written(image, "PNG", **how)), *two_sizes(written(image, "PNG", **how))):
        alpha = read(made.data).convert("RGBA").getchannel("A").getextrema()
        assert alpha[0] == pytest.approx(0, abs=2)
        assert alpha[1] == pytest.approx(255, abs=2)


def test_a_jpeg_for_the_press_is_shown_in_colours_of_a_screen() -> None:
    made = rewritten(a_photograph(mode="CMYK"))
    assert read(made.data).mode == "RGB"


def test_a_profile_of_colours_is_applied_and_left_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"no profile at all"):
        made = rewritten(a_photograph(icc_profile=icc, quality=95))
        assert "icc_profile" not in read(made.data).info
        assert read(made.data).getpixel((5, 5))[0] == pytest.approx(200, abs=4)  # type: ignore[index]


def test_a_photograph_saved_as_png_is_given_out_as_one() -> None:
    noise = Image.effect_noise((1300, 900), 90).convert("RGB")
    assert {made.media_type for made in two_sizes(written(noise, "PNG"))} == {"image/webp"}
    assert rewritten(written(noise, "PNG")).media_type == "image/png"


@given(st.sampled_from([a_photograph(40, 30, form) for form in FORMS]), st.data())
def test_any_bytes_are_a_picture_or_refused(data: bytes, draw: st.DataObject) -> None:
    changed = bytearray(data)
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=8)):
        changed[place] = draw.draw(st.integers(0, 255))
    try:
        made = rewritten(bytes(changed))
    except BadPicture:
        return
    assert made.width * made.height <= MOST_PIXELS
