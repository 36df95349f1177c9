"""What a new file begins with: a text that compiles and shows its shape, to be written over. Pure."""

import re
from collections.abc import Mapping

from elearn.content.fixing import fix
from elearn.content.names import MODULE_FOLDER

_MODULE = """\
---
title: "{title}"
minutes: 20
objectives:
  - Say in one verb what an officer can do afterwards
---
> [!CASE] Arlandia, invented
> A person with a decision to take. The module answers what they should do.

## The first section <!-- id: first-section -->

One idea a section, 200 to 400 words.

## Key points <!-- id: key-points -->

> [!KEY]
> One sentence to remember.
"""

_QUIZ = """\
---
quiz: {id}
title: "{title}"
pass_mark: 70
shuffle: [questions, answers]
feedback: after-attempt
---
## What would you do first? <!-- id: {prefix}-first -->

- ( ) Something that tempts
  > Why it tempts, and why it is wrong.
- (x) What is right
- ( ) Another thing that tempts
  > Why it tempts, and why it is wrong.

> [!NOTE]
> Why, with a link to the paragraph that teaches it.
"""

_POOL = """\
---
pool: {id}
title: "Pool: {id}"
---
## What would you do first? <!-- id: {id}-first -->

- ( ) Something that tempts
  > Why it tempts, and why it is wrong.
- (x) What is right
"""

_GLOSSARY = """\
## A term

*Also: another name*

What it means, in one sentence.
"""


_FRONT = re.compile(r"---\n(?P<lines>.*?)^---\n", re.DOTALL | re.MULTILINE)
_KEPT_KEYS = ("title", "objectives")
_SETTINGS = re.compile(r"<!--\s*(?P<id>(?:id|q):\s*[a-z0-9-]+)\s*\|[^>]*-->")


def starter(slug: str, path: str, files: Mapping[str, bytes]) -> str:
    """The text a new file of that path begins with; a translation begins as a copy of its source's words."""
    stem, _, language = path.removesuffix(".md").rpartition(".")
    if stem and language and f"{stem}.md" in files:
        return _to_translate(f"{stem}.md", path, files)
    folder, _, name = path.rpartition("/")
    if folder == "pools":
        return _POOL.format(id=name.removesuffix(".md"))
    if name == "glossary.md":
        return _GLOSSARY
    if name in ("exam.md", "pretest.md"):
        kind = name.removesuffix(".md")
        return _QUIZ.format(id=f"{slug}-{kind}", title=f"{kind.title()}: a new one", prefix=f"{slug}-{kind}")
    found = MODULE_FOLDER.match(folder)
    module = found[2] if found else folder
    if name == "quiz.md":
        return _QUIZ.format(id=f"{module}-quiz", title=f"Quiz: {module}", prefix=module)
    return _MODULE.format(title=module.replace("-", " ").capitalize())


def _to_translate(source: str, path: str, files: Mapping[str, bytes]) -> str:
    """The source without what it alone says (marks of the course, points, tags), and with the ids its units go by."""
    text = files[source].decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    text = _SETTINGS.sub(r"<!-- \g<id> -->", text)
    front = _FRONT.match(text)
    if front is not None:
        kept: list[str] = []
        is_kept = False
        for line in front["lines"].splitlines(keepends=True):
            if not line.startswith((" ", "-", "#")):
                is_kept = line.partition(":")[0] in _KEPT_KEYS
            if is_kept:
                kept.append(line)
        text = "---\n" + "".join(kept) + "---\n" + text[front.end() :]
    return fix({**files, path: text.encode()}).get(path, text.encode()).decode()
