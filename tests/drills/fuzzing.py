"""A coverage-guided fuzzer over everything that reads what authors wrote: ``-m tests.drills.fuzzing TARGET SECONDS``.

Atheris (the package ``atheris``) measures which code an input reaches and keeps the inputs that reach more. What must
hold for each input: no exception but the documented refusals, an end within two seconds, problems with a place in a
file that is there, and HTML in which the sanitiser finds nothing more to do.

The process ends with 0 after so many seconds; with another code after the first input that breaks a rule, which it
leaves in the folder that is the third argument, with the corpus.
"""

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["elearn", "markdown", "yaml", "csv"]):
    from elearn.banks.formats import Readable, Writable, read_bank, write_bank
    from elearn.banks.model import Unreadable
    from elearn.content.codec import dump_course, load_course
    from elearn.content.compiler import Compilation, compile_course
    from elearn.content.fixing import fix
    from elearn.content.frontmatter import read_fields
    from elearn.content.reporting import Report
    from elearn.content.tables import UnreadableTable, read_table
    from elearn.markup.render import render, render_inline
    from elearn.markup.sanitise import sanitised
    from elearn.markup.source import read_source

from elearn.content.course import Course
from tests.secret_course import questions_in
from tests.unit.content.making import files as small_files
from tests.unit.markup.test_hostile import is_harmless

ROOT = Path(__file__).parents[2]
LONGEST = 3_000  # bytes of an input
MOST_SECONDS = 2  # of the processor, for one input
ALARM_SECONDS = 30  # until an input counts as one that never ends; the machine may be busy
SIGNS = (
    *(
        "# ",
        "## ",
        "### ",
        "- ",
        "1. ",
        "> ",
        "> [!NOTE]",
        "> [!TIP]",
        "> [!LAW] ",
        "> [!RED-FLAG] ",
        "```",
        "|--|",
        "---",
    ),
    *("<!--", "-->", "<!-- id: ", "<!-- q: ", " | points: ", "( ) ", "(x) ", "[x] ", "[ ] ", "= ", "!= ", "`50%`", "±"),
    *(
        "→",
        "[[",
        "]]",
        "..",
        "`+2`",
        "`1 evidence`",
        "`3 days`",
        "](#",
        "](../glossary.md#",
        "`rect 1% 1% 9% 9%`",
        "[^1]",
    ),
    *(
        "*[A]: ",
        "javascript:",
        "<script>",
        "onerror=",
        "&#x6a;",
        "![a](b.svg)",
        "{: .x}",
        "\\ue000",
        "\\u202e",
        "| > Why |",
    ),
    *(
        "draw: [{from: pools/example.md, count: 1}]",
        "pool: ",
        "quiz: ",
        "variant: seeded",
        "title: ",
        "{=",
        "~",
        "%50%",
    ),
    *(
        "::",
        "//",
        "$CATEGORY: ",
        "ANSWER: A",
        "<question type=",
        "<text>",
        "<![CDATA[",
        "<answer fraction=",
        "&lt;",
        "\\\\n",
    ),
)


# ---- What must hold ----


class RuleBroken(Exception):
    """Something that must hold for every input did not."""


def check_clean(html: str) -> None:
    """The sanitiser finds nothing more to do; it writes a no-break space by its name, which is the same."""
    again = sanitised(html)
    if html.replace("\xa0", "&nbsp;") != again:
        raise RuleBroken(f"the sanitiser finds more to do:\n{html!r}\n{again!r}")


def check_course(course: Course) -> None:
    """What is shown of a course is harmless, and the course is the same after it was stored."""
    for html in _html_of(course):
        if not is_harmless(re.sub(r"<(/?)h2>", r"<\1h3>", html)):  # h2 are the headings of parts, which we write
            raise RuleBroken(f"not harmless: {html!r}")
    if load_course(dump_course(course)) != course:
        raise RuleBroken("stored and loaded, it is another course")


def _html_of(course: Course) -> Iterator[str]:
    for question in questions_in(course):
        for text in question.texts.values():
            for html in (text.title, text.stem, text.hint, text.explanation, text.trainer_note):
                yield html or ""
            yield from (*text.answers.values(), *text.feedback.values(), *text.passage)
    for module in course.modules:
        for section in module.sections:
            for words in section.texts.values():
                yield from (str(getattr(piece, "html", "")) for piece in words.body)


def check_places(files: Mapping[str, bytes], compilation: Compilation) -> None:
    """Every problem stands in a line of a file that is there, or is about one that is missing."""
    for problem in compilation.problems:
        lines = len(re.split(rb"\r\n|[\r\n]", files[problem.path])) if problem.path in files else 1
        if not (1 <= problem.line <= lines and problem.column >= 1):
            raise RuleBroken(f"no such place among {lines} lines: {problem}")
    if (compilation.course is None) != (compilation.error_count > 0):
        raise RuleBroken(f"a course with errors, or none without: {compilation.problems}")


# ---- What is fuzzed ----


def compile_file(path: str) -> Callable[[bytes], None]:
    """Compiling a small course of which one file is the input."""

    def run(data: bytes) -> None:
        files = {**small_files(), path: data}
        compilation = compile_course("small", files)
        check_places(files, compilation)
        if compilation.course is not None:
            check_course(compilation.course)
        fixed = {**files, **fix(files)}
        if fix(fixed):
            raise RuleBroken("fixing once is not enough")

    return run


def render_text(data: bytes) -> None:
    """The renderer of texts."""
    source = read_source(data)
    check_clean(render(source.body, language="en").html)
    check_clean(render_inline(source.body[:3], language="en").html)


