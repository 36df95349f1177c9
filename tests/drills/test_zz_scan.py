from tests.drills.test_scanners import *
from pathlib import Path
import pytest, json

pytestmark = []


@pytest.mark.parametrize("name", ["officer", "trainer", "admin", None, "manager"])
def test_z(tmp_path, name):
    with filled_site(tmp_path) as site:
        r = scanned(Path("/tmp/trust/scan/bin"), site, name, tmp_path)
    open(f"/tmp/trust/sc/{name}.txt", "w").write(
        json.dumps(
            {
                "v": told(r["vulnerabilities"]),
                "a": told(r["anomalies"]),
                "i": r["infos"],
                "add": told(r.get("additionals", {})),
            },
            indent=1,
        )
    )
