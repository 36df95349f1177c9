"""The allow-list that everything an author wrote goes through after it became HTML."""

import re

import nh3

_TAGS = {
    "a", "abbr", "aside", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_CALLOUTS = {"callout", "law", "fatf", "red-flag", "case", "key", "note", "tip", "important", "warning", "caution"}
_CLASSES = {
    "a": {"footnote-ref", "footnote-backref"},
    "aside": _CALLOUTS,
    "div": {"callout-body", "table-scroll", "footnote", "seen", "innocent", "apart"},
    "p": {"callout-head", "callout-title"},
    "span": {"callout-kind", "callout-source"},
    "td": {"align-right", "align-center"},
    "th": {"align-right", "align-center"},
}
_ATTRIBUTES = {
    "a": {"href", "id", "title"},
    "abbr": {"title"},
    "div": {"tabindex", "role", "aria-label"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
}
_LINK = re.compile(r"link-\d+\Z|#fn[\w-]*\Z")
_VALUES = {
    "href": _LINK,
    "id": re.compile(r"fn[\w-]*\Z"),
    "start": re.compile(r"\d{1,9}\Z"),
    "tabindex": re.compile(r"0\Z"),
    "role": re.compile(r"region\Z"),
}


def _value(tag: str, attribute: str, value: str) -> str | None:
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.match(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    attribute_filter=_value,
    allowed_classes=_CLASSES,
    url_schemes=set(),
    link_rel=None,
)


def sanitised(html: str) -> str:
    """The HTML with nothing in it but what the allow-list knows; links are only slots and footnotes so far."""
    return _CLEANER.clean(html)
