"""What the frame of every page needs: the site's name, navigation, languages, the person's menu."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import current_app, render_template, request
from markupsafe import Markup

from elearn.markup.safe import drawn
from elearn.security.identity import Identity
from elearn.security.policy import Permission
from elearn.web.catalogues import state_of
from elearn.web.csrf import form_token
from elearn.web.i18n import NAMES, city, gettext, language, marked, ngettext
from elearn.web.identity import identity_or_none
from elearn.web.reading import ReadingSettings, reading_settings
from elearn.web.staged import PERSON, READING, TOKEN, UNREAD, Stage, is_staging, slot, when
from elearn.web.static import AssetUrls, asset_urls

# Address, English label, and the permission it needs (None: anybody signed in).
NAVIGATION: tuple[tuple[str, str, Permission | None], ...] = (
    ("/", marked("Home"), None),
    ("/courses", marked("Courses"), None),
    ("/certificates", marked("Certificates"), None),
    ("/write", marked("Write"), Permission.WRITE_COURSES),
    ("/statistics", marked("Statistics"), Permission.COMPARE),
    ("/people", marked("People"), Permission.MANAGE_PEOPLE),
)

# What concerns the site as a whole, reached from the list of people.
SITE_LINKS: tuple[tuple[str, str, Permission], ...] = (
    ("/audit", marked("Audit log"), Permission.SEE_AUDIT),
    ("/background", marked("Background work"), Permission.RUN_SITE),
)

SEARCH = "/search"

# The entry from which one reaches pages that stand elsewhere.
_REACHED_FROM = {"audit": "/people", "background": "/people", "marking": "/write", "competence": "/"}

_frames = Stage(512)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the frame. ``lang`` is set where the label is in a language of its own."""

    href: str
    label: str
    is_current: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page, for ``kit/base.html``. ``current`` is the entry of the navigation one is in."""

    site_name: str
    site_suffix: str
    issuer_name: str
    lang: str
    person: Identity | None
    person_name: str | None
    current: str | None
    assets: AssetUrls
    notice: str | None
    home_href: str = "/"
    sign_in_href: str = "/sign-in"
    sign_out_href: str = "/sign-out"
    dir: str = "ltr"

    @property
    def csrf_token(self) -> str:
        """The token for this page's forms; made when a form asks for it."""
        return form_token()

    @property
    def reading(self) -> str:
        """How the reader reads, as the classes of the page."""
        return slot(READING) if is_staging() else self._reading.stored

    def reads(self, word: str) -> str:
        """`` checked`` in a form where the reader has chosen this word of ``web.reading``."""
        checked = " checked"
        return when(f"reads:{word}", checked) if is_staging() else checked if word in self._reading.words else ""

    @property
    def saves_data(self) -> bool:
        """Whether the reader wants links in place of pictures."""
        return self._reading.saves_data

    @property
    def _reading(self) -> ReadingSettings:
        return reading_settings(self.person.reading if self.person is not None else None)

    @property
    def navigation(self) -> tuple[Link, ...]:
        """Where one may go."""
        person = self.person
        return tuple(
            Link(href, gettext(label), href == self.current)
            for href, label, permission in NAVIGATION
            if person is not None and (permission is None or person.may(permission))
        )

    @property
    def site_links(self) -> tuple[Link, ...]:
        """Where who runs the site may go."""
        person = self.person
        return tuple(
            Link(href, gettext(label))
            for href, label, permission in SITE_LINKS
            if person is not None and person.may(permission)
        )

    @property
    def search_href(self) -> str | None:
        """Where one searches, for the field in the head; the page of the search has its own."""
        may_read = self.person is not None and self.person.may(Permission.LEARN)
        return SEARCH if may_read and request.path != SEARCH else None

    @property
    def person_menu(self) -> tuple[Link, ...]:
        """What is about oneself."""
        if self.person is None:
            return ()
        learners = (Link("/notes", gettext("Your notes")), Link("/offline", gettext("Saved for offline")))
        return (
            Link("/notices", gettext("Notices")),
            *(learners if self.person.may(Permission.LEARN) else ()),
            Link("/mistakes", gettext("What you reported")),
            Link("/account", gettext("Your account")),
        )

    @property
    def languages(self) -> tuple[Link, ...]:
        """The same page in the other languages; a page that answered a form has no address of its own."""
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
        page = "" if request.method in ("GET", "HEAD") else "/"
        offered: tuple[str, ...] = current_app.config["LANGUAGES"]
        return tuple(
            Link(f"{page}?{urlencode([*kept, ('lang', code)])}", NAMES[code], code == self.lang, code)
            for code in offered
        )

    @property
    def footer_links(self) -> tuple[Link, ...]:
        """What stands at the foot of every page."""
        return (Link("/verify", gettext("Verify a certificate")),)

    @property
    def description(self) -> str:
        """What the site is, for the results of a search engine and for where a link to it is shown."""
        return gettext("Online courses: %(issuer)s", issuer=self.issuer_name)

    @property
    def timezone_note(self) -> str:
        """Whose time the site keeps."""
        return gettext("All times are those of %(city)s", city=city())

    @property
    def translation_note(self) -> str | None:
        """That the words of this language were not yet read by who speaks it; None where they were."""
        if not state_of(self.lang).is_awaiting:
            return None
        return gettext("A native speaker has yet to review this translation.")

    def header(self, css_class: str = "") -> Markup:
        """The head of the page. It is the same for everybody with the same permissions, so it is made in two stages."""
        if is_staging():
            return drawn(self._draw_header(css_class))
        is_page = request.method in ("GET", "HEAD")
        permissions = self.person.permissions if self.person is not None else None
        here = (self.current, self.search_href, request.query_string, is_page)
        key = ("head", self.lang, permissions, here, css_class, self.site_name)
        staged = _frames.page(key, lambda: self._draw_header(css_class))
        return drawn(staged.fill(*standing_of(self.person)))

    def footer(self, css_class: str = "") -> Markup:
        """The foot of the page, the same for everybody."""
        key = ("foot", self.lang, css_class, self.issuer_name, current_app.config["TIMEZONE"])
        return drawn(_frames.page(key, lambda: self._draw_footer(css_class)).fill(frozenset(), {}))

    def _draw_footer(self, css_class: str) -> str:
        return render_template("kit/footer.html", shell=self, css_class=css_class)

    def _draw_header(self, css_class: str) -> str:
        for_all = replace(self, person_name=slot(PERSON) if self.person is not None else None)
        return render_template("kit/header.html", shell=for_all, css_class=css_class)


