"""People from a file: CSV or XLSX of our own columns or of Moodle's, looked at row by row before anything is written.

The import adds people; who is here already stays as they are, so the same file again changes nothing. Nothing lies on
the server between the two steps: the second form carries the file itself, and it is read and planned anew.
"""
