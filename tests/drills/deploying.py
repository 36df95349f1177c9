"""The deployment part of the README on this machine, as it is written but for paths, ports and the account.

systemd is not the first process here: its unit is read by ``systemd-analyze``, and its ``ExecStart`` runs under what
:mod:`tests.drills.sandbox` applies of it. nginx is real, with a certificate made here.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import missing
from tests.drills import sandbox
from tests.serving import PATIENCE_SECONDS, eventually, free_port

ROOT = Path(__file__).parents[2]
NAME = "training.example"
PROGRAMS = ("nginx", "systemd-analyze", "openssl", "setpriv", "unshare")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"  # as sudo sets it
NOBODY = 65534  # stands for the account «elearn», which no drill adds to a machine
ELEARN, CONFIG = "sudo -u elearn /opt/elearn/current/bin/elearn", "--config /etc/elearn/config.py"
PASSWORD = "a lasting word 2026"
_BLOCK = re.compile(r"<!-- deploy: ([\w. ]+) -->\n```\w+\n(.*?)```", re.DOTALL)


def blocks() -> dict[str, str]:
    """The blocks of the README's deployment part by their names."""
    return dict(_BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")))


def values(unit: str, name: str) -> list[str]:
    """The values that a unit gives to a setting, in order."""
    return re.findall(rf"(?m)^{name}=(.*)$", unit)


def allowed_calls(unit: str) -> list[str]:
    """The system calls that the ``SystemCallFilter`` of a unit allows (systemd.exec(5))."""
    allowed: set[str] = set()
    for value in values(unit, "SystemCallFilter"):
        named = {call for word in value.lstrip("~").split() for call in _calls(word)}
        allowed = allowed - named if value.startswith("~") else allowed | named
    return sorted(allowed | _calls("@default"))


def _calls(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True)
    words = [line.strip() for line in listed.stdout.splitlines()[1:]]
    return {call for found in words if found and not found.startswith("#") for call in _calls(found)}


class Ground:
    """A folder that stands for the root of a server; a context manager that leaves nothing running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blocks = blocks()
        self.ports = {"8000": free_port(), "443": free_port(), "80": free_port()}
        self._site: subprocess.Popen[bytes] | None = None
        self._nginx: subprocess.Popen[bytes] | None = None
        for name in ("etc/ssl/elearn", "etc/nginx/sites-enabled", "etc/systemd/system", "opt/elearn", "var/log/nginx"):
            (folder / name).mkdir(parents=True)
        (folder / "var/lib/elearn").mkdir(parents=True)
        self.shared = shutil.copy(sandbox.__file__, folder / "sandbox.py")

    def mapped(self, text: str) -> str:
        """A text of the README with the paths and ports that it has here."""
        for path in ("/etc/elearn", "/etc/ssl", "/etc/nginx", "/etc/systemd", "/opt/elearn", "/var/lib", "/var/log"):
            text = text.replace(path, f"{self.folder}{path}")
        text = text.replace("listen 443", f"listen {self.ports['443']}").replace(
            "listen 80", f"listen {self.ports['80']}"
        )
        text = text.replace("listen [::]:443", f"listen [::]:{self.ports['443']}")
        text = text.replace("listen [::]:80", f"listen [::]:{self.ports['80']}")
        if not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists():
            text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text)
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.ports['8000']}")

    def put(self, path: str, text: str) -> Path:
        """Write a file of the server."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def run(self, block: str) -> None:
        """Run the commands of a block, one after the other. Raises CalledProcessError with the first that fails."""
        for line in self.blocks[block].splitlines():
            self.command(line)

    def command(self, line: str, **more: str) -> str:
        """Run a line as root or, after ``sudo -u elearn``, as the account; what it printed."""
        words = self.mapped(line.partition("#")[0].strip()).removeprefix("sudo ")
        if words.startswith("adduser "):
            return ""
        if words.startswith("systemctl "):
            self.systemctl(*words.split()[1:])
            return ""
        if words.startswith("-u elearn "):
            account = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups"
            words = f"{account} {words.removeprefix('-u elearn ')}"
        words = words.replace(" -g elearn ", f" -g {NOBODY} ")
        done = subprocess.run(
            ["bash", "-ec", words], cwd=self.folder, env=self._environment() | more, stdout=subprocess.PIPE
        )
        done.check_returncode()
        return done.stdout.decode()

    @staticmethod
    def _environment() -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "UV_"))}
        return kept | {"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def add_person(self, name: str, role: str) -> None:
        """Let somebody in, as its administrator does."""
        person = f"{name} --full-name 'Name {name}' --agency fiu --password '{PASSWORD}'"
        self.command(f"{ELEARN} person add {person} --role {role} {CONFIG}")

    # --- what systemd would do ---

    def systemctl(self, verb: str, *words: str) -> None:
        """Stand in for systemd: start, stop and reload."""
        if verb == "daemon-reload":
            return
        if words[-1] == "nginx":
            self.start_nginx()
        elif verb in ("start", "enable"):
            self.start_site()
        else:
            assert verb == "stop", verb
            self.stop_site()

    def start_site(self, **settings: str) -> None:
        """Run ``ExecStart`` under what the sandbox applies, and wait until it answers."""
        unit = self.mapped(self.blocks["elearn.service"])
        data = self.folder / "var/lib/elearn"
        os.chown(data, NOBODY, NOBODY)  # StateDirectory
        data.chmod(int(values(unit, "StateDirectoryMode")[0], 8))
        plan = {"writable": str(data), "account": NOBODY, "allowed": allowed_calls(unit)}
        file = self.put("plan.json", json.dumps(plan))
        command = ["unshare", "--mount", "--propagation", "private", "/usr/bin/python3", self.shared, str(file)]
        with (self.folder / "journal").open("ab") as journal:
            self._site = subprocess.Popen(
                [*command, *values(unit, "ExecStart")[0].split()],
                cwd="/",
                env=self._environment()
                | {f"ELEARN_{name.upper()}": value for name, value in settings.items()}
                | {"ELEARN_PORT": str(self.ports["8000"])},
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )
        eventually(self.answers, f"the site, whose journal is {self.journal}")

    @property
    def process(self) -> int:
        """The first process of the site."""
        assert self._site is not None
        return self._site.pid

    def answers(self) -> bool:
        """Whether the site answers at its own port."""
        with contextlib.suppress(ConnectionError), contextlib.closing(self.line("8000")) as line:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        return False

    def stop_site(self) -> None:
        """Tell it to stop, as ``KillMode=mixed`` does, and wait until it did in time."""
        if self._site is not None:
            self._site.send_signal(signal.SIGTERM)
            assert self._site.wait(PATIENCE_SECONDS) == 0, self.journal
            self._site = None

    @property
    def journal(self) -> str:
        """What the site wrote to its log."""
        return (self.folder / "journal").read_text(encoding="utf-8")

    # --- nginx ---

    def make_certificate(self) -> None:
        """A certificate for the name, signed by itself."""
        ssl_folder = self.folder / "etc/ssl/elearn"
        subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2", "-nodes"]
        files = ["-keyout", str(ssl_folder / "key.pem"), "-out", str(ssl_folder / "fullchain.pem")]
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        subprocess.run(["openssl", "req", "-x509", *kind, *subject, *files], check=True, capture_output=True)

    def nginx_command(self, site: str | None = None) -> list[str]:
        """Run as ``nginx``, with a site, the README's unless another is given, among as little else as it needs."""
        site = self.mapped(self.blocks["nginx"]) if site is None else site
        self.put("etc/nginx/sites-enabled/elearn", site)
        temporary = "".join(
            f"{what}_temp_path {self.folder / what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main = self.put(
            "etc/nginx/nginx.conf",
            f"user root; daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/var/log/nginx/error.log;"
            f"events {{}} http {{ {temporary} include {self.folder}/etc/nginx/sites-enabled/*; }}",
        )
        return ["nginx", "-p", str(self.folder), "-e", f"{self.folder}/var/log/nginx/error.log", "-c", str(main)]

    def start_nginx(self, site: str | None = None) -> None:
        """Run nginx, anew if it runs."""
        self.stop_nginx()
        self._nginx = subprocess.Popen(self.nginx_command(site), env={"PATH": PATH}, start_new_session=True)
        eventually(self._listens, "nginx")

    def _listens(self) -> bool:
        with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", self.ports["443"])):
            return True
        return False

    def stop_nginx(self) -> None:
        """End it."""
        if self._nginx is not None:
            self._nginx.send_signal(signal.SIGTERM)
            self._nginx.wait(PATIENCE_SECONDS)
            self._nginx = None

    @property
    def access_log(self) -> str:
        """What nginx logged of requests."""
        return (self.folder / "var/log/nginx/elearn.log").read_text()

    # --- asking ---

    def line(self, port: str = "443", source: str = "127.0.0.2", **context: object) -> http.client.HTTPConnection:
        """A connection from an address of this machine to a port of the README; 443 with TLS."""
        own = (source, 0)
        if port != "443":
            return http.client.HTTPConnection("127.0.0.1", self.ports[port], PATIENCE_SECONDS, source_address=own)
        trust = ssl.create_default_context(cafile=self.folder / "etc/ssl/elearn/fullchain.pem")
        for name, value in context.items():
            setattr(trust, name, value)
        line = http.client.HTTPSConnection(NAME, self.ports["443"], timeout=PATIENCE_SECONDS, context=trust)
        plain = socket.create_connection(("127.0.0.1", self.ports["443"]), PATIENCE_SECONDS, own)
        line.sock = trust.wrap_socket(plain, server_hostname=NAME)
        return line

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        port: str = "443",
        source: str = "127.0.0.2",
        headers: dict[str, str] | None = None,
    ) -> tuple[http.client.HTTPResponse, str]:
        """Make a request on a connection of its own; the answer and its text."""
        with contextlib.closing(self.line(port, source)) as line:
            line.request(method, path, body, {"Host": NAME} | (headers or {}))
            answer = line.getresponse()
            return answer, answer.read().decode(errors="replace")

    def __enter__(self) -> "Ground":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_nginx()
        if self._site is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._site.pid, signal.SIGKILL)
            self._site.wait(PATIENCE_SECONDS)


@contextlib.contextmanager
def deployed(folder: Path) -> Iterator[Ground]:
    """A server on which the README was followed up to its start, with an administrator «admin» and a trainer."""
    for program in PROGRAMS:
        if shutil.which(program, path=PATH) is None:
            missing(f"{program} (Debian's packages nginx, systemd, openssl, util-linux)")
    if os.getuid() != 0:
        missing("root, who alone can run a command as systemd would")
    folder.chmod(0o755)
    with Ground(folder) as ground:
        for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "config.py", "requirements.lock"):
            shutil.copy(ROOT / name, folder)
        for name in ("elearn", "migrations", "courses"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        ground.run("wheels")
        ground.run("install")
        ground.put("etc/elearn/config.py", ground.mapped(ground.blocks["config.py"])).chmod(0o640)
        os.chown(folder / "etc/elearn/config.py", 0, NOBODY)
        ground.put("etc/systemd/system/elearn.service", ground.mapped(ground.blocks["elearn.service"]))
        ground.make_certificate()
        ground.run("start")
        ground.command(f"{ELEARN} agency add fiu 'The unit' --country KZ {CONFIG}")
        ground.add_person("boss", "administrator:all")
        ground.add_person("teacher", "trainer:all")
        yield ground
