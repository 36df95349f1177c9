"""The page an officer starts from: the one thing to go on with, the courses, the certificates."""
