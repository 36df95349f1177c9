"""A new course: small, complete, without a problem, and showing each construct of the format once."""

import json

from elearn.markup.labels import labels_in

_COURSE = """\
---
course: {slug}
title: {title}
language: {language}
version: 0.1.0
hours: 1
level: basic                     # basic | intermediate | advanced
themes: [example]                # tags for the coverage of standards
completion: {{modules: all, quizzes: all, exam: 80}}
certificate: {{valid: 24 months}}
---
This first paragraph is the lead: say in two sentences whom the course is for and what they can do afterwards.

The rest is the text of the course's page. Everything in this course is an example to be written over.
"""

_GLOSSARY = """\
## Suspicious transaction report

*Also: STR*

What a reporting entity files with the financial intelligence unit when it suspects that funds are proceeds of crime.

## Triage

Sorting what has come in by risk and urgency, before any of it is worked on.
"""

_MODULE = """\
---
title: "The first module: an example"
minutes: 12
objectives:
  - Recall what a section is
  - Write a question that a colleague cannot guess
themes: [example]
---
> [!CASE] Arlandia, invented
> Friday, 16:40. A report reaches the duty analyst. The office closes in twenty minutes, and five others are waiting.

This text, before the first heading, is the module's opening page. It sets a situation; the sections resolve it.

## A section is one page <!-- id: a-section -->

Each heading with two signs begins a page of its own. Its id never changes, even if its words do, so that progress and
links hold. A word of the glossary is a link: [triage](../glossary.md#triage).

| What       | How it is written          | Minutes |
|------------|----------------------------|--------:|
| A section  | two signs and a title      |       4 |
| A part     | three signs and a title    |       2 |

![Three boxes from left to right: received, sorted, analysed.](images/flow.svg "What happens to a report.")

### A part of it <!-- id: a-part -->

Parts are listed beside the page. Other pages are linked to by file and id, as in [callouts](#callouts), and sources
outside by their address[^1].

1. A numbered list says that the order matters.
2. A list with hyphens says that it does not.
   - It may hold another.

[^1]: A footnote: <https://www.fatf-gafi.org/>

### Which report is read first? <!-- q: read-first -->

- ( ) The one that came first
  > It seems fair, but the money of a later one may be gone by noon.
- (x) The most urgent one
- ( ) The longest one
  > Length says how much was written, not how much is at stake.

> [!TIP]
> What cannot wait?

> [!NOTE]
> Sorting comes before working. See [a part of it](#a-part).

## Callouts <!-- id: callouts -->

> [!LAW] International Convention, 1999, Art. 12 (2)
> What the law says, in your own words.

> [!FATF] R.20
> What the Recommendation asks for.

> [!RED-FLAG] Several loans in a few days
> - What was seen, and in what order.
> - What would explain it without any crime.
> - Which fact tells the two apart.

> [!NOTE]
> The alerts of git hosts work as well: NOTE, TIP, IMPORTANT, WARNING and CAUTION.

> [!KEY]
> One sentence to remember.
"""

