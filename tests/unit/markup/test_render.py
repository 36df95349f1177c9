"""Rendering: what a git host shows, in the markup that the style sheet knows."""

import pytest

from elearn.markup.render import Rendered, render, render_inline
from elearn.markup.slots import Target, fill, plain_text
from elearn.markup.source import read_source
from elearn.markup.text import Line


def rendered(text: str, language: str = "en") -> Rendered:
    return render(read_source(text.encode()).body, language=language, page="page")


def html(text: str, language: str = "en") -> str:
    made = rendered(text, language)
    return fill(made.html, lambda number: Target(made.links[number].address), lambda name: f"[{name}]").strip()


def faults(text: str) -> list[tuple[int, int, str]]:
    made = [*read_source(text.encode()).faults, *rendered(text).faults]
    return [(fault.line, fault.column, fault.code) for fault in made]


def test_lists_nested_by_two_spaces_are_nested() -> None:
    assert html("- a\n  - b\n    - c\n- d") == (
        "<ul>\n<li>a<ul>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>"
    )


def test_a_list_may_follow_a_paragraph_without_a_blank_line() -> None:
    assert html("Text:\n- a\n- b") == "<p>Text:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"


def test_a_year_at_the_beginning_of_a_line_is_no_list() -> None:
    assert html("It began in\n2004. Then it grew.") == "<p>It began in\n2004. Then it grew.</p>"


def test_a_numbered_list_keeps_its_first_number() -> None:
    assert html("3. c\n4. d").startswith('<ol start="3">')
    assert html("1) a\n2) b") == "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"


def test_neighbouring_quotes_and_alerts_stay_apart() -> None:
    assert html("> a\n\n> b").count("<blockquote>") == 2
    assert html("> [!NOTE]\n> a\n\n> [!TIP]\n> b").count("<aside") == 2


def test_fences_stand_in_items_and_hold_anything() -> None:
    made = html("- a\n\n  ```html\n  <b>&amp;</b>\n    [x](y)\n  ```\n\n  b")
    assert "<pre><code>&lt;b&gt;&amp;amp;&lt;/b&gt;\n  [x](y)\n</code></pre>" in made
    assert made.count("<li>") == 1


def test_a_table_is_framed_named_and_aligned_by_class() -> None:
    made = html("| Word | Sum |\n|---|--:|\n| a | `x\\|y` |", "ru")
    assert 'aria-label="Таблица: Word, Sum"' in made
    for attribute in ('class="table-scroll"', 'role="region"', 'tabindex="0"'):
        assert attribute in made
    assert '<th class="align-right">Sum</th>' in made
    assert '<td class="align-right"><code>x|y</code></td>' in made
    assert "style" not in made


def test_footnotes_definitions_and_abbreviations() -> None:
    made = html("A[^1] CDD.\n\n[^1]: Note.\n\nTerm\n: Meaning\n\n*[CDD]: customer due diligence")
    assert '<sup id="fnref-page-1"><a class="footnote-ref" href="#fn-page-1">1</a></sup>' in made
    assert '<li id="fn-page-1">' in made
    assert "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>" in made
    assert '<abbr title="customer due diligence">CDD</abbr>' in made


@pytest.mark.parametrize(
    ("kind", "icon", "label"),
    [("LAW", "scale", "Law"), ("CASE", "briefcase", "Case"), ("KEY", "bookmark", "Key point")],
)
def test_callouts_have_an_icon_a_word_and_a_source(kind: str, icon: str, label: str) -> None:
    made = html(f"> [!{kind}] The source\n> Text.")
    use = f'<use href="/static/icons.svg#{icon}"></use>'
    drawn = f'<svg class="icon icon-18" aria-hidden="true" focusable="false">{use}</svg>'
    head = f'<span class="callout-kind">{label}</span><span class="callout-source">The source</span>'
    assert made == (
        f'<aside class="callout {kind.lower()}">\n<p class="callout-head">{drawn}{head}</p>\n'
        '<div class="callout-body">\n<p>Text.</p>\n</div>\n</aside>'
    )


def test_a_recommendation_has_no_icon() -> None:
    assert (
        '<p class="callout-head"><span class="callout-kind">FATF</span><span class="callout-source">R.20</span></p>'
        in (html("> [!FATF] R.20\n> Text."))
    )


