"""How questions are written, for who writes them: every kind with an example that a test compiles, and its settings."""

from dataclasses import dataclass

from elearn.web.i18n import gettext, marked
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in the comment of a question's heading: its name, how it is written, and what it does."""

    name: str
    example: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of question: ``source`` is a whole question, ``notes`` say what else may stand in one.

    ``more`` is shown under ``more_words``: what else is written so.
    """

    id: str
    title: str
    words: str
    source: str
    notes: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    more_words: str = ""
    more: str = ""


LEDGER_FILE = """\
Key,Date,From,To,Amount
T0041,2026-05-03,Payroll,A. Dorn,1450
T0042,2026-05-04,Kiosk 4,A. Dorn,900
T0043,2026-05-04,Kiosk 7,A. Dorn,950
"""
"""The file ``data/ledger.csv`` that the example of a long ledger links to."""

SHAPES = """\
- (x) `rect 10% 40% 25% 60%` The photograph
- ( ) `circle 50% 50% 10%` The seal
- ( ) `poly 10% 10% 30% 10% 20% 40%` The corner
"""

COMMON = (
    Setting("id", "id: offence", marked("Names the question for good. The editor writes it where it is missing.")),
    Setting("points", "points: 2", marked("What a right answer earns; 1 where nothing is said.")),
    Setting("tags", "tags: cash, border", marked("What a draw from a pool can ask for.")),
    Setting(
        "credit",
        "credit: exact",
        marked(
            "What an answer that is right in part earns. exact: nothing. proportional: its share, less what is wrong. "
            "proportional-correct: its share, but nothing once something wrong is chosen that has no weight."
        ),
    ),
    Setting("shuffle", "shuffle: no", marked("Answers keep the order in which they are written.")),
)

ENTRIES = (
    Entry(
        "one",
        marked("One right answer"),
        marked("Round brackets, one of them with an x. A quote under an answer is told to who chose it."),
        """\
## When is the offence complete? <!-- id: offence | tags: law -->

- ( ) When the attack happens
  > No: the funds need not have been used.
- (x) When funds are provided or collected
- ( ) When the money turns out to be stolen
  > Lawful money counts, too.

> [!TIP]
> What does the Convention say about use?

