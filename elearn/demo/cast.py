"""Who is on the demonstration site. Countries, agencies and people are invented; the names show all six alphabets."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An agency of the demonstration."""

    code: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demonstration.

    ``sections`` is the share of the lessons read, ``skill`` the share of answers that are right, ``days`` how long ago
    they enrolled (None: not enrolled).
    """

    sign_in_name: str
    full_name: str
    latin_name: str | None
    language: str
    agency: str
    days: int | None
    sections: float
    skill: float


COUNTRIES: Final = {"XA": "Arlandia", "XB": "Belmoria", "XC": "Corvania", "XD": "Dorvale", "XE": "Estmark"}

AGENCIES: Final = (
    DemoAgency("xa-fiu", "Financial Intelligence Unit of Arlandia", "XA"),
    DemoAgency("xa-customs", "Customs Service of Arlandia", "XA"),
    DemoAgency("xa-border", "Border Guard of Arlandia", "XA"),
    DemoAgency("xb-fiu", "Financial Monitoring Service of Belmoria", "XB"),
    DemoAgency("xb-border", "Border Service of Belmoria", "XB"),
    DemoAgency("xc-fiu", "Financial Monitoring Department of Corvania", "XC"),
    DemoAgency("xd-fiu", "Financial Intelligence Office of Dorvale", "XD"),
    DemoAgency("xe-fiu", "Financial Crimes Department of Estmark", "XE"),
)

OFFICER, TRAINER, MANAGER, ADMINISTRATOR = "officer", "trainer", "manager", "admin"

PEOPLE: Final = (
    DemoPerson(OFFICER, "Айгүл Серікқызы Әбдірахманова", "Aigul Abdirakhmanova", "en", "xa-fiu", 20, 0.62, 0.9),
    DemoPerson(TRAINER, "Rustam Dey", None, "en", "xa-fiu", None, 0, 0),
    DemoPerson(MANAGER, "Баян Оразова", "Bayan Orazova", "en", "xa-fiu", 200, 1, 0.95),
    DemoPerson(ADMINISTRATOR, "Сергей Львович Громов", "Sergei Gromov", "en", "xa-fiu", None, 0, 0),
    DemoPerson("n.qasymov", "Нұрлан Қасымов", "Nurlan Qasymov", "kk", "xa-fiu", 150, 1, 0.97),
    DemoPerson("d.akhmetova", "Дина Ахметова", "Dina Akhmetova", "ru", "xa-fiu", 140, 1, 0.93),
    DemoPerson("y.tulegen", "Ерлан Төлегенұлы", "Yerlan Tulegen", "kk", "xa-fiu", 90, 0.8, 0.8),
    DemoPerson("o.petrenko", "Ольга Петренко", "Olga Petrenko", "ru", "xa-fiu", 60, 1, 0.6),
    DemoPerson("s.zhaqsy", "Сәуле Жақсылық", "Saule Zhaqsylyq", "kk", "xa-fiu", 14, 0.2, 0.7),
    DemoPerson("t.bek", "Тимур Бекжанов", "Timur Bekzhanov", "ru", "xa-fiu", None, 0, 0),
    DemoPerson("k.volkov", "Кирилл Волков", "Kirill Volkov", "ru", "xa-customs", 120, 1, 0.96),
    DemoPerson("a.isin", "Асқар Исин", "Asqar Isin", "kk", "xa-customs", 110, 1, 0.94),
    DemoPerson("m.rakhim", "Мадина Рахимова", "Madina Rakhimova", "ru", "xa-customs", 100, 0.9, 0.8),
    DemoPerson("g.ospan", "Гүлнар Оспанова", "Gulnar Ospanova", "kk", "xa-customs", 45, 0.5, 0.8),
    DemoPerson("p.orlov", "Павел Орлов", "Pavel Orlov", "ru", "xa-customs", 30, 0.1, 0.7),
    DemoPerson("z.nur", "Зарина Нұрланқызы", "Zarina Nurlanqyzy", "kk", "xa-customs", 10, 0, 0.7),
    DemoPerson("b.sadyk", "Бауыржан Садықов", "Bauyrzhan Sadyqov", "kk", "xa-border", 80, 1, 0.95),
    DemoPerson("i.lan", "Илья Ланской", "Ilya Lanskoy", "ru", "xa-border", 40, 0.4, 0.7),
    DemoPerson("r.ashim", "Рауан Әшімов", "Rauan Ashimov", "kk", "xa-border", 12, 0.1, 0.6),
    DemoPerson("b.toktosunov", "Бекзат Токтосунов", "Bekzat Toktosunov", "ky", "xb-fiu", 130, 1, 0.95),
    DemoPerson("a.osmonova", "Айжан Өсмөнова", "Aijan Osmonova", "ky", "xb-fiu", 120, 1, 0.92),
    DemoPerson("c.normatov", "Чыңгыз Норматов", "Chyngyz Normatov", "ky", "xb-fiu", 70, 0.7, 0.8),
    DemoPerson("n.umetova", "Нуржан Үмөтова", "Nurjan Umotova", "ky", "xb-fiu", 30, 0.3, 0.7),
    DemoPerson("e.sorok", "Елена Сорокина", "Elena Sorokina", "ru", "xb-fiu", 15, 0.2, 0.8),
    DemoPerson("u.asanov", "Улан Асанов", "Ulan Asanov", "ky", "xb-border", 60, 1, 0.94),
    DemoPerson("j.ergesh", "Жылдыз Эргешова", "Jyldyz Ergeshova", "ky", "xb-border", 20, 0.3, 0.7),
    DemoPerson("s.rahimi", "Сӯҳроб Раҳимӣ", "Suhrob Rahimi", "tg", "xc-fiu", 110, 1, 0.96),
    DemoPerson("f.juraev", "Фаррух Ҷӯраев", "Farrukh Juraev", "tg", "xc-fiu", 90, 1, 0.9),
    DemoPerson("m.gulova", "Меҳрангез Гулова", "Mehrangez Gulova", "tg", "xc-fiu", 50, 0.6, 0.8),
    DemoPerson("a.qodirov", "Амин Қодиров", "Amin Qodirov", "tg", "xc-fiu", 25, 0.4, 0.7),
    DemoPerson("sh.hakim", "Шаҳноза Ҳакимова", "Shahnoza Hakimova", "tg", "xc-fiu", 8, 0.1, 0.7),
    DemoPerson("g.asyrowa", "Gülşirin Aşyrowa", None, "tk", "xd-fiu", 100, 1, 0.95),
    DemoPerson("m.owezowa", "Maral Öwezowa", None, "tk", "xd-fiu", 90, 1, 0.92),
    DemoPerson("b.nyyazow", "Batyr Nyýazow", None, "tk", "xd-fiu", 60, 0.8, 0.8),
    DemoPerson("j.annayew", "Jeren Annaýewa", None, "tk", "xd-fiu", 35, 0.3, 0.7),
    DemoPerson("d.sazak", "Döwlet Sazakow", None, "tk", "xd-fiu", None, 0, 0),
    DemoPerson("o.jorayeva", "Oʻgʻiloy Joʻrayeva", None, "uz", "xe-fiu", 100, 1, 0.94),
    DemoPerson("a.normatov", "Aybek Normatov", None, "uz", "xe-fiu", 70, 1, 0.91),
    DemoPerson("sh.yoldosh", "Шерзод Йўлдошев", "Sherzod Yoʻldoshev", "uz", "xe-fiu", 40, 0.5, 0.8),
    DemoPerson("n.ganiyeva", "Nigora Gʻaniyeva", None, "uz", "xe-fiu", 18, 0.2, 0.8),
)
