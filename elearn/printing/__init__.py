"""What printing needs and no feature owns: the typefaces, which letters they have, and text as it stands on paper.

Pure. Who prints (certificates, books) has a template of its own; nothing that somebody typed is ever read as markup.
"""
