"""What ``elearn doctor`` looks at around the site: address, certificate, mail, backups, environment."""

import socket
import ssl
import stat
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from elearn.accounts.directories import DirectorySilent, directory_of
from elearn.accounts.sso.provider import Provider
from elearn.accounts.sso.rules import ProviderSilent
from elearn.backup.failures import Failure
from elearn.backup.sealing import NoPassphrase, passphrase_in
from elearn.cli.findings import Finding, ok, problem, warning
from elearn.core.addresses import is_loopback
from elearn.mail import NoMail, mail_server
from elearn.scanning import does_answer
from elearn.settings import Settings

ENDS_SOON = timedelta(days=21)
"""Certificates that are renewed by themselves are renewed some 30 days before they end."""
PATIENCE_SECONDS = 5.0
"""So long the public address may take to answer."""
OLD_BACKUP = timedelta(days=2)


def check_public_url(settings: Settings) -> Finding:
    """Whether the site knows the address under which people reach it."""
    if settings.public_url is None:
        advice = "Set ELEARN_PUBLIC_URL (or PUBLIC_URL in config.py) before the first certificate: it is printed on it."
        return warning("public address", "It is not set.", advice)
    return ok("public address", f"{settings.public_url}/")


def check_cookies(settings: Settings) -> Finding:
    """Whether sessions travel encrypted."""
    if not settings.is_secure:
        advice = "Put a proxy with a certificate before elearn and set ELEARN_PUBLIC_URL to its https address."
        return warning(
            "cookies", "They are not Secure: without https, passwords and sessions can be read on the way.", advice
        )
    return ok("cookies", "They are __Host- and Secure.")


def check_tls(settings: Settings, now: datetime) -> Finding:
    """Whether the certificate of the public address is trusted, and for how long; that it was not reached is said."""
    check = "TLS"
    if settings.public_url is None or not settings.is_secure:
        return warning(check, "The public address has no https.", "See «cookies» above.")
    try:
        address = urlsplit(settings.public_url)
        ends_at = certificate_end(address.hostname or "", address.port or 443)
    except ssl.SSLCertVerificationError as refusal:
        says = f"The certificate of {settings.public_url} is not trusted here: {refusal.verify_message}."
        return problem(check, says, "Renew it, or have this machine trust who issued it.")
    except (OSError, ValueError) as refusal:
        # From inside, the public name often leads nowhere: no reason to worry anybody.
        reason = getattr(refusal, "strerror", None) or type(refusal).__name__
        return ok(check, f"{settings.public_url} was not reached from here ({reason}): its certificate was not seen.")
    says = f"The certificate of {settings.public_url} ends on {ends_at:%Y-%m-%d}."
    if ends_at - now < ENDS_SOON:
        return warning(check, says, "Renew it, and see that it renews itself (certbot renew --dry-run).")
    return ok(check, says)


def certificate_end(host: str, port: int) -> datetime:
    """When the certificate at an address ends. Raises SSLCertVerificationError for one not trusted, OSError."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=PATIENCE_SECONDS) as line,
        context.wrap_socket(line, server_hostname=host) as secured,
    ):
        found = secured.getpeercert()
    assert found is not None, "whoever verifies a certificate has it"
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)


def check_database_line(settings: Settings) -> Finding:
    """Whether the line to a PostgreSQL elsewhere could be read on the way, or lead to a false server."""
    check = "database line"
    url = make_url(settings.sqlalchemy_url)
    host = str(url.host or url.query.get("host", ""))
    if not host or host.startswith("/") or is_loopback(host):
        return ok(check, "The database is on this machine.")
    mode = url.query.get("sslmode", "prefer")  # libpq's own, which takes what it gets
    if mode == "verify-full":
        return ok(check, f"{host} has to show a certificate for its name.")
    says = f"What is said to {host} could be read on the way, or be said to a false server: sslmode is {mode}."
    return warning(check, says, "Add ?sslmode=verify-full&sslrootcert=FILE to DATABASE_URL.")


def check_scanner(settings: Settings) -> Finding:
    """Whether files that people send are scanned: without an answer of the scanner none is taken."""
    check = "virus scanner"
    address = settings.clamd_address
    if address is None:
        return ok(check, "No file is scanned: CLAMD_ADDRESS is not set.")
    if does_answer(address):
        return ok(check, f"clamd answers at {address}.")
    says = f"clamd does not answer at {address}: no file can be sent."
    return problem(check, says, "Start clamd, or set ELEARN_CLAMD_ADDRESS (CLAMD_ADDRESS in config.py) to its socket.")


def is_open(file: Path | None) -> bool:
    """Whether other accounts of this machine may do anything with a file that holds a secret; one not there is shut."""
    try:
        return file is not None and bool(file.stat().st_mode & (stat.S_IRWXO | stat.S_IRWXG))
    except OSError:
        return False  # whoever needs what it holds says so


def _open(check: str, file: Path | None) -> Finding:
    return warning(check, f"{file} is open to other accounts of this machine.", f"chmod 600 {file}")


def check_mail(settings: Settings) -> Finding:
    """Whether the daily digest can be sent: the settings, and that the server answers and takes the account."""
    check = "e-mail"
    if settings.smtp_host is None:
        return ok(check, "No digest is sent: SMTP_HOST is not set.")
    try:
        with mail_server(settings):
            pass
    except NoMail as refusal:
        return problem(check, str(refusal), "See the settings SMTP_… in config.py.")
    if is_open(settings.smtp_password_file):
        return _open(check, settings.smtp_password_file)
    if settings.smtp_tls == "none" and settings.smtp_host not in ("127.0.0.1", "::1", "localhost"):
        return warning(check, "Letters travel in the open.", "Set SMTP_TLS to starttls or tls.")
    return ok(check, f"{settings.smtp_host}:{settings.smtp_port} answers.")


def check_provider(settings: Settings, now: datetime) -> Finding:
    """Whether single sign-on can be used: what the provider says about itself, its keys, and this client's secret."""
    check = "single sign-on"
    if settings.oidc_issuer is None:
        return ok(check, "There is none: OIDC_ISSUER is not set.")
    provider = Provider(settings)
    try:
        known = provider.known(now=now)
        provider.client_secret()
    except ProviderSilent as refusal:
        advice = "See the settings OIDC_… in config.py."
        return problem(check, f"{settings.oidc_issuer}: {refusal.values['reason']}.", advice)
    if is_open(settings.oidc_client_secret_file):
        return _open(check, settings.oidc_client_secret_file)
    offered = known.about.get("code_challenge_methods_supported")
    if isinstance(offered, list) and "S256" not in offered:
        return warning(check, f"{settings.oidc_issuer} does not offer PKCE with S256.", "Switch it on there.")
    return ok(check, f"{settings.oidc_issuer} answers; register {provider.back} there.")