def shell(notice: str | None = None) -> Shell:
    """The frame of the page being made; ``notice`` is a sentence shown above it (what was just done)."""
    person = identity_or_none()
    config = current_app.config
    name, _, suffix = config["SITE_NAME"].rpartition(" ")
    return Shell(
        site_name=name or suffix,
        site_suffix=suffix if name else "",
        issuer_name=config["ISSUER_NAME"],
        lang=language(),
        person=person,
        person_name=person.full_name if person is not None else None,
        current=_current(request.path),
        assets=asset_urls(),
        notice=notice,
    )


def standing_of(person: Identity | None) -> tuple[set[str], dict[str, str]]:
    """The choices and the slots of a head that are one person's: name, token, unread notices.

    ``UNREAD`` is both a choice and a slot; without any unread ones no bell is shown.
    """
    if person is None:
        return set(), {}
    count = person.unread_count
    unread = ngettext("%(count)s new", "%(count)s new", count) if count else ""
    return {UNREAD} if count else set(), {PERSON: person.full_name, TOKEN: form_token(), UNREAD: unread}


def whole_standing_of(person: Identity | None) -> tuple[set[str], dict[str, str]]:
    """The choices and the slots of a whole page that are one person's: those of its head, and how they read."""
    state, slots = standing_of(person)
    reads = reading_settings(person.reading if person is not None else None)
    return state | {f"reads:{word}" for word in reads.words}, slots | {READING: reads.stored}


def frame_key(person: Identity | None) -> Hashable:
    """What makes the frames of staged pages different from each other: who shares a page has the same one."""
    config = current_app.config
    site = (config["SITE_NAME"], config["ISSUER_NAME"], config["TIMEZONE"], config["LANGUAGES"])
    return language(), site, person and (person.permissions, person.is_shared_device)


def nobodys_shell() -> Shell:
    """The frame of a page that holds nothing of who asked for it."""
    return replace(shell(), person=None, person_name=None)


def _current(path: str) -> str | None:
    """The entry of the navigation that a page belongs to."""
    for href, _, _ in NAVIGATION:
        if path == href or (href != "/" and path.startswith(f"{href}/")):
            return href
    return _REACHED_FROM.get(path.split("/")[1])
