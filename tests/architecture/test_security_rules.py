"""What the source may not do: run text, guess secrets, call other machines, write to a page as HTML."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "elearn").rglob("*.py"))
SCRIPTS = sorted((ROOT / "elearn" / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "elearn" / "templates").rglob("*.html"))

RUNS_TEXT = {"eval", "exec", "compile", "__import__", "execfile"}
UNPACKS_OBJECTS = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
CALLS_OTHERS = {"requests", "httpx", "aiohttp", "urllib3", "ftplib", "telnetlib", "poplib", "imaplib", "ldap", "ldap3"}


@cache
def trees() -> list[tuple[str, ast.AST]]:
    """Each module with what was parsed of it."""
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())) for path in SOURCES]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def calls_of(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """The calls in a module, each with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_no_text_is_run_as_a_program() -> None:
    found = [f"{path}: {name}" for path, tree in trees() for name, _call in calls_of(tree) if name in RUNS_TEXT]
    assert found == []


def test_no_shell_is_started() -> None:
    found = [
        f"{path}: {name}"
        for path, tree in trees()
        for name, call in calls_of(tree)
        if name in ("os.system", "os.popen", "subprocess.getoutput")
        or any(word.arg == "shell" for word in call.keywords if name.startswith("subprocess"))
    ]
    assert found == []


def test_no_object_is_unpacked_from_bytes() -> None:
    found = [f"{path}: {name}" for path, tree in trees() for name in imports_of(tree) if name in UNPACKS_OBJECTS]
    assert found == []


def test_yaml_is_composed_and_never_constructed() -> None:
    found = [name for _path, tree in trees() for name, _call in calls_of(tree) if name.startswith("yaml.")]
    assert found
    assert set(found) <= {"yaml.compose", "yaml.scan"}


def test_no_template_is_made_of_text() -> None:
    names = {"render_template_string", "Template", "from_string", "jinja2.Template"}
    found = [
        f"{path}: {name}" for path, tree in trees() for name, _call in calls_of(tree) if name.split(".")[-1] in names
    ]
    assert found == []


def is_ours(path: str, statement: ast.expr) -> bool:
    """Whether all that is put into a statement is a constant of ours, or the name of a table of a backup.

    A name cannot be bound. It was quoted by ``quote``, or is one that PostgreSQL gave us quoted (of its catalogue, by
    ``quote_ident`` and ``regclass``), or that of a schema that we made.
    """
    if not isinstance(statement, ast.JoinedStr):
        return False
    put_in = {ast.unparse(part.value) for part in statement.values if isinstance(part, ast.FormattedValue)}
    if not path.startswith("elearn/backup/"):
        return put_in == {"BUSY_MILLISECONDS"}
    given = {"table_name", "name", "definition", "table", "routine", "left", "self._schema", "self._kept"}
    return all(each in given or re.fullmatch(r"(name\.)?quote\([\w.]+\)", each) for each in put_in)


def test_no_statement_is_put_together_of_text() -> None:
    asking = {"text", "exec_driver_sql", "execute", "executescript", "executemany"}
    found = [
        f"{path}: {ast.unparse(call)[:80]}"
        for path, tree in trees()
        for name, call in calls_of(tree)
        if name.split(".")[-1] in asking
        and call.args
        and (
            isinstance(call.args[0], ast.JoinedStr)
            or (isinstance(call.args[0], ast.BinOp) and isinstance(call.args[0].op, ast.Mod | ast.Add))
            or (isinstance(call.args[0], ast.Call) and ast.unparse(call.args[0].func).endswith(".format"))
        )
        and not is_ours(path, call.args[0])
    ]
    assert found == []


