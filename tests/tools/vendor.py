"""Make the vendored fonts and icons from their packages, and prove that the committed files are those.

``python tests/tools/vendor.py check`` needs nothing but Python: every file in ``elearn/static/vendor.json``, and
in ``tests/vendor/vendor.json`` what only the tests use, is there with its digest and no other font lies about.
``python tests/tools/vendor.py sync`` makes the files again; it needs ``npm``, and ``fonttools`` with ``brotli`` in
the environment that runs it.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
RECORD: Final = "elearn/static/vendor.json"
TEST_RECORD: Final = "tests/vendor/vendor.json"
RECORDS: Final = (RECORD, TEST_RECORD)
"""What is on the site, and what only the tests use and no wheel holds."""

FOLDERS: Final = ("elearn/static/fonts", "elearn/printing/fonts", "elearn/static/vendor", "tests/vendor")
"""Folders that hold vendored files alone: whatever else lies there is a stray."""

SUFFIXES: Final = frozenset({".woff", ".woff2", ".ttf", ".otf"})
"""Kinds of file that are always vendored, wherever in the package they lie."""


class VendorError(Exception):
    """A vendored file cannot be made, with the sentence to print."""


@dataclass(frozen=True)
class Package:
    """One npm package at one version, known by npm's own digest of its archive."""

    name: str
    version: str
    integrity: str
    licence: str


@dataclass(frozen=True)
class Made:
    """How one committed file comes out of a package: its sources there and the command that makes it."""

    path: str
    package: Package
    sources: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    licence: str


ONEST: Final = Package(
    "@fontsource-variable/onest",
    "5.3.1",
    "sha512-xaaw6G4HDB2/RczsWLD/2bnib4ykmQlTlBUN3GOEOiyErilZukQWVJG95h9zwAy0i8KY+QzDa+COPfqhI72Acw==",
    "OFL-1.1",
)
ONEST_STATIC: Final = Package(
    "@expo-google-fonts/onest",
    "0.4.2",
    "sha512-BJELCJFIZWmztzxvvzcQ5H6WXXnsdBgN/jhOQZkG4LQ+tYMqAZ6Z3Z7xe9yzbToe+Ul0RJ+hqPzAjkVJqvWVLg==",
    "MIT AND OFL-1.1",
)
SOURCE_SERIF: Final = Package(
    "@fontsource-variable/source-serif-4",
    "5.3.1",
    "sha512-4Rtay22SC4lMvw11r/+9kxANB6P3M0X8s1NudBC2v0J1KU2y3DcMoNcT3lBoZ/CqLirzf+StlO6UlJilyrvaUg==",
    "OFL-1.1",
)
SOURCE_SERIF_STATIC: Final = Package(
    "@expo-google-fonts/source-serif-4",
    "0.4.1",
    "sha512-Ej4UXDjW1kwYPHG8YLq6fK1bqnJGb3K35J3S5atSL0ScKFAFLKvndxoTWeCls7mybtlS9x99hzwDeXCBkiI3rA==",
    "MIT AND OFL-1.1",
)
"""Used for its licence alone, which names the authors; the package with the optical sizes names another firm."""

LUCIDE: Final = Package(
    "lucide-static",
    "1.62.0",
    "sha512-WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
    "ISC",
)

AXE: Final = Package(
    "axe-core",
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    "MPL-2.0",
)

SLICES: Final[Mapping[str, str]] = {
    "latin": (
        "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+2009,U+2013-2014,U+2018-201A,"
        "U+201C-201E,U+2022,U+2026,U+2039-203A,U+20AC,U+2212"
    ),
    "latin-ext": ("U+010C-010D,U+011E-011F,U+0130,U+0147-0148,U+015E-0161,U+016A-016B,U+017D-017E,U+20B8,U+20BD"),
    "cyrillic": (
        "U+0301,U+0401,U+0404,U+0406-0407,U+040E,U+0410-044F,U+0451,U+0454,U+0456-0457,U+045E,"
        "U+0490-0491,U+04B0-04B1,U+2116"
    ),
    "cyrillic-ext": (
        "U+0492-0493,U+049A-049B,U+04A2-04A3,U+04AE-04AF,U+04B2-04B3,U+04B6-04B7,U+04BA-04BB,"
        "U+04D8-04D9,U+04E2-04E3,U+04E8-04E9,U+04EE-04EF"
    ),
    "math": "U+2248,U+2260,U+2264-2265",
}
"""Letters of en ru kk ky tg tk uz in both their scripts, with punctuation, by the package's own slices."""

