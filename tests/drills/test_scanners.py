"""Two scanners that attackers use, too, find nothing: bandit in the source, wapiti in a served site as every role.

They get an environment of their own, made by this drill with pip; where that cannot be done, the drill is skipped.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from tests.filled import FilledSite, filled_site
from tests.journeys.school import PAGES

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[2]
SCANNERS = ("bandit==1.9.4", "wapiti3==3.2.3")
MODULES = (
    "backup",
    "crlf",
    "csp",
    "csrf",
    "exec",
    "file",
    "htaccess",
    "http_headers",
    "methods",
    "permanentxss",
    "redirect",
    "sql",
    "upload",
    "xss",
)
"""What wapiti tries: all that asks no other machine, is not about one other product, and waits for no clock."""
NOT_TRIED = ("/sign-out", "/account/sessions*", "/metrics")
"""Where the scanner would sign itself out, and numbers that no form is behind."""


@pytest.fixture(scope="module")
def scanners(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scanners' commands."""
    folder = tmp_path_factory.mktemp("scanners")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    commands = folder / "bin"
    made = subprocess.run(
        [commands / "python", "-m", "pip", "install", "-q", *SCANNERS], capture_output=True, text=True
    )
    if made.returncode:
        missing(f"bandit and wapiti (pip said: {made.stderr.strip()[-200:]})")
    return commands


def test_bandit_finds_nothing_in_the_source(scanners: Path) -> None:
    command = [str(scanners / "bandit"), "-q", "-r", "elearn", "-c", "pyproject.toml", "-f", "json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found = json.loads(run.stdout)
    assert found["errors"] == []
    assert [f"{each['filename']}:{each['line_number']} {each['test_id']}" for each in found["results"]] == []
    assert found["metrics"]["_totals"]["loc"] > 10_000


@pytest.mark.parametrize("name", PAGES)
def test_wapiti_finds_nothing_as(scanners: Path, tmp_path: Path, name: str | None) -> None:
    with filled_site(tmp_path) as site:
        report = scanned(scanners, site, name, tmp_path)
    assert told(report["vulnerabilities"]) == []
    assert told(report["anomalies"]) == []
    assert report["infos"]["crawled_pages_nbr"] > 4


def scanned(scanners: Path, site: FilledSite, name: str | None, folder: Path) -> dict[str, Any]:
    """What wapiti says of a site that it looks at as somebody, from every page that they may meet."""
    into = folder / "report.json"
    # Nobody has one form that posts, signing in, and to the scanner a wrong token and a wrong password are answered
    # alike: test_signing_in_needs_a_token_of_this_browser tells them apart.
    modules = [each for each in MODULES if name is not None or each != "csrf"]
    command = [str(scanners / "wapiti"), "-u", f"{site.url}/", "-m", ",".join(modules), "-f", "json", "-o", str(into)]
    command += ["--scope", "folder", "-d", "3", "--max-links-per-page", "40", "--max-scan-time", "60"]
    command += ["--max-attack-time", "20", "--store-session", str(folder / "session")]
    command += ["--store-config", str(folder / "config")]
    command += ["--flush-session", "--no-bugreport", "-v", "0", "-t", "30"]
    command += [word for path in PAGES[name] for word in ("-s", site.address(path))]
    command += [word for path in NOT_TRIED for word in ("-x", site.url + path)]
    if name is not None:
        command += ["-H", f"Cookie: elearn={site.cookies[name]}"]
    for _ in range(2):  # it loses its own database now and then where the machine is busy
        run = subprocess.run(command, capture_output=True, text=True)
        if into.exists():
            break
    assert into.exists(), run.stdout[-2_000:] + run.stderr[-2_000:]
    found: dict[str, Any] = json.loads(into.read_text())
    return found


def told(findings: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Each finding in a line."""
    return [
        f"{kind}: {each['method']} {each['path']}: {each['info']}" for kind, found in findings.items() for each in found
    ]
