"""Pictures of pixels, made when a test needs them."""

import zipfile
from io import BytesIO
from typing import Any

from PIL import Image, TiffImagePlugin

ORIENTATION = 0x0112
GPS = 0x8825
NORTH, EAST = 51.1282, 71.4304  # a place that a picture must not tell


def a_photograph(width: int = 300, height: int = 200, form: str = "JPEG", *, mode: str = "RGB", **how: Any) -> bytes:
    """A picture with shades in it and a red upper left corner, as a program writes it with these settings."""
    return written(the_image(width, height, mode), form, **how)


def the_image(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    """The picture itself."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 10, 10), (0, 0, width // 4, height // 4))
    return image.convert(mode)


def written(image: Image.Image, form: str, **how: Any) -> bytes:
    """An image as a file."""
    made = BytesIO()
    image.save(made, form, **how)
    return made.getvalue()


def read(data: bytes) -> Image.Image:
    """The picture in a file, decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def exif_with_place(orientation: int = 1) -> Image.Exif:
    """What a telephone writes into a photograph: how it was held, what it is, and where it was."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Telephone of A. Dorn"
    degrees = TiffImagePlugin.IFDRational
    exif.get_ifd(GPS).update(
        {1: "N", 2: (degrees(51), degrees(7), degrees(41)), 3: "E", 4: (degrees(71), degrees(25), degrees(49))}
    )
    return exif


def a_bomb(side: int = 7_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to far more pixels than any photograph has."""
    return written(Image.new("1", (side, side)), "PNG")


def a_moving_picture(form: str = "PNG") -> bytes:
    """Two pictures, one after the other."""
    first, second = the_image(40, 30), Image.new("RGB", (40, 30), "white")
    return written(first, form, save_all=True, append_images=[second], duration=200)


def a_zip(name: str = "hidden.txt") -> bytes:
    """An archive, to be hidden behind a picture."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "what nobody is to find " * 20)
    return made.getvalue()