PRINTED: Final = (
    "U+0020-007E,U+00A0-00AC,U+00AE-017F,U+018F,U+0218-021B,U+0259,U+02B9-02BA,U+02BB-02BC,U+02C6,U+02DA,"
    "U+02DC,U+0300-0304,U+0306-030C,U+0323,U+0327-0328,U+0400-045F,U+0490-0493,U+0496-04A3,U+04AA-04BB,"
    "U+04CF-04D9,U+04E2-04E3,U+04E8-04E9,U+04EE-04F1,U+1E80-1E85,U+1EF2-1EF3,U+2009,U+2013-2014,"
    "U+2018-201A,U+201C-201E,U+2022,U+2026,U+202F,U+2039-203A,U+20AC,U+20B8,U+20BD,U+2116,U+2122,"
    "U+2190-2193,U+2212,U+2248,U+2260,U+2264-2265"
)
"""The same letters and their neighbours, because a certificate has to print a guest's name too."""

READING_SIZE: Final = 17  # pixels: the optical size of the long read
DISPLAY_SLICES: Final = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")

ICONS: Final = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "award",
    "bell",
    "book-open",
    "bookmark",
    "briefcase",
    "calendar",
    "chart-column",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle",
    "circle-alert",
    "circle-check",
    "circle-dot",
    "circle-question-mark",
    "circle-x",
    "clock",
    "copy",
    "download",
    "external-link",
    "eye",
    "eye-off",
    "file-text",
    "filter",
    "flag",
    "git-compare",
    "globe",
    "history",
    "hourglass",
    "house",
    "info",
    "key-round",
    "languages",
    "layers",
    "lightbulb",
    "list",
    "lock",
    "log-out",
    "menu",
    "message-square-warning",
    "minus",
    "notebook-pen",
    "octagon-alert",
    "pencil",
    "plus",
    "printer",
    "rotate-ccw",
    "save",
    "scale",
    "search",
    "settings",
    "shield-check",
    "square-pen",
    "trash-2",
    "triangle-alert",
    "upload",
    "user",
    "user-plus",
    "users",
    "wifi-off",
    "x",
)

_KEPT_NAMES: Final = "--name-IDs=0,1,2,3,4,5,6,13,14,16,17,25"


def _web_font(slice_name: str) -> Made:
    source = f"files/onest-{slice_name}-wght-normal.woff2"
    return _for_the_web(f"onest-{slice_name}", ONEST, source, slice_name)


def _reading_font(slice_name: str) -> Made:
    """The serif of the long read: fetched only by who chose it."""
    source = f"files/source-serif-4-{slice_name}-opsz-normal.woff2"
    return _for_the_web(f"source-serif-{slice_name}", SOURCE_SERIF, source, slice_name, f"opsz={READING_SIZE}")


def _for_the_web(name: str, package: Package, source: str, slice_name: str, *axes: str) -> Made:
    """Limit a slice of a typeface to the weights and letters of the interface."""
    return Made(
        f"elearn/static/fonts/{name}.woff2",
        package,
        (source,),
        (
            (
                "fonttools",
                "varLib.instancer",
                source,
                "wght=400:700",
                *axes,
                "--no-recalc-timestamp",
                "-o",
                "limited.ttf",
            ),
            (
                "fonttools",
                "subset",
                "limited.ttf",
                f"--unicodes={SLICES[slice_name]}",
                "--layout-features=kern,mark,mkmk,ccmp,locl,calt,tnum,pnum",
                "--no-hinting",
                "--flavor=woff2",
                _KEPT_NAMES,
                "--output-file=OUTPUT",
            ),
        ),
        "OFL-1.1",
    )


def _print_subset(font: str) -> tuple[str, ...]:
    return (
        "fonttools",
        "subset",
        font,
        f"--unicodes={PRINTED}",
        "--layout-features=kern,mark,mkmk,ccmp,locl,liga,tnum,pnum",
        "--no-hinting",
        "--glyph-names",
        _KEPT_NAMES,
        "--output-file=OUTPUT",
    )


def _print_font(source: str) -> Made:
    path = f"elearn/printing/fonts/{Path(source).name.replace('_', '-')}"
    return Made(path, ONEST_STATIC, (source,), (_print_subset(source),), "OFL-1.1")


