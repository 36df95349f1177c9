"""The few words that stand in rendered text. They are of the language of the text, not of the reader's interface."""

from dataclasses import dataclass

from elearn.core.uzbek import cyrillic


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
_KAZAKH = Labels(
    callouts={
        "law": "Құқық",
        "fatf": "ФАТФ",
        "red-flag": "Белгі",
        "case": "Жағдай",
        "key": "Бастысы",
        "note": "Ескертпе",
        "tip": "Кеңес",
        "important": "Маңызды",
        "warning": "Ескерту",
        "caution": "Абайлаңыз",
    },
    red_flag=("Не көрінеді", "Заңды болуы мүмкін", "Неге қарап ажыратуға болады"),
    figure="Сурет",
    table="Кесте",
    back_to_text="Мәтінге оралу",
    true="Дұрыс",
    false="Бұрыс",
)
_KYRGYZ = Labels(
    callouts={
        "law": "Укук",
        "fatf": "ФАТФ",
        "red-flag": "Белги",
        "case": "Окуя",
        "key": "Башкысы",
        "note": "Эскертме",
        "tip": "Кеңеш",
        "important": "Маанилүү",
        "warning": "Эскертүү",
        "caution": "Этият болуңуз",
    },
    red_flag=("Эмне көрүнөт", "Мыйзамдуу болушу мүмкүн", "Эмнеге карап айырмалоого болот"),
    figure="Сүрөт",
    table="Таблица",
    back_to_text="Текстке кайтуу",
    true="Туура",
    false="Туура эмес",
)
_TAJIK = Labels(
    callouts={
        "law": "Ҳуқуқ",
        "fatf": "ФАТФ",
        "red-flag": "Аломат",
        "case": "Ҳодиса",
        "key": "Муҳимтарин",
        "note": "Эзоҳ",
        "tip": "Маслиҳат",
        "important": "Муҳим",
        "warning": "Огоҳӣ",
        "caution": "Эҳтиёт",
    },
    red_flag=("Чӣ дида мешавад", "Шояд қонунӣ бошад", "Бо чӣ фарқ кардан мумкин аст"),
    figure="Расм",
    table="Ҷадвал",
    back_to_text="Бозгашт ба матн",
    true="Дуруст",
    false="Нодуруст",
)
_TURKMEN = Labels(
    callouts={
        "law": "Hukuk",
        "fatf": "FATF",
        "red-flag": "Alamat",
        "case": "Waka",
        "key": "Esasy zat",
        "note": "Bellik",
        "tip": "Maslahat",
        "important": "Möhüm",
        "warning": "Duýduryş",
        "caution": "Seresap boluň",
    },
    red_flag=("Näme görünýär", "Kanuny bolmagy mümkin", "Nämä görä tapawutlandyryp bolýar"),
    figure="Surat",
    table="Tablisa",
    back_to_text="Tekste dolanmak",
    true="Dogry",
    false="Nädogry",
)
_UZBEK = Labels(
    callouts={
        "law": "Huquq",
        "fatf": "FATF",
        "red-flag": "Belgi",
        "case": "Holat",
        "key": "Eng muhimi",
        "note": "Eslatma",
        "tip": "Maslahat",
        "important": "Muhim",
        "warning": "Ogohlantirish",
        "caution": "Ehtiyot boʻling",
    },
    red_flag=("Nima koʻrinadi", "Qonuniy boʻlishi mumkin", "Nimaga qarab farqlash mumkin"),
    figure="Rasm",
    table="Jadval",
    back_to_text="Matnga qaytish",
    true="Toʻgʻri",
    false="Notoʻgʻri",
)


def _in_cyrillic(labels: Labels) -> Labels:
    """Uzbek labels in Cyrillic letters."""
    what_is_seen, innocent, apart = map(cyrillic, labels.red_flag)
    return Labels(
        callouts={kind: cyrillic(word) for kind, word in labels.callouts.items()} | {"fatf": "ФАТФ"},
        red_flag=(what_is_seen, innocent, apart),
        figure=cyrillic(labels.figure),
        table=cyrillic(labels.table),
        back_to_text=cyrillic(labels.back_to_text),
        true=cyrillic(labels.true),
        false=cyrillic(labels.false),
    )


_LABELS = {
    "en": _ENGLISH,
    "ru": _RUSSIAN,
    "kk": _KAZAKH,
    "ky": _KYRGYZ,
    "tg": _TAJIK,
    "tk": _TURKMEN,
    "uz": _UZBEK,
    "uz-Cyrl": _in_cyrillic(_UZBEK),
}


def labels_in(language: str) -> Labels:
    """The words in that language, or in English."""
    return _LABELS.get(language, _ENGLISH)