def read_front(data: bytes) -> None:
    """Front matter alone."""
    source = read_source(b"---\n" + data + b"\n---\n")
    report = Report()
    read_fields(source.front or (), "course.md", report)
    for problem in report.problems():
        if not 1 <= problem.line <= data.count(b"\n") + data.count(b"\r") + 3:
            raise RuleBroken(f"no such place: {problem}")


def read_ledger(data: bytes) -> None:
    """A ledger's file."""
    with suppress(UnreadableTable):
        read_table(data)


def read_questions(form: Readable) -> Callable[[bytes], None]:
    """A question bank; what can be read can be written, and read again."""

    def run(data: bytes) -> None:
        with suppress(Unreadable):
            bank = read_bank(data, form)
            for written in Writable:
                made, _ = write_bank(bank, written)
                if written is not Writable.QTI:
                    read_bank(made, Readable(written.value))

    return run


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "quiz": compile_file("01-first/quiz.md"),
    "module": compile_file("01-first/module.md"),
    "course": compile_file("course.md"),
    "glossary": compile_file("glossary.md"),
    "markup": render_text,
    "front": read_front,
    "ledger": read_ledger,
    "gift": read_questions(Readable.GIFT),
    "aiken": read_questions(Readable.AIKEN),
    "moodle": read_questions(Readable.MOODLE),
}


# ---- From what it starts ----


def seeds(target: str) -> Iterator[bytes]:
    """Small sound inputs: each question and each section that the courses of this repository have, and banks."""
    files = [*(ROOT / "courses").rglob("*"), *(ROOT / "tests" / "courses").rglob("*")]
    if target in ("quiz", "module", "markup"):
        for path in files:
            if path.suffix == ".md" and path.stem.partition(".")[0] in ("quiz", "exam", "module"):
                front, _, text = path.read_bytes().partition(b"\n---\n")
                head = front + b"\n---\n" if target != "markup" else b""
                yield from (head + piece for piece in re.split(rb"(?m)^(?=## )", text))
    elif target == "front":
        yield from (path.read_bytes().partition(b"\n---\n")[0][4:] for path in files if path.suffix == ".md")
    elif target in ("course", "glossary"):
        yield from (path.read_bytes() for path in files if path.name == f"{target}.md")
    elif target == "ledger":
        yield from (path.read_bytes() for path in files if path.suffix == ".csv")
        yield b'\xef\xbb\xbfKey;"Am""ount"\r\nT1;"1,5"\r\n'
    else:
        yield from _BANKS[target]


_BANKS: Mapping[str, Iterable[bytes]] = {
    "aiken": [b"What is it?\nA. One\nB) Two\nANSWER: A\n", b"Is it so?\nSure?\nA) Yes\nB) No\nC) Why\nANSWER: C\n"],
    "gift": [
        b"::T:: What\\: is it? {=one#yes ~two#no ~%-50%three####all}\n",
        b"// note\n$CATEGORY: a/b\n[markdown]It is {T#no#yes} .\n",
        b"How much? {#15:2 =%50%12..15 ####why}\n\nMatch {=a -> b =c -> d}\n\nThe {~x =y} is here.\n\nWrite {}\n",
    ],
    "moodle": [
        b'<?xml version="1.0"?><quiz><question type="multichoice"><name><text>n</text></name><questiontext>'
        b'<text><![CDATA[<p>What <b>is</b>? <img src="@@PLUGINFILE@@/a.png"></p>]]></text></questiontext>'
        b'<single>true</single><answer fraction="100"><text>a</text><feedback><text>f'
        b'</text></feedback></answer><answer fraction="-33.33333"><text>b</text></answer></question></quiz>',
        b'<quiz><question type="cloze"><questiontext format="html"><text>It is {1:MC:=a~b#f} and {2:NM:=15:2}.</text>'
        b'</questiontext></question><question type="numerical"><questiontext><text>n</text></questiontext><answer '
        b'fraction="100"><text>3.5</text><tolerance>0.1</tolerance></answer></question></quiz>',
        b'<quiz><question type="matching"><questiontext><text>m</text></questiontext><subquestion><text>a</text>'
        b"<answer>"
        b"<text>b</text></answer></subquestion><subquestion><text></text><answer><text>c</text></answer></subquestion>"
        b'</question><question type="essay"><questiontext><text>e</text></questiontext></question></quiz>',
    ],
}


# ---- The fuzzer ----


def main(target: str, seconds: int, folder: Path) -> None:
    """Fuzz one target; does not return."""
    corpus = folder / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        if len(data) <= LONGEST:
            (corpus / f"seed-{number}").write_bytes(data)
    signs = folder / "signs.dict"
    signs.write_text("".join(f'"{_quoted(sign)}"\n' for sign in SIGNS), encoding="ascii")
    run = TARGETS[target]

    def one(data: bytes) -> None:
        before = time.process_time()
        run(data)
        if time.process_time() - before > MOST_SECONDS:
            raise RuleBroken(f"{time.process_time() - before:.1f} s for {len(data)} bytes")

    limits = (f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={ALARM_SECONDS}", "-rss_limit_mb=2048")
    files = (f"-dict={signs}", f"-artifact_prefix={folder / target}-", "-print_final_stats=1", str(corpus))
    atheris.Setup([sys.argv[0], *limits, *files], one)
    atheris.Fuzz()


def _quoted(sign: str) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}" for byte in sign.encode()
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
