"""A small course in several languages for the search: each text says something that no other says."""

from tests.factories import course_files

LESSON = """---
title: Measures
minutes: 10
---
What this module is about.

## Freezing without delay <!-- id: delay -->

Funds of listed persons are frozen at once. The owner keeps them.

### Which hours <!-- id: hours -->

Within twenty-four hours, the working group says; a quetzal may be involved.

### What would you do? <!-- q: ask -->

- ( ) Wait for the vicuna
  > No: not the axolotl
- (x) Call the pangolin
  > Yes: ask the okapi

## The report <!-- id: report -->

A suspicious transaction report goes to the analysts, and the quetzal with it.
"""
TEXTS = {
    "ru": ("Меры", "Замораживание без промедления", "Средства включённых в перечень лиц замораживаются сразу."),
    "kk": ("Шаралар", "Қаражатты бұғаттау", "Тізімге енгізілген тұлғалардың қаражаты бірден бұғатталады."),
    "ky": ("Чаралар", "Каражатты тоңдуруу", "Тизмедеги адамдардын каражаты дароо тоңдурулат."),
    "tg": ("Чораҳо", "Яхкунонии маблағҳо", "Маблағҳои шахсони рӯйхат фавран ях кунонида мешаванд."),
    "tk": ("Çäreler", "Serişdeleri doňdurmak", "Sanawdaky şahslaryň serişdeleri derrew doňdurylýar."),
    "uz": ("Choralar", "Mablagʻlarni muzlatish", "Roʻyxatdagi shaxslarning mablagʻlari darhol muzlatiladi."),
}


def search_files(slug: str = "words", **changed: tuple[str, str]) -> dict[str, bytes]:
    """The files of the course; ``changed`` as for ``course_files``."""
    files = course_files(slug, "A course of words", **changed)
    files["01-example/module.md"] = LESSON.encode()
    for language, (title, heading, text) in TEXTS.items():
        lesson = f"---\ntitle: {title}\n---\n## {heading} <!-- id: delay -->\n\n{text}\n"
        files[f"01-example/module.{language}.md"] = lesson.encode()
    return files
