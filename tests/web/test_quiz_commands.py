"""``elearn quiz``."""

from pathlib import Path

from click.testing import CliRunner, Result

from elearn.cli.quiz import quiz

BANK = "::Fee::What is the fee?{=5 EUR ~6 EUR}\n\nA text.\n\n::Half::Which?{~%100%a ~%100%b ~c}\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(quiz, [str(argument) for argument in arguments])


def test_a_bank_becomes_a_pool_with_counts_and_located_losses(tmp_path: Path) -> None:
    (tmp_path / "bank.gift").write_text(BANK)
    result = run("import", tmp_path / "bank.gift", "--format", "gift", "--into", tmp_path / "pools" / "fees.md")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "pools/fees.md").read_text().startswith("---\npool: fees\n---\n\n## Fee <!-- id: fee -->\n")
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{tmp_path}/bank.gift:3 “A text.”: the question was left out. It has no answers")
    assert lines[1].startswith(f"{tmp_path}/bank.gift:5 “Half”: weights that add up to 200 %. ")
    assert lines[-1] == "2 questions read, 1 with losses, 1 left out."


def test_without_a_place_the_pool_is_printed(tmp_path: Path) -> None:
    (tmp_path / "My bank.txt").write_text("Which?\nA) a\nB) b\nANSWER: A\n")
    result = run("import", tmp_path / "My bank.txt", "--format", "aiken")
    assert result.stdout == "---\npool: my-bank\n---\n\n## Which? <!-- id: which -->\n\n- (x) a\n- ( ) b\n"
    assert result.stderr == "1 question read, 0 with losses, 0 left out.\n"


def test_nothing_is_overwritten_and_what_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bank.gift").write_text(BANK)
    (tmp_path / "there.md").write_text("mine")
    (tmp_path / "bank.xml").write_text("<!DOCTYPE a><quiz/>")
    for arguments, word in (
        (("bank.gift", "--format", "gift", "--into", tmp_path / "there.md"), "is there already"),
        (("bank.gift", "--format", "gift", "--into", tmp_path / "No Name.md"), "is no name of a pool"),
        (("bank.xml", "--format", "moodle-xml"), "DOCTYPE"),
        (("gone.gift", "--format", "gift"), "cannot be read"),
    ):
        result = run("import", tmp_path / arguments[0], *arguments[1:])
        assert result.exit_code == 2
        assert word in result.stderr
    assert (tmp_path / "there.md").read_text() == "mine"


def test_a_file_without_a_question_exits_with_one(tmp_path: Path) -> None:
    (tmp_path / "bank.gift").write_text("Only a text.\n")
    result = run("import", tmp_path / "bank.gift", "--format", "gift")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("0 questions read, 0 with losses, 1 left out.\n")


def test_a_quiz_is_written_in_each_format_and_read_again(tmp_path: Path) -> None:
    source = Path("courses/cft/pools/law.md")
    for form in ("gift", "moodle-xml", "qti"):
        result = run("export", source, "--format", form, "--to", tmp_path / form)
        assert result.exit_code == 0, result.output
        assert f"12 questions for {tmp_path / form}, 12 with losses, 0 left out." in result.stderr
    for form in ("gift", "moodle-xml"):
        again = run("import", tmp_path / form, "--format", form, "--into", tmp_path / f"{form}.md")
        assert again.stderr == "12 questions read, 0 with losses, 0 left out.\n"
    texts = [(tmp_path / f"{form}.md").read_text().partition("title:")[2] for form in ("gift", "moodle-xml")]
    assert texts[0] == texts[1]
    assert run("export", source, "--format", "gift", "--to", tmp_path / "gift").exit_code == 2
