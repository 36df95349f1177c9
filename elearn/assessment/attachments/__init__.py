"""Files that belong to open answers: attached and taken back while the attempt is open, then read by who marks.

What a file is, its bytes say and not its name. No browser shows one: it is given to be kept, whoever asks for it.
"""
