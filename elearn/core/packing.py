"""A file as a hidden field carries it from the first step of an import to the second: nothing lies on the server."""

import base64
import binascii
import zlib

from elearn.core.refusals import Invalid


class NotPacked(Invalid):
    """The field does not come from our page, or holds more than it may."""

    message = "The file did not come back whole. Choose it again."


def packed(data: bytes) -> str:
    """A file as the text of a hidden field."""
    return base64.urlsafe_b64encode(zlib.compress(data, 6)).decode()


def unpacked(field: str, largest: int) -> bytes:
    """The file of at most ``largest`` bytes that a field carries. Raises NotPacked."""
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(base64.urlsafe_b64decode(field), largest)
    except (binascii.Error, ValueError, zlib.error) as problem:
        raise NotPacked from problem
    if reader.unconsumed_tail or not reader.eof:
        raise NotPacked
    return data
