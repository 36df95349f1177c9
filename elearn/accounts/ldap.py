"""LDAP as a directory of passwords."""

import logging
import ssl
import warnings
from typing import Any

from elearn.accounts.directories import DirectoryPerson, DirectorySilent
from elearn.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # ldap3 calls things of pyasn1 by their old names
    from ldap3 import NO_ATTRIBUTES, NONE, SUBTREE, Connection, Server, Tls
    from ldap3.core.exceptions import LDAPException, LDAPPasswordIsMandatoryError, LDAPSASLPrepError
    from ldap3.utils.conv import escape_filter_chars
    from ldap3.utils.dn import escape_rdn

PATIENCE_SECONDS = 5
NOT_NOW = (51, 52, 80)
"""Results of LDAP that say nothing about a password: busy, unavailable, other (RFC 4511, A.2)."""

log = logging.getLogger("elearn.directories")


class _Checked(Tls):  # type: ignore[misc]
    """TLS as Python does it: the certificate must be trusted and be the host's, by name or by number."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Guard the line of a connection."""
        connection.socket = self._context.wrap_socket(
            connection.socket, do_handshake_on_connect=do_handshake, server_hostname=connection.server.host
        )


class LdapDirectory:
    """A directory that speaks LDAP: people bind as themselves, by a template or after they were looked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self, name: str, password: str) -> DirectoryPerson | None:
        """Who it is, if the password is theirs; it takes as long if there is nobody. Raises DirectorySilent."""
        if not password:
            return None  # a bind with a name and no password is anonymous, and always good (RFC 4513, 5.1.2)
        try:
            user, is_there = self._user_of(name)
            return DirectoryPerson(name) if self._binds(user, password) and is_there else None
        except (LDAPPasswordIsMandatoryError, LDAPSASLPrepError):
            return None  # nothing is left of the password when it is prepared (RFC 4013), or it cannot be one
        except (LDAPException, OSError) as problem:
            raise _silent(type(problem).__name__) from None

    def reach(self) -> None:
        """See whether it answers, and takes who looks people up. Raises DirectorySilent."""
        try:
            if self._settings.ldap_search_base is not None:
                self._user_of("nobody")
            else:
                self._line().unbind()
        except (LDAPException, OSError) as problem:
            raise _silent(type(problem).__name__) from None

    def _user_of(self, name: str) -> tuple[str, bool]:
        """As whom somebody binds, and whether there is such a one; somebody who is not there binds in vain."""
        settings = self._settings
        if settings.ldap_user is not None:
            is_path = "=" in settings.ldap_user  # a distinguished name, not a name like an address
            return settings.ldap_user.replace("{name}", escape_rdn(name) if is_path else name), True
        base = settings.ldap_search_base or ""
        line = self._line(settings.ldap_reader, self._reader_password())
        try:
            if not line.bind():
                raise _silent("it does not take LDAP_READER")
            line.search(
                base,
                settings.ldap_search_filter.replace("{name}", escape_filter_chars(name)),
                SUBTREE,
                attributes=NO_ATTRIBUTES,
                size_limit=2,
                time_limit=PATIENCE_SECONDS,
            )
            found = [each["dn"] for each in line.response or () if each["type"] == "searchResEntry"]
            if line.result["result"] in NOT_NOW:
                raise _silent(f"the search ended with {line.result['result']}")
        finally:
            line.unbind()
        return (found[0], True) if len(found) == 1 and found[0] else (f"cn=nobody,{base}", False)

    def _binds(self, user: str, password: str) -> bool:
        line = self._line(user, password)
        try:
            is_right: bool = line.bind()
            if line.result["result"] in NOT_NOW:
                raise _silent(f"a bind ended with {line.result['result']}")
            return is_right
        finally:
            line.unbind()

    def _line(self, user: str | None = None, password: str | None = None) -> Connection:
        """An open line, guarded as the settings say, which follows nobody elsewhere."""
        settings = self._settings
        context = None
        if settings.ldap_tls != "none":
            file = settings.ldap_ca_file
            context = ssl.create_default_context(cafile=str(file) if file is not None else None)
        server = Server(
            settings.ldap_host,
            settings.ldap_port,
            use_ssl=settings.ldap_tls == "tls",
            tls=_Checked(context) if context is not None else None,
            get_info=NONE,
            connect_timeout=PATIENCE_SECONDS,
        )
        line = Connection(
            server,
            user=user,
            password=password,
            auto_referrals=False,
            read_only=True,
            check_names=False,
            receive_timeout=PATIENCE_SECONDS,
        )
        try:
            line.open()
            if settings.ldap_tls == "starttls" and not line.start_tls():
                raise _silent("it refused StartTLS")
        except BaseException:
            if line.socket is not None:
                line.socket.close()  # which ldap3 leaves open
            raise
        return line

    def _reader_password(self) -> str | None:
        file = self._settings.ldap_reader_password_file
        if self._settings.ldap_reader is None or file is None:
            return None
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise _silent(f"LDAP_READER_PASSWORD_FILE {file} cannot be read") from None


def _silent(reason: str) -> DirectorySilent:
    log.warning("the directory cannot be used: %s", reason)
    return DirectorySilent(reason=reason)
