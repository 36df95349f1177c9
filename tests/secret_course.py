"""A course with every kind of question in every place, in which all that a learner may not see too early is a marker.

Markers are random words and numbers that stand nowhere else, so that a test can look for them in whatever the site
sends. Two courses made with different ``key`` say the same to a learner and have different things right, other
weights, feedback and notes: what a site sends before the time must be the same for both.
"""

import base64
import random
import string
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property

import re2

from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.question import Cloze, Number, NumberGap, Question, ShortText, TextGap

SLUG = "secrets"
POLICIES = ("immediately", "after-attempt", "after-close", "never")
NAMES = ("first", "second", "third", "fourth")
_ROWS = tuple(f"T{day},0{day}.05,Kiosk {day},{day * 110}" for day in range(1, 6))

_COURSE = """---
course: secrets
title: A course with secrets
language: en
version: 1.0.0
hours: 1
level: basic
completion: {modules: all, exam: 80}
certificate: {valid: 24 months}
---
A course for tests.
"""
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100" role="img" aria-labelledby="t"><title id="t">Boxes'
    '</title><rect id="{}" x="10" y="10" width="80" height="80"/><rect id="{}" x="110" y="10" width="80" height="80"/>'
    '<rect id="{}" x="210" y="10" width="80" height="80"/></svg>'
)


_MODULE = """---
title: The {name} module
minutes: 10
---
An opening.

## A section <!-- id: a-section -->

A [marker](../glossary.md#marker).

"""


