"""``elearn quiz``."""

from pathlib import Path

from click.testing import CliRunner, Result

from elearn.cli.quiz import quiz
from tests.unit.banks.test_moodle import PNG
from tests.web.test_banks import MOODLE

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
    count = source.read_text(encoding="utf-8").count("\n## ")
    for form in ("gift", "moodle-xml", "qti"):
        result = run("export", source, "--format", form, "--to", tmp_path / form)
        assert result.exit_code == 0, result.output
        assert f"{count} questions for {tmp_path / form}, {count} with losses, 0 left out." in result.stderr
    for form in ("gift", "moodle-xml"):
        again = run("import", tmp_path / form, "--format", form, "--into", tmp_path / f"{form}.md")
        assert again.stderr == f"{count} questions read, 0 with losses, 0 left out.\n"
    texts = [(tmp_path / f"{form}.md").read_text().partition("title:")[2] for form in ("gift", "moodle-xml")]
    assert texts[0] == texts[1]
    assert run("export", source, "--format", "gift", "--to", tmp_path / "gift").exit_code == 2


def test_the_format_is_known_by_the_ending_or_by_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.gift").write_text(BANK)
    (tmp_path / "b.txt").write_text("Which?\nA) a\nB) b\nANSWER: A\n")
    (tmp_path / "c.doc").write_text(BANK)
    assert run("import", tmp_path / "a.gift").stderr.endswith("2 questions read, 1 with losses, 1 left out.\n")
    assert run("import", tmp_path / "b.txt").stderr == "1 question read, 0 with losses, 0 left out.\n"
    refused = run("import", tmp_path / "c.doc")
    assert refused.exit_code == 2
    assert "Choose it." in refused.stderr


def test_a_picture_of_a_name_that_is_taken_is_written_beside_it(tmp_path: Path) -> None:
    pools = tmp_path / "pools"
    (pools / "images").mkdir(parents=True)
    (pools / "images/map.png").write_bytes(b"mine")
    (tmp_path / "a.xml").write_text(MOODLE)
    assert run("import", tmp_path / "a.xml", "--into", pools / "a.md").exit_code == 0
    assert (pools / "images/map.png").read_bytes() == b"mine"
    assert (pools / "images/map-2.png").read_bytes() == PNG
    assert "![A map](images/map-2.png)" in (pools / "a.md").read_text()


def test_a_course_in_another_language_has_its_own_words_for_true(tmp_path: Path) -> None:
    (tmp_path / "course.md").write_text("---\ncourse: x\ntitle: Y\nlanguage: ru\n---\n")
    (tmp_path / "pools").mkdir()
    (tmp_path / "pools/y.md").write_text("## Q <!-- id: q -->\n\n- (x) Верно\n- ( ) Неверно\n")
    assert run("export", tmp_path / "pools/y.md", "--format", "gift", "--to", tmp_path / "y.gift").exit_code == 0
    assert "{TRUE}" in (tmp_path / "y.gift").read_text()
