"""Question banks in and out: GIFT, Aiken, Moodle XML and QTI on one side, our Markdown on the other. Pure.

Words: a *bank* is the questions of one file in a neutral form (``model``), whose texts are Markdown; a *loss* is what a
question could not keep on its way, with the line and what to do. ``source`` and ``markdown`` read and write our own
files; each format has a module that reads it and one that writes it; ``formats`` names them all.
"""