def _display_font(style: str, weight: int, optical_size: int) -> Made:
    """Merge the slices of a typeface at one weight and optical size, as a browser would draw it when large."""
    commands: list[tuple[str, ...]] = []
    slices = {f"{name}.ttf": f"files/source-serif-4-{name}-opsz-normal.woff2" for name in DISPLAY_SLICES}
    for limited, source in slices.items():
        weighed = ("fonttools", "varLib.instancer", source, f"wght={weight}", "--update-name-table")
        sized = ("fonttools", "varLib.instancer", f"weighed-{limited}", f"opsz={optical_size}")
        commands.append((*weighed, "--no-recalc-timestamp", "-o", f"weighed-{limited}"))
        commands.append((*sized, "--no-recalc-timestamp", "-o", limited))
    commands.append(("fonttools", "merge", *slices, "--output-file=merged.ttf"))
    commands.append(_print_subset("merged.ttf"))
    path = f"elearn/printing/fonts/SourceSerif4-{weight}{style}.ttf"
    return Made(path, SOURCE_SERIF, tuple(slices.values()), tuple(commands), "OFL-1.1")


def _copied(path: str, package: Package, source: str, licence: str) -> Made:
    return Made(path, package, (source,), (("copy", source, "OUTPUT"),), licence)


RECIPES: Final = (
    *(_web_font(name) for name in SLICES),
    *(_reading_font(name) for name in DISPLAY_SLICES),
    _copied("elearn/static/fonts/OFL.txt", ONEST, "LICENSE", "OFL-1.1"),
    _copied("elearn/static/fonts/OFL-SourceSerif4.txt", SOURCE_SERIF_STATIC, "LICENSE_FONT", "OFL-1.1"),
    Made("elearn/static/css/fonts.css", ONEST, (), (("font-faces", "OUTPUT"),), "OFL-1.1"),
    _print_font("400Regular/Onest_400Regular.ttf"),
    _print_font("500Medium/Onest_500Medium.ttf"),
    _print_font("600SemiBold/Onest_600SemiBold.ttf"),
    _copied("elearn/printing/fonts/OFL-Onest.txt", ONEST_STATIC, "LICENSE_FONT", "OFL-1.1"),
    _display_font("Regular", 400, 44),
    _display_font("SemiBold", 600, 38),
    _copied("elearn/printing/fonts/OFL-SourceSerif4.txt", SOURCE_SERIF_STATIC, "LICENSE_FONT", "OFL-1.1"),
    Made(
        "elearn/static/icons.svg",
        LUCIDE,
        tuple(f"icons/{name}.svg" for name in ICONS),
        (("sprite", "OUTPUT"),),
        "ISC",
    ),
    _copied("elearn/static/icons.LICENSE.txt", LUCIDE, "LICENSE", "ISC"),
    _copied("tests/vendor/axe.min.js", AXE, "axe.min.js", "MPL-2.0"),
    _copied("tests/vendor/axe.LICENSE.txt", AXE, "LICENSE", "MPL-2.0"),
    _copied("tests/vendor/axe.LICENSE-3RD-PARTY.txt", AXE, "LICENSE-3RD-PARTY.txt", "MIT"),
)


def font_faces() -> str:
    """Write the style sheet that names every slice of the interface's typefaces."""
    rules = [
        "/* Onest and Source Serif 4 for en ru kk ky tg tk uz, 400-700; made by tests/tools/vendor.py; OFL-1.1. */\n"
    ]
    faces = [("Onest", "onest", name) for name in SLICES]
    faces += [("Source Serif 4", "source-serif", name) for name in DISPLAY_SLICES]
    rules.extend(
        f"""@font-face {{
  font-family: "{family}";
  font-style: normal;
  font-weight: 400 700;
  font-display: swap;
  src: url("/static/fonts/{stem}-{name}.woff2") format("woff2");
  unicode-range: {SLICES[name].replace(",", ", ")};
}}
"""
        for family, stem, name in faces
    )
    return "".join(rules)


def sprite(drawings: Mapping[str, str]) -> str:
    """Write one SVG whose symbols are the given drawings, each by its name and free of colour and size."""
    symbols = []
    for name, drawing in drawings.items():
        inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if inner is None:
            raise VendorError(f"{name}.svg is not a drawing")
        shapes = "".join(line.strip() for line in inner[1].splitlines()).replace(" />", "/>")
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>\n'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        f"<!-- Lucide {LUCIDE.version}, ISC; see icons.LICENSE.txt -->\n{''.join(symbols)}</svg>\n"
    )


def integrity_of(archive: Path) -> str:
    """Give npm's digest of an archive: SHA-512 in base 64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def sha256_of(file: Path) -> str:
    """Give the digest the record keeps of a committed file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _fetch(package: Package, into: Path) -> Path:
    """Download and unpack one package, refusing an archive with another digest."""
    answer = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = into / answer.stdout.split()[-1]
    found = integrity_of(archive)
    if found != package.integrity:
        raise VendorError(f"{package.name} {package.version} came with the digest {found}, not {package.integrity}")
    folder = into / archive.stem
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            target = (folder / member.name).resolve()
            data = packed.extractfile(member) if member.isfile() else None
            if data is not None and target.is_relative_to(folder.resolve()):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data.read())
    return folder / "package"


