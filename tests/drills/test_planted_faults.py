"""Each fault that ``faults`` plants in a copy of the repository is noticed by the test that it names."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.drills.faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
LEFT_OUT = (".git", ".venv", "venv", "node_modules", "artefacts", "data", "__pycache__")
BROKEN = ("ImportError", "ModuleNotFoundError", "SyntaxError", "NameError", "AttributeError", "TypeError")
"""A fault that only breaks the program proves nothing of the tests."""
IMPATIENT = "PATIENCE_SECONDS = 20"
"""How long a test waits in the copy for what never comes."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_can_still_be_planted_and_its_test_is_there(fault: Fault) -> None:
    found = (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old)
    assert found == 1, f"{fault.file} has {found} times what «{fault.what}» changes; find it anew"
    path, _, name = fault.test.partition("::")
    function = name.partition("[")[0]
    assert f"\ndef {function}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path} has no {function}"


def test_no_fault_is_listed_twice() -> None:
    assert len({fault.what for fault in FAULTS}) == len(FAULTS) >= 30


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the repository, in which tests wait less long."""
    folder = tmp_path_factory.mktemp("planted") / "repository"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    serving = folder / "tests" / "serving.py"
    source = serving.read_text()
    assert source.count("PATIENCE_SECONDS = 60") == 1, "tests/serving.py says otherwise how long it waits"
    serving.write_text(source.replace("PATIENCE_SECONDS = 60", IMPATIENT))
    yield folder
    shutil.rmtree(folder)


def _failures(copy: Path, tests: Iterable[str]) -> tuple[list[str], str]:
    """What failed of these tests, as the first line of each reason; and all that was printed.

    Raises AssertionError unless every test was found, made ready and run.
    """
    report = copy / "report.xml"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", f"--junitxml={report}", *tests],
        cwd=copy,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    said = run.stdout[-4_000:] + run.stderr[-2_000:]
    assert run.returncode in (0, 1), said
    cases = ET.parse(report).getroot().findall(".//testcase")  # noqa: S314  # our own
    assert cases and not [
        case for case in cases if case.find("error") is not None or case.find("skipped") is not None
    ], said
    return [str(failure.get("message")) for case in cases for failure in case.findall("failure")], said


@pytest.mark.drill
def test_without_a_fault_all_these_tests_pass(copy: Path) -> None:
    failures, said = _failures(copy, sorted({fault.test for fault in FAULTS}))
    assert failures == [], said


@pytest.mark.drill
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_planted_fault_is_noticed(copy: Path, fault: Fault) -> None:
    file = copy / fault.file
    sound = file.read_text(encoding="utf-8")
    assert sound.count(fault.old) == 1, f"{fault.file} has no more, or twice, what «{fault.what}» changes"
    file.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        failures, said = _failures(copy, [fault.test])
    finally:
        file.write_text(sound, encoding="utf-8")
    assert failures, f"nobody noticed: {fault.what}\n{said}"
    broken = [message for message in failures if message.startswith(BROKEN)]
    assert broken == [], f"the fault breaks the program instead of planting itself:\n{said}"
