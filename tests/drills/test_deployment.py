"""The deployment part of the README works as it is written; see :mod:`tests.drills.deploying` for what stands in."""

import contextlib
import json
import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.drills.deploying import NAME, PASSWORD, PATH, Ground, blocks, deployed

MOST_EXPOSED = 1.3
"""systemd's own figure from 0 to 10, 10 the worst; it calls what is under 2 «OK». The rest is the network we serve."""
LARGE = "/write/a-course/import"
"""An address that takes what trainers send."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{NAME}"}


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """A server after the README was followed; not among the folders of tests, which only their owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="elearn-deployed-", dir="/var/tmp"))
    try:
        with deployed(folder) as found:
            yield found
    finally:
        shutil.rmtree(folder)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def _sign_in(ground: Ground, name: str, password: str = PASSWORD, **headers: str) -> tuple[int, SimpleCookie, str]:
    """Sign in through the page as a browser does: the status, the cookies, the page."""
    first, page = ground.ask("GET", "/sign-in", headers=headers)
    jar = SimpleCookie()
    for line in first.headers.get_all("Set-Cookie") or ():
        jar.load(line)
    cookie = "; ".join(f"{one}={morsel.value}" for one, morsel in jar.items())
    body = urlencode({"csrf_token": _token(page), "sign_in_name": name, "password": password}).encode()
    answer, told = ground.ask("POST", "/sign-in", body, headers=FORM | {"Cookie": cookie} | headers)
    for line in answer.headers.get_all("Set-Cookie") or ():
        jar.load(line)
    return answer.status, jar, told


def test_the_readme_has_each_block_that_the_drill_follows() -> None:
    assert set(blocks()) == {
        *("wheels", "install", "config.py", "elearn.service", "nginx", "start", "upgrade", "rollback")
    }


@pytest.mark.drill
def test_systemd_understands_the_unit_and_finds_it_little_exposed(ground: Ground) -> None:
    unit = ground.folder / "etc/systemd/system/elearn.service"
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", "--no-pager", unit],
        capture_output=True,
        text=True,
    )
    print(judged.stdout.splitlines()[-1])
    assert judged.returncode == 0, judged.stdout


@pytest.mark.drill
def test_nginx_understands_the_site(ground: Ground) -> None:
    tried = subprocess.run([*ground.nginx_command(), "-t"], env={"PATH": PATH}, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


@pytest.mark.drill
def test_the_site_runs_confined_and_writes_in_its_folder_alone(ground: Ground) -> None:
    status = Path(f"/proc/{ground.process}/status").read_text()
    found = dict(line.split(":\t", 1) for line in status.splitlines())
    assert found["Uid"].split() == ["65534"] * 4
    assert found["NoNewPrivs"] == "1" and found["Seccomp"] == "2" and int(found["Seccomp_filters"]) >= 2
    assert int(found["CapBnd"], 16) == int(found["CapEff"], 16) == 0
    assert "Operation not permitted" not in ground.journal and "error" not in ground.journal
    data = ground.folder / "var/lib/elearn"
    assert data.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o077 for file in data.iterdir()} == {0}


@pytest.mark.drill
def test_people_sign_in_over_tls_with_cookies_of_this_host_alone(ground: Ground) -> None:
    status, jar, _ = _sign_in(ground, "boss")
    assert status == 302
    session = jar["__Host-elearn"]
    assert session["secure"] and session["httponly"] and session["path"] == "/" and not session["domain"]
    assert all(name.startswith("__Host-") and morsel["secure"] for name, morsel in jar.items())
    answer, page = ground.ask("GET", "/account", headers={"Cookie": f"__Host-elearn={session.value}"})
    assert answer.status == 200 and "Name boss" in page
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.drill
def test_only_modern_tls_is_spoken_and_http_leads_to_https(ground: Ground) -> None:
    to = f"127.0.0.1:{ground.ports['443']}"
    for old, new in (("-tls1_1", False), ("-tls1_2", True)):
        ciphers = ["-cipher", "ALL@SECLEVEL=0", "-servername", NAME]
        spoken = subprocess.run(["openssl", "s_client", "-connect", to, old, *ciphers], input=b"", capture_output=True)
        assert (spoken.returncode == 0) is new, spoken.stderr
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with contextlib.closing(ground.line(minimum_version=version, maximum_version=version)) as line:
            line.request("GET", "/healthz")
            assert line.getresponse().read() == b'{"status":"ok"}\n'
    answer, _ = ground.ask("GET", "/courses?q=a", port="80", headers={"Host": "evil.example"})
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/courses?q=a")


@pytest.mark.drill
def test_a_request_has_one_number_in_both_logs_and_nobody_chooses_it(ground: Ground) -> None:
    answer, _ = ground.ask("GET", "/sign-in?planted=1", headers={"X-Request-ID": "chosen-by-a-client"})
    number = answer.headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", number)
    assert answer.headers.get_all("X-Request-ID") == [number]
    lines = [json.loads(line) for line in ground.journal.splitlines() if number in line]
    assert [(line["endpoint"], line["request_id"]) for line in lines] == [("accounts.sign_in", number)]
    assert re.search(rf'(?m)^127\.0\.0\.2 \[[^]]+\] {number} "GET /sign-in" 200 ', ground.access_log)
    ground.ask("GET", "/sign-in/new-password/planted")
    assert '"GET /sign-in/new-password/-" 403 ' in ground.access_log
    assert "planted" not in ground.access_log + ground.journal
    assert "127.0.0.2" not in ground.journal