def test_a_red_flag_has_its_three_parts_under_the_pages_own_words() -> None:
    made = html("> [!RED-FLAG] Loans\n> - What is seen: two *lenders*.\n> - A season abroad.\n> - A contract.", "en")
    assert '<p class="callout-title">Loans</p>\n<dl>\n<div class="seen">\n<dt>What is seen</dt>' in made
    assert "<dd>two <em>lenders</em>.</dd>" in made
    assert '<div class="innocent">\n<dt>It may be innocent</dt>' in made
    assert '<div class="apart">\n<dt>What tells them apart</dt>' in made


def test_the_words_of_callouts_are_of_the_language_of_the_text() -> None:
    assert "Право" in html("> [!LAW] Ст. 2\n> Текст.", "ru")
    assert "Құқық" in html("> [!LAW] 2-бап\n> Мәтін.", "kk")
    assert "Ҳуқуқ" in html("> [!LAW] 2-модда\n> Матн.", "uz-Cyrl")
    assert "Law" in html("> [!LAW] § 2\n> Text.", "de")


def test_a_lone_less_than_sign_and_an_address_in_brackets_are_text_and_link() -> None:
    assert html("a < b and 3<4") == "<p>a &lt; b and 3&lt;4</p>"
    assert html("<https://a.b/c>") == '<p><a href="https://a.b/c">https://a.b/c</a></p>'
    assert faults("a < b, <https://a.b>, <me@example.org>") == []


def test_faults_stand_at_their_line_and_column() -> None:
    assert faults("ok\n\n- item\n  with <b>x\n") == [(4, 8, "S011")]
    assert faults("> quote\n> <i>\n") == [(2, 3, "S011")]
    assert faults("| a |\n|---|\n| <u> |\n") == [(3, 3, "S011")]
    assert faults("text <!-- x -->\n") == [(1, 6, "S009")]


def test_links_know_their_place() -> None:
    made = rendered("First [a](one).\n\n- second [b](two)\n- `[c](two)` and [c](two)\n")
    assert [(link.address, link.line, link.column) for link in made.links] == [
        ("one", 1, 11),
        ("two", 3, 14),
        ("two", 4, 22),
    ]


def test_simple_text_takes_the_short_way_to_the_same_html() -> None:
    for text in ("Plain words, (really)?", "«Слова» – 5 % of 3/4", "It's 1.5 + 2 = 3.5; ok: yes", "a@b.c → d"):
        short = rendered(text).html
        long = render([Line(text, 1), Line("", 2)], language="en").html
        assert short == long == f"<p>{text}</p>"


def test_inline_text_has_no_paragraph_and_takes_no_block() -> None:
    assert render_inline([Line("A *b* `c`", 1)], language="en").html == "A <em>b</em> <code>c</code>"
    assert render_inline([Line("1999. A year", 1)], language="en").html == "1999. A year"
    assert render_inline([Line("- 5 degrees", 1)], language="en").html == "- 5 degrees"
    table = [Line("| a |", 1), Line("|---|", 2)]
    assert [fault.code for fault in render_inline(table, language="en").faults] == ["Q021"]


def test_plain_text_has_the_words_and_not_the_labels() -> None:
    made = rendered(
        "A *b* &amp; c[^1].\n\n> [!LAW] Art. 2\n> Text.\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n[^1]: Note.\n"
    )
    assert plain_text(made.html) == "A b & c. Text. x y 1 2 Note."


def test_hostile_nesting_and_endless_marks_end_quickly_as_faults() -> None:
    assert "S018" in {code for _, _, code in faults(">" * 500 + " x")}
    assert "S018" in {code for _, _, code in faults("- " * 500 + "x")}
    assert "S017" in {code for _, _, code in faults("[" * 5_000)}
    assert "S017" in {code for _, _, code in faults("*a **b " * 4_000)}
    assert "S017" in {code for _, _, code in faults("x " * 40_000)}
    assert "S017" in {code for _, _, code in faults("x\n" * 9_000)}
    for title in ("#### ", "## ", "> [!LAW] ", "> [!RED-FLAG] ", "> [!NOTE] "):
        assert "S017" in {code for _, _, code in faults(title + "[" * 5_000)}