def test_a_pattern_holds_no_words_from_outside_but_escaped() -> None:
    """Patterns that authors write are for RE2 alone, which takes linear time."""
    ours = {
        "elearn/content/cells.py: re.compile(form + _TIME)",  # each of a list of constants
        "elearn/core/alphabets.py: re.compile(f'{pairs}|.' if pairs else '.')",  # letters of our alphabets
    }
    found = {
        f"{path}: {ast.unparse(call)}"
        for path, tree in trees()
        for name, call in calls_of(tree)
        if re.fullmatch(r"re\.(compile|match|search|sub|subn|fullmatch|split|findall|finditer)", name)
        and call.args
        and not is_pattern_of_ours(call.args[0])
    }
    assert found == ours


def is_pattern_of_ours(node: ast.expr) -> bool:
    """Whether a pattern is put together of constants and of words that were escaped."""
    if isinstance(node, ast.JoinedStr):
        return all(
            "re.escape" in ast.unparse(each.value) or is_pattern_of_ours(each.value)
            for each in node.values
            if isinstance(each, ast.FormattedValue)
        )
    if isinstance(node, ast.BinOp):
        return is_pattern_of_ours(node.left) and is_pattern_of_ours(node.right)
    is_escaped = isinstance(node, ast.Call) and ast.unparse(node.func) == "re.escape"
    return is_escaped or isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_no_other_machine_is_called_but_those_that_settings_name() -> None:
    allowed = {
        "elearn/mail.py": {"smtplib"},
        "elearn/cli/digest.py": {"smtplib"},
        "elearn/accounts/ldap.py": {"ldap3"},
        "elearn/accounts/sso/provider.py": {"http.client"},
    }
    found = [
        f"{path}: {name}"
        for path, tree in trees()
        for name in imports_of(tree)
        if (name.split(".")[0] in CALLS_OTHERS or name in ("urllib.request", "http.client", "smtplib"))
        and not {name, name.split(".")[0]} & allowed.get(path, set())
    ]
    assert found == []


def test_no_broken_hash_is_used() -> None:
    found = [
        f"{path}: {name}"
        for path, tree in trees()
        for name, _call in calls_of(tree)
        if re.fullmatch(r"(hashlib\.)?(md4|md5|sha1)", name)
    ]
    assert found == []


def test_chance_that_can_be_foretold_draws_papers_and_demonstrations_alone() -> None:
    allowed = {"elearn/assessment/drawing.py", "elearn/assessment/variants.py", "elearn/demo/staging.py"}
    found = {path for path, tree in trees() for name in imports_of(tree) if name == "random"}
    assert found <= allowed


def test_no_log_line_holds_a_password_a_token_or_an_answer() -> None:
    found = [
        f"{path}: {ast.unparse(call)[:100]}"
        for path, tree in trees()
        for name, call in calls_of(tree)
        if re.fullmatch(r"(log|logger|logging)\.(debug|info|warning|error|exception|critical)", name)
        for told in (*call.args, *(word.value for word in call.keywords))
        if not isinstance(told, ast.Constant)  # a sentence of ours may speak of a password
        and re.search(r"\b(password|token|secret_key|csrf|response\.form|request\.form)\b", ast.unparse(told).lower())
    ]
    assert found == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"\.(innerHTML|outerHTML)\s*=",
        r"insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe",
        r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]",
        r"__proto__",
    ],
)
def test_no_script_writes_html_or_runs_text(pattern: str) -> None:
    assert SCRIPTS
    found = [path.name for path in SCRIPTS if re.search(pattern, path.read_text())]
    assert found == []


def test_no_script_listens_to_messages_of_other_windows() -> None:
    assert [path.name for path in SCRIPTS if "postMessage" in path.read_text()] == []


def test_no_page_uses_a_technology_that_browsers_gave_up() -> None:
    pattern = re.compile(r"<(object|embed|applet|frame|frameset|marquee|bgsound)\b")
    assert [path.name for path in TEMPLATES if pattern.search(path.read_text())] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_pinned_with_its_digests(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    packages = [entry for entry in entries if not entry.startswith(("#", "-"))]
    assert len(packages) > 20
    for entry in packages:
        assert re.match(r"[a-z0-9._\[\],-]+==\S+", entry, re.IGNORECASE), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]
