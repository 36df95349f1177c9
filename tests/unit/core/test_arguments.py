"""Arguments of the command line that are no text."""

import pytest

from elearn import __main__ as command


@pytest.mark.parametrize(
    "arguments",
    [
        ["person", "add", "ab", "--full-name", "A B", "--agency", "\udcff"],
        ["course", "export", "\udcff", "--to", "out"],
        ["course", "new", "ok", "--title", "Title \udcff", "--into", "nowhere"],
        ["demo", "--host", "\udcff"],
    ],
)
def test_an_argument_that_is_no_text_is_refused_in_a_sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["elearn", *arguments])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert "is not UTF-8" in capsys.readouterr().err


def test_arguments_of_every_alphabet_are_taken() -> None:
    command.check_arguments(["course", "new", "ok", "--title", "Ўзбек тили, қазақ тілі, 𐍈"])
