"""Debian's slapd on the loopback, run from a temporary folder without rights of its own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.oidc_provider import free_port

BASE = "dc=unit,dc=example"
READER = f"cn=reader,{BASE}"
READER_PASSWORD = "the reader's secret"
PASSWORDS = {"a.serikova": "a directory secret", "twin": "a twin secret", "chief": "a chief secret"}

_CONF = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/own.pem
TLSCertificateFile {folder}/own.pem
TLSCertificateKeyFile {folder}/own.key
allow bind_anon_cred bind_anon_dn
database mdb
suffix "{base}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to dn.base="{base}" by * read
access to * by dn.exact="{reader}" read by * none
"""


@dataclass(frozen=True)
class Ldap:
    """A running directory: the ports of its two doors, and the certificate that it shows.

    ``away`` is where its referral leads, and where nobody may come.
    """

    port: int
    tls_port: int
    ca_file: Path
    away: socket.socket


def programs() -> tuple[str, str] | None:
    """``slapd`` and ``slapadd``, where they are installed."""
    found = [shutil.which(name, path="/usr/sbin:/usr/bin:/sbin") for name in ("slapd", "slapadd")]
    return (found[0], found[1]) if found[0] and found[1] else None


def certificate(folder: Path, name: str = "own") -> Path:
    """A certificate of its own for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def _entries(away: int) -> str:
    entries = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Unit\ndc: unit\n"]
    entries += [
        f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\n"
        f"userPassword: {READER_PASSWORD}\n"
    ]
    for place in ("people", "elsewhere"):
        entries.append(f"dn: ou={place},{BASE}\nobjectClass: organizationalUnit\nou: {place}\n")
    people = [("people", name) for name in PASSWORDS] + [("elsewhere", "twin")]
    for place, name in people:
        entries.append(
            f"dn: uid={name},ou={place},{BASE}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n"
            f"userPassword: {PASSWORDS[name]}\n"
        )
    # A referral to where nobody may be sent.
    entries.append(
        f"dn: uid=away,ou=people,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\nuid: away\n"
        f"ref: ldap://127.0.0.1:{away}/uid=away,ou=people,{BASE}\n"
    )
    return "\n".join(entries)


@contextmanager
def directory(slapd: str, slapadd: str, folder: Path) -> Iterator[Ldap]:
    """A running directory with a few people."""
    (folder / "data").mkdir()
    ca_file = certificate(folder)
    conf = folder / "slapd.conf"
    conf.write_text(_CONF.format(folder=folder, base=BASE, reader=READER))
    away = socket.create_server(("127.0.0.1", 0))
    away.setblocking(False)
    (folder / "people.ldif").write_text(_entries(away.getsockname()[1]))
    subprocess.run([slapadd, "-f", conf, "-l", folder / "people.ldif"], check=True, capture_output=True)
    port, tls_port = free_port(), free_port()
    doors = f"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tls_port}/"
    command = [slapd, "-f", str(conf), "-h", doors, "-d", "0"]
    with away, subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield Ldap(port, tls_port, ca_file, away)
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("slapd does not answer")
