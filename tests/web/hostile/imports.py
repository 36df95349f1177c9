"""Hundreds of hostile files, each for the door that would take it. Pure: nothing is written anywhere."""

import base64
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.factories import a_picture, course_files
from tests.pictures import a_bomb, a_moving_picture, a_photograph, a_zip

NAMES = (
    "../x.md", "../../etc/passwd", "demo/../../x.md", "/etc/passwd", "//server/share/x.md", "C:/x.md", "c:x.md",
    "\\\\server\\share\\x.md", "..\\x.md", "demo\\..\\x.md", "demo/./x.md", "demo//x.md", "demo/x.md\x00.png",
    "demo/x\ny.md", "demo/\u202exm.md", "demo/\x1b[31m.md", "file:///etc/passwd", "demo/" + "a" * 5_000 + ".md",
    "demo/" + "a/" * 500 + "x.md", "demo/CON.md", "demo/aux", "demo/x.md ", "demo/x.md.", "demo/%2e%2e/x.md",
    "demo/\uff0e\uff0e/x.md", "~root/x.md", "demo/$(id).md", "demo/;id.md", "demo/'\"><script>.md", "demo/x:ads.md",
)  # fmt: skip
YAML = (
    "a: &a [x]\nb: *a", "a: &a {b: *a}", "x: !!python/object/apply:os.system [id]", "x: !!python/name:os.system",
    "x: !!binary AAAA", "%YAML 1.1", "? [a, b]\n: c", "{" * 5_000, "[" * 5_000, "a:\n" * 3_000, "a: " + "b" * 900_000,
    "b" * 100_000 + ": x", "x: 2001-01-01T25:61:61Z", "x: 0o7777777777777", "x: 1e999999", "x: .nan", "<<: {a: b}",
    "a: b\na: c", "x: |\n" + " y\n" * 20_000, "\tx: y", "x: \"\\ud800\"", "x: '\x00'", "--- !<tag:x> y", "!!set {a, b}",
    "&a a: *a", "x: !!timestamp 2001", "x: !include /etc/passwd", "x: ${env:HOME}", "__proto__: {x: 1}", "- " * 4_000,
)  # fmt: skip
MARKDOWN = (
    "[" * 20_000, "(" * 20_000, "*" * 20_000, "_" * 20_000, "`" * 20_001, ">" * 3_000, "> " * 3_000, "- " * 3_000,
    "#" * 9_000, "![" * 9_000, "<" * 20_000, "&" * 20_000, "&#" * 9_000, "**a" * 5_000, "*a_" * 5_000, "[a](" * 5_000,
    "[a][b]" * 5_000, "| a " * 3_000, "|-" * 3_000, "1. " * 3_000, "a\n" * 20_000, "\\" * 20_000, "~~~" * 5_000,
    "<a " * 5_000, "<!--" * 5_000, "<![CDATA[" * 3_000, "[^1]: x\n" * 3_000, "[^1]" * 5_000, "*[a]: b\n" * 3_000,
    " " * 50_000 + "x", "\t" * 9_000 + "x", "- ( ) a\n" * 2_000, "\u202e" * 9_000, "a\u0301" * 9_000, "\x00" * 500,
)  # fmt: skip
ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
XML = (
    f'<!DOCTYPE q [<!ENTITY e0 "ha">{ENTITIES}]><quiz>&e12;</quiz>',
    '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
    '<!DOCTYPE q SYSTEM "http://127.0.0.1:1/x.dtd"><quiz/>',
    '<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><quiz/>',
    '<!DOCTYPE q [<!ATTLIST quiz a CDATA "x">]><quiz/>',
    "<quiz>" + "<a>" * 20_000, "<quiz>" + "<a>" * 500 + "</a>" * 500 + "</quiz>", "<quiz " + 'a="" ' * 5_000 + "/>",
    "<quiz " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>", "<quiz>" + "x" * 3_000_000 + "</quiz>",
    '<quiz xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></quiz>',
    '<?xml version="1.0" encoding="utf-7"?><quiz/>', '<?xml version="1.0" encoding="x-none"?><quiz/>',
    "<quiz>&#0;</quiz>",
    '<?xml-stylesheet href="http://127.0.0.1:1/"?><quiz/>', "<quiz><![CDATA[" + "]" * 20_000,
    "<quiz>&undefined;</quiz>",
    '<quiz><question type="multichoice"><questiontext><text><![CDATA[<script>alert(1)</script>]]></text></questiontext>'
    "</question></quiz>",
    '<quiz><question type="essay"><file name="../../x.png" encoding="base64">AAAA</file></question></quiz>',
    '<quiz><question type="numerical"><answer fraction="1e999"><text>1e999</text></answer></question></quiz>',
)  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """A hostile file: the door it is for (archive, course, bank, attachment), what it is, its name and its bytes.

    ``path`` is where it lies in a course's folder, whose lesson shows it if it is a picture.
    """

    door: str
    what: str
    name: str
    data: bytes
    path: str = ""