> [!NOTE]
> See [the offence](module.md#a-section).

> [!IMPORTANT]
> Ask the group for an example from their own country.
""",
        (
            marked(
                "TIP is a hint that one may open, NOTE the explanation after answering, IMPORTANT a note that "
                "only trainers see. They stand at the end of a question of any kind."
            ),
        ),
    ),
    Entry(
        "several",
        marked("Several right answers"),
        marked("Square brackets. A weight at the end says how much an answer earns, or takes away."),
        """\
## Which are red flags? <!-- id: flags | points: 2 -->

- [x] Many small deposits, one withdrawal abroad `60%`
- [x] A customer who cannot name the charity `40%`
- [ ] A salary on the last day of the month `-25%`
  > That is what an account is for.
""",
        (marked("Right answers without a weight share what the others leave of the whole."),),
    ),
    Entry(
        "statement",
        marked("True or false"),
        marked("One right answer, where the two answers are True and False in the course's language."),
        """\
## Lawful money can finance terrorism. <!-- id: lawful -->

- (x) True
- ( ) False
  > What it is for counts, not where it comes from.
""",
    ),
    Entry(
        "text",
        marked("A word to type"),
        marked("Each line that begins with = is accepted; a pattern stands between slashes; != is a known mistake."),
        """\
## What is value transfer by trust called? <!-- id: trust -->

- = hawala
- = /hundi|hawala[hd]ar/ `50%`
- != SWIFT
  > That is a network of banks.
""",
        (marked("Capitals, spaces and forms of letters make no difference."),),
        (Setting("fold", "fold: yo", marked("ё is the same as е.")),),
    ),
    Entry(
        "number",
        marked("A number to type"),
        marked(
            "A number with its tolerance and its unit, or a range. Officers may type a comma or a point, and spaces."
        ),
        """\
## What is the ceiling? <!-- id: ceiling -->

- = 15000 ± 10 EUR
- = 14000..16000 EUR `50%`
""",
        (marked("+- is the same as ±. The unit may be left out, but a wrong one is wrong."),),
    ),
    Entry(
        "cloze",
        marked("A text with gaps"),
        marked("A gap stands in double square brackets: a word, a number after =, or choices with round brackets."),
        """\
## Fill in the rule. <!-- id: rule | points: 3 -->

The ceiling is [[= 15000 ± 10]] [[(x) EUR | ( ) KZT]], and reports are sorted by
[[urgency | = /risk( and urgency)?/ | != size]].
""",
        (marked("Several accepted words are parted by |."),),
    ),
    Entry(
        "matching",
        marked("Matching"),
        marked("What belongs together, with → between (-> is → too). Nothing on the left: it belongs to none."),
        """\
## What belongs to what? <!-- id: stages | points: 2 -->

- Placement → cash enters the system
- Layering → the trail is broken up
  > Layers hide where it came from.
- → the account is closed
""",
    ),
    Entry(
        "ordering",
        marked("Putting in order"),
        marked("A numbered list in the right order; officers get it shuffled. The longest run in order is paid."),
        """\
## In which order is a report worked on? <!-- id: life | points: 2 -->

1. The bank files the report
2. The unit registers it
3. An analyst enriches it
""",
    ),
    Entry(
        "ledger",
        marked("A ledger"),
        marked(
            "A table whose first column says which rows to pick. A column headed > Why explains its rows afterwards. "
            "It is paid by F1, and the result says what misses and false alarms cost."
        ),
        """\
## Which deposits stay just under 1,000? <!-- id: under | variant: seeded | limit: 1000 | hours: 2 | days: 30 -->

A. Dorn has had this account for a year.

| Pick | Date  | From    | To      | Amount | > Why                |
|:----:|-------|---------|---------|-------:|----------------------|
| [ ]  | 03.05 | Payroll | A. Dorn |  1,450 | A monthly salary.    |
| [x]  | 04.05 | Kiosk 4 | A. Dorn |    900 | Just under the limit. |
| [x]  | 04.05 | Kiosk 7 | A. Dorn |    950 | The same day again.  |
| [ ]  | 05.05 | K. Mett | A. Dorn |     40 | A friend pays back.  |
""",
        (),
        (
            Setting(
                "variant",
                "variant: seeded",
                marked(
                    "Each attempt has its own dates (moved by whole weeks), amounts (all by one factor) and surnames "
                    "such as A. Dorn. The same rows stay right."
                ),
            ),
            Setting(
                "limit",
                "limit: 1000",
                marked("With variant: amounts below the limit of which the text speaks stay below it."),
            ),
            Setting("keep", "keep: To, Amount", marked("With variant: columns that stay as they are, by their heads.")),
            Setting(
                "hours",
                "hours: 2",
                marked("How many hours of an analyst a false alarm costs, from 1 to 40; 1 where nothing is said."),
            ),
            Setting(
                "days",
                "days: 30",
                marked("How many days later a missed row is found, from 1 to 1,000; without it no days are told."),
            ),
        ),
    ),
    Entry(
        "long-ledger",
        marked("A long ledger"),
        marked(
            "A link to a CSV file of up to 5,000 rows, then the right rows by their key, which is the file's first "
            "column. A row that is not right may be listed, too, for its explanation."
        ),
        """\
## Which transfers would you report? <!-- id: transfers -->

[The ledger of May](data/ledger.csv)

- [x] T0042
  > Just under the limit.
- [x] T0043
- [ ] T0041
  > A monthly salary.
""",
        (marked("A ledger from a file takes the same settings."),),
        more_words=marked("The file:"),
        more=LEDGER_FILE,
    ),
    Entry(
        "case",
        marked("A branching case"),
        marked(
            "Each choice is a link to a scene, a heading one sign deeper; a scene without choices ends the case. "
            "Chips behind a choice say what it earns or costs, what it finds and how long it takes."
        ),
        """\
## A bank calls about a charity. <!-- id: charity | points: 3 -->

It wants to close the account today.

- [Ask for the account history](#account-history) `+2` `+1 evidence` `2 days`
- [Let it close the account](#closed) `-1`
  > The money moves on, and nobody learns where.

### Account history

Forty gifts came in one day.

- [Ask for a report](#the-report) `+1` `1 day`
- [Wait for more](#closed) `5 days`

### The report

It arrives in the evening.

### Closed

The client has taken the money out.
""",
        (
            marked("The model path is the one that earns most; the closing report compares the officer's with it."),
            marked("The preview leads to a page with all scenes, to print and to play at a table."),
        ),
    ),
    Entry(
        "hotspot",
        marked("A place in a picture"),
        marked(
            "A picture, then choices that begin with an area: the id of an element of the drawing, or a shape in per "
            "cent of the picture. The words of the choices are the same question for who does not see it."
        ),
        """\
## Where are reports sorted? <!-- id: place -->

![Three boxes: received, sorted, analysed.](images/flow.svg)

- ( ) `#received` Where they come in
  > Nobody has looked at them yet.
- (x) `#sorted` Before they are analysed
- ( ) `#analysed` In the last step
  > Analysis works on what was sorted.
""",
        (
            marked(
                "A rectangle has its left, top, width and height, a circle its middle and its radius, a polygon three "
                "to twelve corners. Square brackets ask for several places."
            ),
        ),
        more_words=marked("Shapes:"),
        more=SHAPES,
    ),
    Entry(
        "open",
        marked("An open answer"),
        marked(
            "A table whose head holds points: what is looked at, and how an answer of each level looks. A trainer "
            "marks by it. IMPORTANT holds the model answer, which only trainers see."
        ),
        """\
## What do you write to the prosecutor? <!-- id: note | points: 6 | words: 150 | upload: pdf, png -->

| Criterion             | 0    | 1    | 2                  |
|-----------------------|------|------|--------------------|
| Names the red flags   | none | some | all, with the rows |
| Says what is unknown  | none | some | all of it          |

> [!IMPORTANT]
> Both deposits stay under the limit; who opened the account is not known.
""",
        (),
        (
            Setting("words", "words: 150", marked("How many words are asked for; more are counted, never cut.")),
            Setting("upload", "upload: pdf, png", marked("What may be attached: pdf, png, jpg.")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class GuidePage:
    """What the page is given; all words are in the language of the page, sources as they are written."""

    shell: Shell
    common: tuple[Setting, ...]
    entries: tuple[Entry, ...]


def guide_page() -> GuidePage:
    """The page on how questions are written."""
    return GuidePage(shell(), _said(COMMON), tuple(map(_entry, ENTRIES)))


def _entry(entry: Entry) -> Entry:
    return Entry(
        id=entry.id,
        title=gettext(entry.title),
        words=gettext(entry.words),
        source=entry.source,
        notes=tuple(gettext(note) for note in entry.notes),
        settings=_said(entry.settings),
        more_words=gettext(entry.more_words) if entry.more else "",
        more=entry.more,
    )


def _said(settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
    return tuple(Setting(each.name, each.example, gettext(each.words)) for each in settings)