_QUIZ = """\
---
quiz: example-quiz
title: "Quiz: an example of each kind"
pass_mark: 70
attempts: 3
shuffle: [questions, answers]
feedback: after-attempt          # immediately | after-attempt | after-close | never
---
One question of each kind. What stands here, before the first question, is the introduction.

## What opens a page of its own? <!-- id: example-single | tags: structure -->

- ( ) A paragraph
  > Paragraphs stand on the page they are in.
- (x) A heading with two signs
- ( ) A picture with a title
  > A picture with a title is a figure on its page.

> [!NOTE]
> See [a section](module.md#a-section).

## Which of these never change? <!-- id: example-several | points: 2 | tags: structure -->

Weights may be given in per cent; without them the right answers share the points.

- [x] The id of a section `60%`
- [x] The id of a question `40%`
- [ ] The title of a section `-50%`
  > Titles may be improved at any time.

## {true} or {false}: answers stand in the order of the file. <!-- id: example-statement | tags: questions -->

- ( ) {true}
  > This quiz shuffles its answers, as its front matter says.
- (x) {false}

## What is the sorting of reports by urgency called? <!-- id: example-text | tags: questions -->

- = triage
- = /prioriti[sz](ation|ing)/ `50%`
- != analysis
  > Analysis comes later, on what was sorted.

> [!IMPORTANT]
> Only trainers see this note.

## How many minutes does this module take? <!-- id: example-number | tags: questions -->

- = 12 ± 1 minutes

## Fill in the rule. <!-- id: example-cloze | points: 3 | tags: questions -->

A gap is typed or chosen. This module takes [[= 12 ± 1]] minutes, its sections begin with a heading of
[[(x) two | ( ) three]] signs, and reports are sorted by [[urgency | = /risk( and urgency)?/ | != size]].

## What holds what? <!-- id: example-matching | points: 2 | tags: structure -->

- Course → modules
- Module → sections
  > A module is a lesson; its headings with two signs begin its sections.
- Pool → questions
- → chapters

## In which order is a report worked on? <!-- id: example-ordering | points: 2 | tags: questions -->

The lines stand in the right order here; officers get them shuffled.

1. It is received
2. It is sorted by urgency
   > What is urgent must be known before anything is analysed.
3. It is analysed
4. What it led to is passed on

## Which deposits stay just under 1,000? <!-- id: example-ledger | points: 2 | variant: seeded | limit: 1000 -->

Dates, names and amounts differ from attempt to attempt. A long ledger lies in a file: a link to it, then the list of
its right rows.

| Pick | Date  | From    | To      | Amount | > Why                                        |
|:----:|-------|---------|---------|-------:|----------------------------------------------|
| [ ]  | 03.05 | Payroll | A. Dorn |  1,450 | A salary comes once a month, from an employer. |
| [x]  | 04.05 | Kiosk 4 | A. Dorn |    900 | Just under the limit.                        |
| [x]  | 04.05 | Kiosk 7 | A. Dorn |    950 | Again, on the same day, at another kiosk.    |
| [ ]  | 05.05 | K. Mett | A. Dorn |     40 | A friend pays back a dinner.                 |

## A bank calls about a client. What do you do? <!-- id: example-case | points: 3 | tags: questions -->

It has a bad feeling and asks for advice. Each choice leads to a scene; points, evidence and days stand behind it.

- [Ask what was seen](#what-was-seen) `+2` `+1 evidence`
- [Let it close the account](#the-account-is-closed) `3 days`
  > The money moves on, and nobody learns where.

### What was seen

Four deposits on one day, each just under the limit.

- [Ask for a report](#the-report) `+1` `1 day`
- [Wait for more](#the-account-is-closed) `5 days`
  > The longer the wait, the less is left to freeze.

### The report

It arrives in the evening, with the history of the account. A scene without choices ends the case.

### The account is closed

The client has taken the money out.

## Where are reports sorted? <!-- id: example-hotspot | tags: questions -->

An area is an element of the drawing, or a shape such as `rect 10% 40% 25% 60%`.

![Three boxes from left to right: received, sorted, analysed.](images/flow.svg)

- ( ) `#received` Where they come in
  > What has come in has not been looked at yet.
- (x) `#sorted` Before they are analysed
- ( ) `#analysed` In the last step
  > Analysis works on what was sorted.

## What made you suspicious, and what is next? <!-- id: example-open | points: 4 | words: 150 | upload: pdf, png -->

A trainer marks what is written by the table: what is looked at, and how an answer of each level looks. Officers see
the first column beforehand, the levels with the marks.

| Criterion             | 0       | 1         | 2                         |
|-----------------------|---------|-----------|---------------------------|
| Names the red flags   | none    | some      | all, with the rows        |
| Says what to do next  | nothing | one thing | in order, with the reason |

> [!IMPORTANT]
> The model answer stands here, and trainers have it beside them: both deposits stay under the limit, so the account
> history comes first.
"""

