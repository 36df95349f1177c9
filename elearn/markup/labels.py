"""The few words that stand in rendered text. They are of the language of the text, not of the reader's interface."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language. ``callouts`` are by kind; ``red_flag`` heads its three parts."""

    callouts: dict[str, str]
    red_flag: tuple[str, str, str]
    figure: str
    table: str
    back_to_text: str
    true: str
    false: str


_ENGLISH = Labels(
    callouts={
        "law": "Law",
        "fatf": "FATF",
        "red-flag": "Red flag",
        "case": "Case",
        "key": "Key point",
        "note": "Note",
        "tip": "Tip",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
    },
    red_flag=("What is seen", "It may be innocent", "What tells them apart"),
    figure="Figure",
    table="Table",
    back_to_text="Back to the text",
    true="True",
    false="False",
)
_RUSSIAN = Labels(
    callouts={
        "law": "Право",
        "fatf": "ФАТФ",
        "red-flag": "Признак",
        "case": "Случай",
        "key": "Главное",
        "note": "Примечание",
        "tip": "Совет",
        "important": "Важно",
        "warning": "Предупреждение",
        "caution": "Осторожно",
    },
    red_flag=("Что видно", "Возможно, всё законно", "Что помогает различить"),
    figure="Рисунок",
    table="Таблица",
    back_to_text="Вернуться к тексту",
    true="Верно",
    false="Неверно",
)
_LABELS = {"en": _ENGLISH, "ru": _RUSSIAN}


def labels_in(language: str) -> Labels:
    """The words in that language, or in English."""
    return _LABELS.get(language, _ENGLISH)