def everything() -> list[Hostile]:
    """All of them, in an order that never changes."""
    return [*_archives(), *_courses(), *_banks(), *_files()]


def packed(entries: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries, whatever they are called."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for entry, data in entries:
            archive.writestr(entry, data, method)
    return made.getvalue()


def a_huge_picture(width: int, height: int) -> bytes:
    """A PNG whose head promises far more than follows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def _archives() -> Iterator[Hostile]:
    good = ("demo/course.md", course_files()["course.md"])
    for name in NAMES:
        yield Hostile("archive", f"name {name[:40]!r}", "demo.zip", packed([good, (name, b"x")]))
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK):
        for target in (b"/etc/passwd", b"../../x", b"demo"):
            entry = zipfile.ZipInfo("demo/link.md")
            entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
            yield Hostile("archive", f"kind {kind:o} {target!r}", "demo.zip", packed([good, (entry, target)]))
    for size in (200_000, 900_000, 4_000_000):
        yield Hostile("archive", f"bomb {size}", "demo.zip", packed([good, ("demo/a.png", bytes(size))]))
    inner = packed([("x", bytes(900_000))])
    for deep in range(3):
        inner = packed([("x.zip", inner)])
        yield Hostile("archive", f"zip in zip {deep}", "demo.zip", packed([good, ("demo/x.zip", inner)]))
    for pair in (("A.md", "a.md"), ("é.md", "e\u0301.md"), ("course.md/x.md", "y.md"), ("ß.md", "SS.md")):
        yield Hostile("archive", f"alike {pair}", "demo.zip", packed([good, *((f"demo/{one}", b"x") for one in pair)]))
    yield Hostile("archive", "many", "demo.zip", packed([good, *((f"demo/{n}.md", b"x") for n in range(3_000))]))
    sound = packed([(f"demo/{name}", data) for name, data in course_files().items()])
    for at in range(0, 60):
        data = bytearray(sound)
        data[at * len(data) // 60] ^= 0xFF
        yield Hostile("archive", f"one byte changed at {at}/60", "demo.zip", bytes(data))
    for part in range(1, 20):
        yield Hostile("archive", f"cut at {part}/20", "demo.zip", sound[: part * len(sound) // 20])
    second = sound.rindex(b"PK\x01\x02")
    for offset in (0, 1, 2**31, 2**32 - 1):
        yield Hostile("archive", f"overlap {offset}", "demo.zip", _at(sound, second + 42, struct.pack("<L", offset)))
    for head in (b"%PDF-1.7\n", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<script>alert(1)</script>", b"#!/bin/sh\n"):
        yield Hostile("archive", f"polyglot {head[:8]!r}", "demo.zip", head + sound)
        yield Hostile("archive", f"polyglot tail {head[:8]!r}", "demo.zip", sound + head)
    yield from _lying_archives(sound, second)


def _lying_archives(sound: bytes, last: int) -> Iterator[Hostile]:
    """Archives whose directory says something else than the entries; ``last`` is where its last entry begins."""
    first = sound.index(b"PK\x01\x02")
    fields = {"flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<L"), "packed": (20, "<L"), "size": (24, "<L")}
    for name, (place, form) in fields.items():
        for value in (1, 8, 99, 2**15, 2 ** (8 * struct.calcsize(form)) - 1):
            for at in (first, last):
                data = _at(sound, at + place, struct.pack(form, value))
                yield Hostile("archive", f"{name} says {value}, {at == first}", "demo.zip", data)
    end = sound.rindex(b"PK\x05\x06")
    for place in (8, 10, 12, 16):
        for value in (0, 7, 0xFFFF):
            data = _at(sound, end + place, struct.pack("<H", value))
            yield Hostile("archive", f"end says {value} at {place}", "demo.zip", data)
    renamed = sound.replace(b"demo/glossary.md", b"demo/../../xx.md")
    yield Hostile("archive", "renamed everywhere", "demo.zip", renamed)
    there = sound.rindex(b"demo/glossary.md")
    yield Hostile("archive", "renamed in the directory", "demo.zip", _at(sound, there, b"demo/../../xx.md"))
    yield Hostile(
        "archive", "a name that ends early", "demo.zip", sound.replace(b"demo/glossary.md", b"demo/gloss\0ry.md")
    )
    data = bytes(3_000_000)
    bomb = packed([("demo/course.md", course_files()["course.md"]), ("demo/a.png", data)])
    small = struct.pack("<L", 99_999)  # a bomb that says it is small
    where = bomb.rindex(b"PK\x01\x02")
    yield Hostile("archive", "a bomb that says it is small", "demo.zip", _at(bomb, where + 24, small))
    twice = [(f"demo/images/x{n}.png", bytes(99_000)) for n in range(1_900)]
    yield Hostile("archive", "many small bombs", "demo.zip", packed([("demo/course.md", b"x"), *twice]))


def _at(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def _courses() -> Iterator[Hostile]:
    for number, front in enumerate(YAML):
        for path in ("course.md", "01-example/module.md"):
            head = f"---\n{front}\n---\n".encode(errors="surrogatepass")
            yield Hostile("course", f"front matter {number}", "", head, path)
    files = course_files()
    for number, text in enumerate(MARKDOWN):
        for path in ("01-example/module.md", "01-example/quiz.md", "glossary.md"):
            yield Hostile("course", f"Markdown {number}", "", files[path] + f"\n{text}\n".encode(), path)
    for what, picture in _pictures():
        ending = "jpg" if "JPEG" in what else "webp" if "WEBP" in what else "png"
        yield Hostile("course", what, "", picture, f"{PICTURE}.{ending}")
    for number, text in enumerate(XML):
        drawing = text.replace("<quiz", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"')
        data = drawing.replace("</quiz", "</svg").encode()
        yield Hostile("course", f"drawing {number}", "", data, "01-example/images/flow.svg")


def _banks() -> Iterator[Hostile]:
    for number, text in enumerate(XML):
        yield Hostile("bank", f"XML {number}", "bank.xml", text.encode())
        item = packed([("imsmanifest.xml", text.encode()), ("item.xml", text.encode())])
        yield Hostile("bank", f"QTI {number}", "bank.zip", item)
    for number, text in enumerate(MARKDOWN):
        yield Hostile("bank", f"GIFT {number}", "bank.gift", f"::{text}:: {text} {{={text} ~x}}".encode())
        yield Hostile("bank", f"Aiken {number}", "bank.txt", f"{text}\nA. x\nB. {text}\nANSWER: A\n".encode())
    for name in NAMES[:12]:
        yield Hostile(
            "bank", f"QTI name {name[:30]!r}", "bank.zip", packed([(name, b"x"), ("imsmanifest.xml", b"<m/>")])
        )
    for what, picture in _pictures():
        for name in ("x.png", "../../x.png"):
            yield Hostile("bank", f"{what} as {name}", "bank.xml", _bank_with(name, picture))
    for number, name in enumerate(NAMES):
        shown = name.translate(
            {ord("\0"): None, ord("\x1b"): None, ord("'"): "&#39;", ord('"'): "&quot;", ord("<"): "&lt;"}
        )
        yield Hostile("bank", f"picture called {number}", "bank.xml", _bank_with(shown, a_picture()))
    yield Hostile("bank", "QTI bomb", "bank.zip", packed([("imsmanifest.xml", b" " * 30_000_000)]))


PICTURE = "01-example/images/photo"


def _bank_with(name: str, picture: bytes) -> bytes:
    """A bank in Moodle's XML with one question that shows a picture."""
    return (
        '<quiz><question type="truefalse"><name><text>Map</text></name><questiontext format="html"><text>'
        f'<![CDATA[<p>See <img src="@@PLUGINFILE@@/{name}" alt="A map">.</p>]]></text>'
        f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(picture).decode()}</file></questiontext>'
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        "</question></quiz>"
    ).encode()


