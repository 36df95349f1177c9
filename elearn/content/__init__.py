"""Courses as text: a folder of Markdown becomes one frozen, typed ``Course`` and all its problems.

Pure: no clock, no database, no Flask. Words: a *course* has *modules*, a module has *sections* (one page each), a
section has *parts* (H3). *Questions* stand in lessons (check-yourself), in a *quiz* (of a module, or the exam) or in a
*pool* a quiz draws from. A *problem* is a located sentence that says what to mend.
"""