_POOL = """\
---
pool: example
title: "Pool: an example"
---
## What does an exam draw from? <!-- id: pool-source | tags: exam -->

- (x) From pools, by count and tags
- ( ) From the lessons, by chance
  > Lessons hold questions to check oneself; they count for nothing.

## Who sees an explanation? <!-- id: pool-explanation | tags: exam -->

- ( ) Everybody, at once
  > The quiz says when: its key is feedback.
- (x) Officers, when the quiz allows it

## May a question stand in two pools? <!-- id: pool-twice | tags: exam -->

- (x) No, its id must be the only one
- ( ) Yes, under the same id
  > Statistics could not tell the two apart.
"""

_EXAM = """\
---
quiz: {slug}-exam
title: "Exam: an example"
pass_mark: 80
attempts: 2
time_limit: 10 minutes
wait_between: 1 day
shuffle: [questions, answers]
feedback: after-attempt
draw:
  - {{from: pools/example.md, count: 2, tags: [exam]}}
---
You will meet two questions, drawn anew in each attempt.
"""

_WIDE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 592 80" role="img" aria-labelledby="t d">
<title id="t">What happens to a report</title>
<desc id="d">Received, then sorted, then analysed.</desc>
<rect id="received" x="1" y="20" width="150" height="40" rx="6" class="s-ink"/>
<text x="76" y="45" text-anchor="middle">Received</text>
<line x1="151" y1="40" x2="211" y2="40" class="s-ink"/>
<polygon points="221,40 211,35 211,45" class="f-ink"/>
<rect id="sorted" x="221" y="20" width="150" height="40" rx="6" class="f-tint s-primary"/>
<text x="296" y="45" text-anchor="middle" class="b">Sorted</text>
<line x1="371" y1="40" x2="431" y2="40" class="s-ink"/>
<polygon points="441,40 431,35 431,45" class="f-ink"/>
<rect id="analysed" x="441" y="20" width="150" height="40" rx="6" class="s-ink"/>
<text x="516" y="45" text-anchor="middle">Analysed</text>
</svg>
"""

_NARROW = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 328 220" role="img" aria-labelledby="t d">
<title id="t">What happens to a report</title>
<desc id="d">Received, then sorted, then analysed.</desc>
<rect id="received" x="64" y="1" width="200" height="44" rx="6" class="s-ink"/>
<text x="164" y="28" text-anchor="middle">Received</text>
<line x1="164" y1="45" x2="164" y2="78" class="s-ink"/>
<polygon points="164,88 159,78 169,78" class="f-ink"/>
<rect id="sorted" x="64" y="88" width="200" height="44" rx="6" class="f-tint s-primary"/>
<text x="164" y="115" text-anchor="middle" class="b">Sorted</text>
<line x1="164" y1="132" x2="164" y2="165" class="s-ink"/>
<polygon points="164,175 159,165 169,165" class="f-ink"/>
<rect id="analysed" x="64" y="175" width="200" height="44" rx="6" class="s-ink"/>
<text x="164" y="202" text-anchor="middle">Analysed</text>
</svg>
"""


def new_course(slug: str, title: str, language: str) -> dict[str, bytes]:
    """The files of a small complete course. The text is English; its ``language`` is what the author will write in."""
    labels = labels_in(language)
    quoted = json.dumps(" ".join(title.split()), ensure_ascii=False)  # a JSON string is a YAML string, too
    texts = {
        "course.md": _COURSE.format(slug=slug, title=quoted, language=language),
        "glossary.md": _GLOSSARY,
        "01-example/module.md": _MODULE,
        "01-example/quiz.md": _QUIZ.format(true=labels.true, false=labels.false),
        "01-example/images/flow.svg": _WIDE,
        "01-example/images/flow.narrow.svg": _NARROW,
        "pools/example.md": _POOL,
        "exam.md": _EXAM.format(slug=slug),
    }
    return {path: text.encode() for path, text in texts.items()}
