"""Nothing an author writes becomes a script, a style, a handler or a form."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.markup.drawing import drawing_html, read_drawing
from elearn.markup.render import render
from elearn.markup.sanitise import sanitised
from elearn.markup.slots import fill
from elearn.markup.source import read_source
from tests.unit.content.making import section_html

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](images/x.svg)',
    '![x](https://example.org/x.png "t")',
    '[x](https://example.org/" onclick="alert(1))',
    "[x](https://example.org/'><script>alert(1)</script>)",
    '*[HTML]: " onmouseover=alert(1) x="\n\nHTML',
    "[^x]: <script>alert(1)</script>\n\ny[^x]",
    '[^"><script>]: x\n\ny[^"><script>]',
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "> [!LAW] <script>alert(1)</script>\n> x",
    '> [!LAW" onclick="alert(1)] x\n> y',
    '```"><script>alert(1)</script>\nx\n```',
    "<style>body{display:none}</style>",
    "<iframe src=//evil></iframe>",
    "<form action=//evil><input name=password></form>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "{: onclick=alert(1) }",
    "\x02amp\x03lt;script>",
    '\ue000icon:x"><script>alert(1)</script>\ue001',
    "\ue000picture:99\ue001",
    "wzxhzdk:0 \x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03",
    "[x](link-0)",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
TAG = re.compile(r"<(/?[a-zA-Z][^>]*)>")
ALLOWED = re.compile(
    r"/?(?:a|abbr|aside|blockquote|br|code|dd|div|dl|dt|em|figure|figcaption|h[3-6]|hr|li|ol|p|pre|section|span|strong|sup"
    r'|svg|use|table|tbody|td|th|thead|tr|ul|img|title|desc|g|rect)(?: [a-zA-Z-]+="[^"<>]*")*\Z'
)
ATTRIBUTES = re.compile(r' ([a-zA-Z-]+)="([^"]*)"')


def is_harmless(html: str) -> bool:
    """Whether there are only tags and attributes that the compiler itself writes."""
    for tag in TAG.findall(html):
        if not ALLOWED.match(tag):
            return False
        for name, value in ATTRIBUTES.findall(tag):
            if name.startswith("on") or name in ("style", "srcdoc", "action", "formaction"):
                return False
            if name in ("href", "src") and not re.match(r"https://|mailto:|/courses/|/media/|/static/icons|#fn", value):
                return False
    return "<script" not in html.lower()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_does_not_survive(payload: str) -> None:
    for text in (payload, f"> {payload}", f"- {payload}", f"Words {payload} words", f"#### {payload}"):
        assert is_harmless(section_html(text)), section_html(text)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*PAYLOADS, "\n", "\n\n", "`", "> ", "- ", "[", "](", ")", "<", ">", '"', "\\"]), max_size=12
    )
)
def test_no_mixture_of_payloads_survives(pieces: list[str]) -> None:
    html = section_html("".join(pieces))
    assert is_harmless(html), html


def test_the_harmlessness_check_can_fail() -> None:
    assert not is_harmless('<a href="javascript:alert(1)">')
    assert not is_harmless("<script>")
    assert not is_harmless('<p onclick="x">')
    assert is_harmless("<p>&lt;script&gt;</p>")


def test_the_sanitiser_alone_would_hold() -> None:
    dirty = '<p class="callout-head evil" style="x" id="main"><a href="javascript:x" onclick="y" class="term">z</a></p>'
    assert sanitised(dirty) == '<p class="callout-head"><a class="">z</a></p>'
    assert sanitised("<script>x</script><b>y</b>") == "y"


def test_authors_give_no_ids_but_those_of_footnotes() -> None:
    assert sanitised('<li id="fn-a-1">x</li><li id="fnord main">y</li>') == '<li id="fn-a-1">x</li><li>y</li>'


def test_a_slot_cannot_be_written_by_an_author() -> None:
    source = read_source("\ue000icon:flag\ue001 x".encode())
    assert [fault.code for fault in source.faults] == ["X007"]
    made = render(source.body, language="en")
    assert "svg" not in fill(made.html, lambda _: None, lambda _: "")


HOSTILE_DRAWINGS = [
    "<script>alert(1)</script>",
    '<rect onload="alert(1)"/>',
    '<rect style="fill:url(//evil)"/>',
    '<use href="#x"/>',
    '<image href="//evil"/>',
    '<a href="javascript:alert(1)"><text>x</text></a>',
    "<foreignObject><iframe/></foreignObject>",
    '<animate attributeName="href" values="javascript:alert(1)"/>',
    '<set attributeName="onmouseover" to="alert(1)"/>',
    "<style>@import url(//evil)</style>",
    '<rect fill="url(//evil)"/>',
    '<g transform="url(x)"/>',
    '<path d="M0 0 javascript"/>',
    '<rect class="&quot; onload=&quot;alert(1)"/>',
    '<rect id="a b"/>',
    "<svg/>",
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
    '<?xml-stylesheet href="//evil"?>',
]


@pytest.mark.parametrize("payload", HOSTILE_DRAWINGS)
def test_a_hostile_drawing_is_refused_as_a_whole(payload: str) -> None:
    drawing = read_drawing(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{payload}</svg>'.encode())
    assert drawing.root is None
    assert drawing.faults


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        b"",
        b"\x00",
        b"<svg>",
        b'<svg viewBox="0 0 1 1"/>',
        b'<?xml version="1.0" encoding="nonsense"?><svg/>',
        b"<a>" * 30_000,
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">' + b"<g>" * 5_000 + b"</g>" * 5_000 + b"</svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"/>',
    ],
)
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    drawing = read_drawing(data)
    assert drawing.root is None
    assert drawing.faults


def test_text_of_a_drawing_stays_text() -> None:
    data = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&lt;script&gt; &amp; "</text></svg>'
    root = read_drawing(data.encode()).root
    assert root is not None
    assert '<text>&lt;script&gt; &amp; "</text>' in drawing_html(root, "f", 'alt "<x>"')
    assert '"&lt;x&gt;"</title>' in drawing_html(root, "f", 'alt "<x>"')


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_read_as_a_drawing(data: bytes) -> None:
    for head in (b"", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'):
        drawing = read_drawing(head + data)
        assert drawing.root is None or not drawing.faults