def _pictures() -> Iterator[tuple[str, bytes]]:
    """Pictures that would fill the memory, hide something, or break who reads them."""
    for width, height in ((60_000, 60_000), (2**31 - 1, 1), (0, 0), (9_000, 9_000), (4_999, 4_999), (1, 16_001)):
        yield f"picture {width} x {height}", a_huge_picture(width, height)
    yield "picture of one colour", a_bomb()
    for form in ("PNG", "WEBP", "GIF", "TIFF"):
        yield f"moving {form}", a_moving_picture(form)
    sound = {
        form: a_photograph(form=form) for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "ICO", "PPM", "TGA")
    }
    for form, data in sound.items():
        yield f"archive behind {form}", data + a_zip()
    for form in ("PNG", "JPEG", "WEBP"):
        data = sound[form]
        for at in range(4, 40, 4):
            changed = bytearray(data)
            changed[at * len(data) // 40] ^= 0xFF
            yield f"{form}, one byte changed at {at}/40", bytes(changed)
            yield f"{form}, cut at {at}/40", data[: at * len(data) // 40]
    bomb = zlib.compress(bytes(60_000_000), 9)
    for kind, before in ((b"zTXt", b"x\0\0"), (b"iTXt", b"x\0\1\0\0\0"), (b"iCCP", b"x\0\0"), (b"eXIf", b"MM\0*")):
        yield f"bomb in {kind.decode()}", _with_chunk(sound["PNG"], kind, before + bomb)
    yield "endless profile", a_photograph(form="PNG", icc_profile=b"\0" * 500_000)
    yield "profile that is none", a_photograph(icc_profile=b"acsp" * 99)
    yield "comment with a script", a_photograph(comment=b"<script>alert(1)</script>")


def _with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """A PNG with another chunk before its pixels."""
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return png[:33] + chunk + png[33:]


def _files() -> Iterator[Hostile]:
    picture = a_picture()
    for name in NAMES:
        yield Hostile("attachment", f"name {name[:40]!r}", name, picture)
    for what, data in _pictures():
        yield Hostile("attachment", what, "x.png", data)
    for head in (b"GIF89a", b"MZ", b"\x7fELF", b"PK\x03\x04", b"<svg onload=alert(1)>", b"<html>", b"#!/bin/sh", b"BM"):
        yield Hostile("attachment", f"head {head!r}", "x.png", head + picture)
        yield Hostile("attachment", f"tail {head!r}", "x.png", picture + head)
    for part in range(1, 12):
        yield Hostile("attachment", f"cut {part}/12", "x.png", picture[: part * len(picture) // 12])
    yield Hostile("attachment", "too large", "x.pdf", b"%PDF-" + bytes(6_000_000))
    yield Hostile("attachment", "base64", "x.png", base64.b64encode(picture))