class SecretCourse:
    """The course of a key: its files, and the markers in them, each with whom it belongs to.

    That is the id of a question; with ``/note`` for what only trainers see, ``/levels`` for the words of a rubric.
    """

    def __init__(self, key: int = 0) -> None:
        self.key = key
        self._chance = random.Random(f"markers {key}")  # noqa: S311
        self.markers: dict[str, str] = {}  # every form that a marker may take -> whom it belongs to
        self._counts = self._chance.sample(range(11, 99), 70)  # for evidence and days, each once
        self._areas: dict[str, list[str]] = {}  # the ids of areas in the drawing of a set of questions
        self.files = dict(self._made())
        for question in questions_in(self.course):
            self._mark_ids(question)

    @cached_property
    def course(self) -> Course:
        """The course without a database."""
        made = compile_course(SLUG, self.files)
        assert made.course is not None, made.problems
        return made.course

    @cached_property
    def _finder(self) -> re2._Regexp:
        options = re2.Options()
        options.max_mem = 1 << 28
        return re2.compile("|".join(re2.escape(form) for form in sorted(self.markers)), options)

    def owners_in(self, text: str) -> set[str]:
        """Whose markers stand in a text, in whatever form."""
        return {self.markers[form] for form in self._finder.findall(text)}

    # ---- Markers ----

    def word(self, owner: str) -> str:
        """A new word to hide."""
        made = "zq" + "".join(self._chance.choices(string.ascii_lowercase, k=12))
        self._hide(owner, made, made.upper(), made.capitalize(), made[::-1], made.encode().hex(), *_in_base64(made))
        return made

    def weight(self, owner: str, low: int, high: int) -> str:
        """A new weight to hide, in per cent."""
        made = f"{self._chance.randint(low, high - 1)}.{self._chance.randint(1000, 9999)}"
        self._hide(owner, made, made.replace(".", ","), str(Decimal(made) / 100))
        return made

    def amount(self, owner: str) -> str:
        """A new number to hide."""
        whole, part = str(self._chance.randint(10_000, 99_999)), self._chance.randint(11, 99)
        grouped = [f"{whole[:2]}{sign}{whole[2:]}" for sign in (",", ".", " ", "\u00a0", "\u202f", "'")]
        self._hide(owner, *(f"{form}{sign}{part}" for form in (whole, *grouped) for sign in ".,"))
        return f"{whole}.{part}"

    def _chips(self, owner: str) -> str:
        """Points, evidence and days of a decision, to hide."""
        points = f"{self._chance.randint(101, 999)}.{self._chance.randint(11, 99)}"
        evidence, days = self._counts.pop(), self._counts.pop() + self._chance.randint(1, 9) * 100
        self._hide(owner, points, points.replace(".", ","))
        for number, *words in ((evidence, "piece", "evidence"), (days, "day")):
            self._hide(owner, *(f"{number} {word}" for word in words))
        return f"`+{points}` `+{evidence} evidence` `{days} days`"

    def _mark_ids(self, question: Question) -> None:
        """The ids of what is typed are made of the key: who has one can try words until it fits."""
        gaps = (
            [gap for gap in question.gaps if isinstance(gap, TextGap | NumberGap)]
            if isinstance(question, Cloze)
            else []
        )
        for typed in (*gaps, *([question] if isinstance(question, ShortText | Number) else [])):
            for answer in typed.answers:
                self.markers[answer.id] = question.id

    def _hide(self, owner: str, *forms: str) -> None:
        assert self.markers.keys().isdisjoint(forms), "a marker is there twice"
        self.markers |= dict.fromkeys(forms, owner)

    # ---- Files ----

    def _made(self) -> Iterator[tuple[str, bytes]]:
        yield "course.md", _COURSE.encode()
        yield "glossary.md", b"---\ntitle: Glossary\n---\n\n## Marker\n\nA word that stands nowhere else.\n"
        pool = self._questions("pool", "../01-first/module.md", "##")
        yield "pools/pool.md", f"---\npool: pool\ntitle: A pool\n---\n{pool}".encode()
        draw = "draw:\n  - {from: pools/pool.md, count: 6}\n"
        yield "exam.md", _quiz("the-exam", f"pass_mark: 80\nattempts: 3\nfeedback: never\n{draw}").encode()
        yield from self._besides("pools", "pool")
        for number, (policy, name) in enumerate(zip(POLICIES, NAMES, strict=True), 1):
            folder, checks = f"0{number}-{name}", ""
            if number == 1:
                checks = self._questions("check", "", "###").replace("<!-- id: ", "<!-- q: ")
                yield from self._besides(folder, "check")
            yield f"{folder}/module.md", (_MODULE.format(name=name) + checks).encode()
            settings = f"pass_mark: 70\nattempts: 3\nfeedback: {policy}\nshuffle: [questions, answers]\n"
            asked = _quiz(f"quiz-{policy}", settings) + self._questions(policy, "module.md", "##")
            yield f"{folder}/quiz.md", asked.encode()
            yield from self._besides(folder, policy)

    def _besides(self, folder: str, prefix: str) -> Iterator[tuple[str, bytes]]:
        """The drawing and the ledger that questions in a folder name."""
        yield f"{folder}/{prefix}.svg", _PICTURE.format(*self._areas[prefix]).encode()
        yield f"{folder}/{prefix}.csv", ("Key,Day,From,Amount\n" + "\n".join(_ROWS) + "\n").encode()

    def _questions(self, prefix: str, module: str, level: str) -> str:
        """Every kind of question, with an id that begins with the prefix."""
        self._areas[prefix] = [self.word(f"{prefix}-hotspot") for _ in range(3)]
        bodies = {
            "single": self._rows(f"{prefix}-single", "-", "( )", "(x)", ("Apples", "Pears", "Plums"), 1),
            "several": self._several(f"{prefix}-several"),
            "statement": self._rows(f"{prefix}-statement", "-", "( )", "(x)", ("True", "False"), 1),
            "word": self._typed(f"{prefix}-word"),
            "amount": self._numbers(f"{prefix}-amount"),
            "cloze": self._cloze(f"{prefix}-cloze"),
            "matching": self._matching(f"{prefix}-matching"),
            "ordering": self._ordering(f"{prefix}-ordering"),
            "ledger": self._ledger(f"{prefix}-ledger"),
            "file": f"[A ledger]({prefix}.csv)\n\n" + self._keyed(f"{prefix}-file"),
            "case": self._case(f"{prefix}-case", level + "#"),
            "hotspot": self._hotspot(f"{prefix}-hotspot", f"{prefix}.svg"),
            "open": self._rubric(f"{prefix}-open"),
        }
        return "".join(self._question(f"{prefix}-{name}", body, module, level) for name, body in bodies.items())

    def _question(self, name: str, body: str, module: str, level: str) -> str:
        more = {"ledger": " | variant: seeded | limit: 1000", "case": " | points: 3"}.get(name.rpartition("-")[2], "")
        return (
            f"{level} What is {name}? <!-- id: {name}{more} -->\n\nSome words.\n\n{body}\n"
            f"> [!TIP]\n> A public hint.\n\n> [!NOTE]\n> {self.word(name)}: see [a section]({module}#a-section).\n\n"
            f"> [!IMPORTANT]\n> {self.word(name + '/note')} for trainers.\n\n"
        )

    def _feedback(self, owner: str) -> str:
        return f"  > {self.word(owner)} is the feedback.\n"

    def _turned(self, *words: str) -> Sequence[str]:
        """The words, in an order that the key decides."""
        return words[self.key % len(words) :] + words[: self.key % len(words)]

    def _rows(self, owner: str, bullet: str, wrong: str, right: str, words: Sequence[str], count: int) -> str:
        rights = self._turned(*words)[:count]
        lines = [f"{bullet} {right if word in rights else wrong} {word}\n{self._feedback(owner)}" for word in words]
        return "".join(lines)

    def _several(self, owner: str) -> str:
        words = ("Kites", "Drums", "Bells", "Pipes")
        first, second, third, fourth = self._turned(*words)
        rows = {
            first: ("[x]", f" `{self.weight(owner, 20, 80)}%`"),
            second: ("[x]", ""),
            third: ("[ ]", f" `-{self.weight(owner, 10, 90)}%`"),
            fourth: ("[ ]", ""),
        }
        return "".join(f"- {rows[word][0]} {word}{rows[word][1]}\n{self._feedback(owner)}" for word in words)

    def _typed(self, owner: str) -> str:
        word, weight = self.word(owner), self.weight(owner, 20, 80)
        half = f"- = /{self.word(owner)}|{self.word(owner)}.*/ `{weight}%`\n{self._feedback(owner)}"
        return f"- = {word}\n{self._feedback(owner)}{half}- != {self.word(owner)}\n{self._feedback(owner)}"

    def _numbers(self, owner: str) -> str:
        amount, weight = self.amount(owner), self.weight(owner, 20, 80)
        half = f"- = {self.amount(owner)} EUR `{weight}%`\n{self._feedback(owner)}"
        return f"- = {amount} ± 0.01 EUR\n{self._feedback(owner)}{half}"

    def _cloze(self, owner: str) -> str:
        marks = {word: "(x)" if word == self._turned("blue", "red")[0] else "( )" for word in ("blue", "red")}
        chosen = " | ".join(f"{mark} {word}" for word, mark in marks.items())
        typed = f"[[= {self.word(owner)} | = /{self.word(owner)}/ | != {self.word(owner)}]]"
        return f"It is {typed} and [[{chosen}]], it costs [[= {self.amount(owner)}]].\n"

    def _matching(self, owner: str) -> str:
        rights = self._turned("earth", "air", "water", "fire")
        rows = [f"- {left} → {right}\n{self._feedback(owner)}" for left, right in zip("ABC", rights, strict=False)]
        return "".join(rows) + f"- → {rights[3]}\n{self._feedback(owner)}"

    def _ordering(self, owner: str) -> str:
        words = self._turned("Thaw", "Winter", "Autumn", "Spring", "Summer")
        return "".join(f"{place}. {word}\n{'':1}{self._feedback(owner)}" for place, word in enumerate(words, 1))

    def _ledger(self, owner: str) -> str:
        rights = self._turned(*_ROWS)[:2]
        head = "| Pick | Key | Day | From | Amount | > Why |\n|---|---|---|---|---:|---|\n"
        rows = [
            f"| {'[x]' if row in rights else '[ ]'} | {' | '.join(row.split(','))} | {self.word(owner)} |\n"
            for row in _ROWS
        ]
        return head + "".join(rows)

    def _keyed(self, owner: str) -> str:
        first, second, other, *_ = self._turned(*(row.partition(",")[0] for row in _ROWS))
        lines = (("[x]", first), ("[x]", second), ("[ ]", other))
        return "".join(f"- {mark} {name}\n{self._feedback(owner)}" for mark, name in lines)

    def _case(self, owner: str, level: str) -> str:
        """The case: what one may choose first is public, everything behind it is not."""
        first = "".join(
            f"- [Ask a {word}](#the-{word}) {self._chips(owner)}\n{self._feedback(owner)}" for word in ("bank", "shop")
        )
        scenes = ""
        for word in ("bank", "shop"):
            onward = f"- [{self.word(owner)}](#the-end) {self._chips(owner)}\n{self._feedback(owner)}"
            scenes += f"\n{level} The {word}\n\n{self.word(owner)} is what it says.\n\n{onward}"
        return f"{first}{scenes}\n{level} The end\n\n{self.word(owner)} is how it ends.\n"

    def _hotspot(self, owner: str, picture: str) -> str:
        words = [
            f"`#{name}` {word}" for name, word in zip(self._areas[owner[:-8]], ("Left", "Middle", "Right"), strict=True)
        ]
        return f"![Three boxes]({picture})\n\n" + self._rows(owner, "-", "( )", "(x)", words, 1)

    def _rubric(self, owner: str) -> str:
        rows = [
            f"| {name} | {' | '.join(self.word(owner + '/levels') for _ in range(3))} |\n"
            for name in ("Facts", "Style")
        ]
        return "| Criterion | 0 | 1 | 2 |\n|---|---|---|---|\n" + "".join(rows)


def _quiz(name: str, settings: str) -> str:
    return f'---\nquiz: {name}\ntitle: "Quiz {name}"\n{settings}---\nSome questions.\n\n'


def _in_base64(word: str) -> Iterator[str]:
    """What is always there of a word in base64, wherever in a text it begins."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + word.encode()).decode()
        yield encoded[(before * 8 + 5) // 6 : (before + len(word)) * 8 // 6]


def questions_in(course: Course) -> list[Question]:
    """Every question of a course: of quizzes, pools and lessons."""
    return [
        *(question for quiz in course.quizzes() for question in quiz.questions),
        *(question for pool in course.pools for question in pool.questions),
        *(question for module in course.modules for question in module.checks),
    ]
