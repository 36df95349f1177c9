"""Pure: an author's Markdown and drawings become safe HTML. The only place that decides which HTML there is.

A text is cut into *lines* that remember where they stand (``text``), lines into *blocks* (``blocks``), blocks into HTML
(``render``), which is sanitised by an allow-list (``sanitise``). Links, pictures and icons are left as *slots* until
then and filled with what the course knows of them (``slots``). Drawings have an allow-list of their own (``drawing``).
"""
