"""Who gets what at every address: every endpoint x method x role x ownership, against one table in words."""