def _run(made: Made, command: tuple[str, ...], package: Path, output: Path, scratch: Path) -> None:
    match command[0]:
        case "copy":
            shutil.copyfile(package / made.sources[0], output)
        case "font-faces":
            output.write_text(font_faces(), encoding="utf-8")
        case "sprite":
            drawings = {Path(source).stem: (package / source).read_text(encoding="utf-8") for source in made.sources}
            output.write_text(sprite(drawings), encoding="utf-8")
        case _:
            places = {source: str(package / source) for source in made.sources}
            arguments = [places.get(word, word).replace("OUTPUT", str(output)) for word in command[1:]]
            environment = os.environ | {"SOURCE_DATE_EPOCH": "0"}
            tool = [sys.executable, "-m", "fontTools", *arguments]
            subprocess.run(tool, cwd=scratch, check=True, env=environment)


def sync(root: Path = ROOT) -> None:
    """Make every vendored file again and write the records."""
    entries: dict[str, list[dict[str, object]]] = {record: [] for record in RECORDS}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        packages = {package: _fetch(package, scratch) for package in dict.fromkeys(made.package for made in RECIPES)}
        for made in RECIPES:
            output = root / made.path
            output.parent.mkdir(parents=True, exist_ok=True)
            for command in made.commands:
                _run(made, command, packages[made.package], output, scratch)
            entries[record_of(made.path)].append(
                {
                    "path": made.path,
                    "package": made.package.name,
                    "version": made.package.version,
                    "integrity": made.package.integrity,
                    "sources": list(made.sources),
                    "sha256": sha256_of(output),
                    "licence": made.licence,
                    "command": " && ".join(" ".join(command) for command in made.commands),
                }
            )
    for path, files in entries.items():
        record = {"made_by": f"python tests/tools/vendor.py sync ({_tools()})", "files": files}
        (root / path).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def record_of(path: str) -> str:
    """Say in which record a vendored file stands."""
    return TEST_RECORD if path.startswith("tests/") else RECORD


def _tools() -> str:
    """Name the versions of the tools whose output the digests depend on."""
    words = "import brotli, fontTools; print('fonttools', fontTools.version, 'brotli', brotli.__version__)"
    answer = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True)
    return answer.stdout.strip()


def check(root: Path = ROOT) -> list[str]:
    """Compare the committed files with the records; give a sentence for each difference."""
    entries = {
        entry["path"]: entry
        for record in RECORDS
        for entry in json.loads((root / record).read_text(encoding="utf-8"))["files"]
        if record_of(entry["path"]) == record
    }
    recipes = {made.path: made for made in RECIPES}
    problems = [f"{path} is in the record, but no recipe makes it" for path in entries.keys() - recipes.keys()]
    for path, made in recipes.items():
        entry = entries.get(path)
        if entry is None:
            problems.append(f"{path} has a recipe, but is not in the record")
        elif (entry["package"], entry["version"], entry["integrity"]) != _identity(made.package):
            problems.append(f"{path} was made from {entry['package']} {entry['version']}, the recipe names another")
        elif entry["command"] != " && ".join(" ".join(command) for command in made.commands):
            problems.append(f"{path} was made by another command than the recipe's")
        elif not (root / path).is_file():
            problems.append(f"{path} is missing")
        elif sha256_of(root / path) != entry["sha256"]:
            problems.append(f"{path} is not the file that was vendored")
    problems.extend(f"{path} is in no record" for path in _vendored(root) if path not in entries)
    return sorted(problems)


def _identity(package: Package) -> tuple[str, str, str]:
    return package.name, package.version, package.integrity


def _vendored(root: Path) -> Iterator[str]:
    """List the files that have to be in the record, by where they lie and of what kind they are."""
    for file in (*_files(root / "elearn"), *_files(root / "tests" / "vendor")):
        path = file.relative_to(root).as_posix()
        if path in RECORDS:
            continue
        if file.suffix in SUFFIXES or path.startswith(tuple(f"{folder}/" for folder in FOLDERS)):
            yield path


def _files(folder: Path) -> Iterable[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def main(arguments: list[str] | None = None) -> int:
    """Run ``sync`` or ``check``; the answer is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=("sync", "check"))
    if parser.parse_args(arguments).act == "sync":
        try:
            sync()
        except VendorError as error:
            print(error, file=sys.stderr)
            return 1
    problems = check()
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(RECIPES)} vendored files are as recorded")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