@pytest.mark.drill
def test_metrics_are_for_this_machine_and_health_is_for_all(ground: Ground) -> None:
    for path in ("/metrics", "/metrics/", "//metrics", "/%6detrics", "/x/../metrics"):
        assert ground.ask("GET", path)[0].status == 404, path
    assert ground.ask("GET", "/metrics", port="8000")[0].status == 200
    assert ground.ask("GET", "/healthz")[0].status == 200
    assert ground.ask("GET", "/readyz")[0].status == 200


@pytest.mark.drill
def test_what_is_too_large_is_told_in_a_sentence_by_the_site_and_beyond_by_nginx(ground: Ground) -> None:
    _, jar, _ = _sign_in(ground, "teacher")
    cookie = {"Cookie": f"__Host-elearn={jar['__Host-elearn'].value}"}
    limit = 8 * 1024 * 1024
    answer, page = ground.ask("POST", LARGE, b"x" * (limit + 1), headers=FORM | cookie)
    assert answer.status == 413 and "larger than this site accepts" in page and "<h1>" in page
    answer, page = ground.ask("POST", LARGE, b"x" * (limit * 2), headers=FORM | cookie)
    assert answer.status == 413 and "Send a smaller file" in page and "Отправьте файл меньше" in page
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "X-Request-ID" not in answer.headers


@pytest.mark.drill
def test_too_many_tries_are_refused_whatever_address_a_client_claims(ground: Ground) -> None:
    statuses = [
        _sign_in(ground, "victim", "wrong", **{"X-Forwarded-For": f"198.51.100.{number}"})[0] for number in range(10)
    ]
    assert statuses == [403] * 8 + [429] * 2


@pytest.mark.drill
def test_files_of_pages_are_kept_for_good_and_sent_compressed(ground: Ground) -> None:
    _, page = ground.ask("GET", "/sign-in")
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer, _ = ground.ask("GET", sheet, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers.get_all("Content-Encoding") == ["gzip"]
    again, body = ground.ask("GET", sheet, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert (again.status, body) == (304, "")


@pytest.mark.drill
def test_the_site_believes_the_address_that_nginx_saw_and_none_that_a_client_says(ground: Ground) -> None:
    """The one thing that hangs on an address is who may read the metrics: nginx lets them through here."""
    ground.stop_site()
    ground.start_site(metrics_from="127.0.0.3")
    site = ground.mapped(ground.blocks["nginx"])
    ground.start_nginx(re.sub(r"location /metrics \{\s*return 404;\s*\}", "", site))
    try:
        assert ground.ask("GET", "/metrics", source="127.0.0.3")[0].status == 200
        for spoofed in ("127.0.0.3", "127.0.0.3, 127.0.0.3", "127.0.0.1"):
            headers = {"X-Forwarded-For": spoofed, "X-Real-IP": spoofed, "Forwarded": f"for={spoofed}"}
            assert ground.ask("GET", "/metrics", headers=headers)[0].status == 404, spoofed
    finally:
        ground.stop_site()
        ground.start_site()
        ground.start_nginx()


@pytest.mark.drill
def test_doctor_finds_nothing_wrong_but_what_only_a_drill_lacks(ground: Ground) -> None:
    told = ground.command(
        "sudo -u elearn /opt/elearn/current/bin/elearn doctor --format json --config /etc/elearn/config.py || true"
    )
    found = {one["check"]: one["level"] for one in json.loads(told)["findings"]}
    assert [check for check, level in found.items() if level == "problem"] == []
    assert {check for check, level in found.items() if level == "warning"} <= {"courses", "e-mail", "backups", "disk"}


@pytest.mark.drill
def test_an_upgrade_and_the_way_back_go_as_written(ground: Ground) -> None:
    told: list[str] = []

    def systemctl(verb: str, *words: str) -> None:
        plain(verb, *words)
        if verb == "stop":
            answer, page = ground.ask("GET", "/")
            told.append(f"{answer.status} {page}")

    plain, ground.systemctl = ground.systemctl, systemctl  # type: ignore[method-assign]
    ground.run("upgrade")
    assert (ground.folder / "opt/elearn/current").readlink().name == "0.2.0"
    ground.add_person("later", "trainer:all")
    assert [_sign_in(ground, name)[0] for name in ("boss", "later")] == [302, 302]

    ground.run("rollback")
    assert (ground.folder / "opt/elearn/current").readlink().name == "0.1.0"
    assert [_sign_in(ground, name)[0] for name in ("boss", "later")] == [302, 403]
    assert [one.partition(" Wait")[0] for one in told] == ["503 The site is being started."] * 2