def check_directory(settings: Settings) -> Finding:
    """Whether the LDAP directory can be asked for passwords."""
    check = "directory"
    directory = directory_of(settings)
    if directory is None:
        return ok(check, "There is none: LDAP_HOST is not set.")
    try:
        directory.reach()
    except DirectorySilent as refusal:
        where = f"{settings.ldap_host}:{settings.ldap_port}"
        return problem(check, f"{where}: {refusal.values['reason']}.", "See the settings LDAP_… in config.py.")
    if is_open(settings.ldap_reader_password_file):
        return _open(check, settings.ldap_reader_password_file)
    return ok(check, f"{settings.ldap_host}:{settings.ldap_port} answers.")


def check_backups(folder: Path | None, now: datetime, failure: Failure | None = None) -> Finding:
    """When the last backup was made that lies in the folder of backups, and whether one failed since then."""
    check = "backups"
    if folder is None:
        return warning(check, "None is known of: BACKUP_FOLDER is not set.", "Set it, to a folder on another disk.")
    try:
        files = [path for path in folder.glob("elearn-*") if path.is_file()]
        newest = max(((path.stat().st_mtime, path) for path in files), default=None)
    except OSError as fault:
        return problem(check, f"{folder} cannot be read: {fault.strerror}.", "Give it to the account that runs elearn.")
    if failure is not None and (newest is None or failure.at.timestamp() > newest[0]):
        says = f"The one of {failure.at:%Y-%m-%d %H:%M} UTC failed. {failure.sentence}"
        return problem(check, says, "Mend that; it is tried again each half hour while the site runs.")
    if newest is None:
        return warning(check, f"None was found in {folder}.", "See that backups are made, and where.")
    made_at, file = datetime.fromtimestamp(newest[0], UTC), newest[1]
    says = f"The last is {file.name}, of {made_at:%Y-%m-%d %H:%M} UTC, {size_words(file.stat().st_size)}."
    if now - made_at > OLD_BACKUP:
        return problem(check, says, "Find out why there is none from the last two days.")
    return ok(check, says)


def check_passphrase(settings: Settings) -> Finding:
    """Whether backups can be sealed, if they are to be, and by what others cannot read."""
    check = "passphrase"
    file = settings.backup_passphrase_file
    if file is None:
        return ok(check, "Backups are not sealed: BACKUP_PASSPHRASE_FILE is not set.")
    try:
        passphrase_in(file)
    except NoPassphrase as refusal:
        return problem(check, str(refusal), "Write it there, or set BACKUP_PASSPHRASE_FILE to another file.")
    return _open(check, file) if is_open(file) else ok(check, f"Backups are sealed by the one in {file}.")


def check_environment(names: Iterable[str]) -> Finding:
    """Whether each variable ELEARN_… of the environment is a setting; one that is misspelt changes nothing."""
    check = "environment"
    known = {f"ELEARN_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in names if name.upper().startswith("ELEARN_") and name.upper() not in known)
    if not unknown:
        return ok(check, "Each variable ELEARN_… is a setting.")
    nearest = ((name, get_close_matches(name.upper(), known, 1)) for name in unknown)
    advice = "; ".join(f"for {name} write {near[0]}" if near else f"take {name} away" for name, near in nearest)
    return warning(check, f"No setting is called {', '.join(unknown)}.", f"{advice[0].upper()}{advice[1:]}.")


def size_words(size: int) -> str:
    """A number of bytes as people read it: ``12.3 MiB``."""
    amount, units = float(size), ["bytes", "KiB", "MiB", "GiB"]
    while amount >= 1024 and len(units) > 1:
        amount /= 1024
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if units[0] == "bytes" else f"{amount:.1f} {units[0]}"
