"""Bytes to text: declared, undeclared, mislabelled, broken and hostile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.decode import Decoded, canonical_encoding, decode

SENTENCES = {
    "ar": "ناقش مجلس المدينة مساء أمس الخطة الجديدة لتطوير الواجهة البحرية. حضر السكان مبكرا وطرحوا أسئلة كثيرة عن "
    "الأشجار والإضاءة ومواقف السيارات. وقال المهندس إن الأعمال ستبدأ في الربيع وستستمر نحو سنتين.",
    "cs": "Včera večer jednala rada města o novém plánu úpravy nábřeží. Obyvatelé přišli brzy a ptali se na stromy, "
    "osvětlení a parkovací místa. Podle architekta začnou práce na jaře a potrvají přibližně dva roky.",
    "de": "Gestern Abend hat der Stadtrat über den neuen Plan für das Flussufer gesprochen. Die Bürger kamen früh und "
    "stellten viele Fragen über Bäume, Straßenlaternen und Parkplätze. Im Frühjahr beginnen die Arbeiten – „endlich“.",
    "el": "Χθες το βράδυ το δημοτικό συμβούλιο συζήτησε το νέο σχέδιο για την παραλία. Οι κάτοικοι ήρθαν νωρίς και "
    "έκαναν πολλές ερωτήσεις για τα δέντρα, τον φωτισμό και τη στάθμευση.",
    "fr": "Hier soir, le conseil municipal a débattu du nouveau plan d’aménagement des quais. Les habitants, arrivés "
    "tôt, ont posé de nombreuses questions sur les arbres, l’éclairage et le stationnement.",
    "he": "אתמול בערב דנה מועצת העיר בתוכנית החדשה לפיתוח הטיילת. התושבים הגיעו מוקדם ושאלו שאלות רבות על עצים, "
    "תאורה ומקומות חניה. לדברי האדריכל, העבודות יתחילו באביב ויימשכו כשנתיים.",
    "ja": "市議会は昨夜、河岸の新しい整備計画について話し合いました。住民は早くから会場に集まり、樹木や照明、"
    "駐車場について多くの質問をしました。設計者によると、工事は春に始まり、およそ二年かかる見込みです。",
    "ko": "시의회는 어젯밤 강변의 새로운 개발 계획을 논의했습니다. 주민들은 일찍 회의장에 모여 나무와 조명, "
    "주차장에 대해 많은 질문을 했습니다. 설계자에 따르면 공사는 봄에 시작될 것이라고 합니다.",
    "pl": "Wczoraj wieczorem rada miasta omówiła nowy plan zagospodarowania nabrzeża. Mieszkańcy przyszli wcześniej i "
    "zadali radnym wiele pytań o drzewa, oświetlenie i miejsca parkingowe. Prace potrwają około dwóch lat, jeśli "
    "pogoda będzie sprzyjać.",
    "ru": "Вчера вечером городской совет обсудил новый план развития набережной. Жители пришли на заседание заранее и "
    "задали депутатам много вопросов о деревьях, освещении и парковках.",
    "th": "เมื่อคืนนี้สภาเมืองได้หารือเกี่ยวกับแผนพัฒนาริมแม่น้ำฉบับใหม่ ชาวบ้านมาถึงแต่เช้าและถามคำถามมากมายเกี่ยวกับต้นไม้",
    "tr": "Dün akşam belediye meclisi sahil için hazırlanan yeni planı görüştü. Mahalle sakinleri erkenden geldi ve "
    "ağaçlar, aydınlatma ve otopark hakkında birçok soru sordu.",
    "uk": "Учора ввечері міська рада обговорила новий план розвитку набережної. Мешканці прийшли заздалегідь і "
    "поставили депутатам багато запитань про дерева, освітлення й паркування.",
    "zh": "市议会昨晚讨论了河岸的新发展计划。居民们早早来到会场，就树木、照明和停车位提出了许多问题。",
    "zh-Hant": "市議會昨晚討論了河岸的新發展計畫。居民們很早就來到會場，就樹木、照明和停車位提出了許多問題。",
}

UNDECLARED = [
    *[("ru", codec) for codec in ("cp1251", "koi8-r", "iso8859-5", "cp866", "utf-16-le", "utf-16-be", "utf-32-le")],
    *[("ja", codec) for codec in ("shift_jis", "euc-jp", "iso-2022-jp")],
    *[(language, "cp1250") for language in ("pl", "cs")],
    *[("uk", "cp1251"), ("uk", "koi8-u"), ("zh", "gbk"), ("zh", "gb18030"), ("zh-Hant", "big5"), ("ko", "euc-kr")],
    *[("el", "cp1253"), ("el", "iso8859-7"), ("he", "cp1255"), ("ar", "cp1256"), ("tr", "cp1254"), ("th", "cp874")],
    *[("de", "cp1252"), ("de", "mac-roman"), ("fr", "cp1252"), ("pl", "iso8859-2")],
]


def counts(decoded: Decoded) -> dict[str, int]:
    return {repair.kind: repair.count for repair in decoded.repairs}


@pytest.mark.parametrize(("language", "codec"), UNDECLARED)
@pytest.mark.parametrize("markup", ["{}", "<html><body><p>{}</p></body></html>"], ids=["text", "html"])
def test_legacy_encodings_are_found_without_a_declaration(language: str, codec: str, markup: str) -> None:
    expected = markup.format(SENTENCES[language])
    decoded = decode(expected.encode(codec), None, is_html=markup != "{}")
    assert decoded.text == expected
    assert 0 < decoded.confidence <= 1
    assert not decoded.repairs


BELIEFS = [
    pytest.param(b"\xef\xbb\xbfcaf\xc3\xa9", "latin-1", False, "café", "utf-8", id="mark before transport"),
    pytest.param("\ufeffcafé".encode("utf-16-le"), None, False, "café", "utf-16le", id="utf-16 mark"),
    pytest.param("\ufeffcafé".encode("utf-16-be"), None, True, "café", "utf-16be", id="utf-16be mark, html"),
    pytest.param(b"\xef\xbb\xbf\xef\xbb\xbfa", None, False, "a", "utf-8", id="two marks"),
    pytest.param(
        b"<meta charset=koi8-r>\xe9",
        "windows-1251",
        True,
        "<meta charset=koi8-r>й",
        "windows-1251",
        id="transport before meta",
    ),
    pytest.param(
        b"<meta charset='latin-1'>\x93\xe9\x94",
        None,
        True,
        "<meta charset='latin-1'>“é”",
        "windows-1252",
        id="latin-1 is windows-1252",
    ),
    pytest.param(
        b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1",
        None,
        True,
        "<?xml version='1.0' encoding='iso-8859-2'?>ą",
        "iso-8859-2",
        id="xml declaration",
    ),
    pytest.param(
        b"<meta charset=gb2312>\x82\x30\x9c\x33", None, True, "<meta charset=gb2312>㖵", "gbk", id="gb2312 is gbk"
    ),
    pytest.param(
        b"<meta charset=utf-16>\xc3\xa9", None, True, "<meta charset=utf-16>é", "utf-8", id="meta cannot say utf-16"
    ),
    pytest.param(
        b"<meta charset=koi8-r>\xc3\xa9", None, False, "<meta charset=koi8-r>é", "utf-8", id="no meta in text"
    ),
    pytest.param(b"caf\xc3\xa9", "no-such-charset", False, "café", "utf-8", id="unknown label"),
    pytest.param(b"caf\xc3\xa9", "punycode", False, "café", "utf-8", id="codec that is no character set"),
    pytest.param(b"caf\xc3\xa9", "shift_jis\x00\udc80", True, "café", "utf-8", id="broken label"),
    pytest.param(b"~{VPND~}", "hz-gb-2312", False, "中文", "hz", id="label the standard withdraws"),
    pytest.param(b"", None, True, "", "utf-8", id="empty"),
]


@pytest.mark.parametrize(("payload", "charset", "is_html", "text", "encoding"), BELIEFS)
def test_order_of_belief(payload: bytes, charset: str | None, is_html: bool, text: str, encoding: str) -> None:
    assert decode(payload, charset, is_html) == Decoded(text, encoding, 1.0, [])


def test_a_wrong_declaration_is_passed_over() -> None:
    page = f"<meta charset=utf-8><p>{SENTENCES['ru']}</p>"
    decoded = decode(page.encode("cp1251"), "utf-8", is_html=True)
    assert (decoded.text, decoded.encoding) == (page, "windows-1251")


def test_a_late_declaration_counts_where_nothing_else_fits() -> None:
    page = f"<title>x</title><style>{' ' * 60_000}</style><meta charset=iso-8859-1><p>Grüße</p>"
    assert decode(page.encode("cp1252"), None, is_html=True) == Decoded(page, "windows-1252", 1.0, [])


@pytest.mark.parametrize(("codec", "broken"), [("utf-8", b"\xe2\x80"), ("gbk", b"\xff")])
def test_a_few_broken_bytes_do_not_cost_the_document(codec: str, broken: bytes) -> None:
    text = SENTENCES["zh"] * 10
    decoded = decode(text.encode(codec) + broken + b" end", codec, is_html=False)
    assert decoded.text == text + "\ufffd end"
    assert decoded.encoding == codec
    assert 0.9 < decoded.confidence < 1
    assert counts(decoded) == {"undecodable": 1}


def test_genuine_replacement_characters_are_not_counted() -> None:
    decoded = decode(("é" * 20 + "\ufffd").encode() + b"\xff", None, is_html=False)
    assert counts(decoded) == {"undecodable": 1}


def test_the_last_resort_replaces_and_counts() -> None:
    decoded = decode(b"\x00\xff\x81", None, is_html=False)
    assert (decoded.text, decoded.encoding, decoded.confidence) == ("\0ÿ\ufffd", "windows-1252", 0.0)
    assert counts(decoded) == {"undecodable": 1}


@pytest.mark.parametrize(
    ("text", "expected", "lone"),
    [("a\ud800b", "a\ufffdb", 1), ("\udc00\ud83d", "\ufffd\ufffd", 2), ("\ud83d\ude00 \ud83d", "😀 \ufffd", 1)],
)
def test_surrogates_are_joined_or_replaced(text: str, expected: str, lone: int) -> None:
    decoded = decode(text.encode("utf-8", "surrogatepass"), "utf-8", is_html=False)
    assert (decoded.text, decoded.encoding, counts(decoded)) == (expected, "utf-8", {"surrogate": lone})


def test_line_ends_are_folded_and_counted() -> None:
    decoded = decode(b"a\r\nb\rc\n\r\n", None, is_html=False)
    assert (decoded.text, counts(decoded)) == ("a\nb\nc\n\n", {"line_end": 3})


@pytest.mark.parametrize(("is_html", "text", "repairs"), [(True, "ab\x01", {"control": 2}), (False, "a\0b\0\x01", {})])
def test_nuls_leave_markup_only(is_html: bool, text: str, repairs: dict[str, int]) -> None:
    decoded = decode(b"a\x00b\x00\x01", "utf-8", is_html)
    assert (decoded.text, counts(decoded)) == (text, repairs)


@pytest.mark.parametrize(("is_html", "text", "repairs"), [(True, "a\vb", {}), (False, "a b", {"control": 1})])
def test_a_vertical_tab_separates_words(is_html: bool, text: str, repairs: dict[str, int]) -> None:
    decoded = decode(b"a\x0bb", "utf-8", is_html)
    assert (decoded.text, counts(decoded)) == (text, repairs)


def test_a_nul_may_hide_in_bytes_that_have_none() -> None:
    decoded = decode(b"a+AAA-b", "utf-7", is_html=True)
    assert (decoded.text, counts(decoded)) == ("ab", {"control": 1})


@given(
    st.binary(max_size=300),
    st.none() | st.text(max_size=12) | st.sampled_from(["utf-8", "gbk", "utf-16"]),
    st.booleans(),
)
def test_never_raises_and_always_gives_clean_text(payload: bytes, charset: str | None, is_html: bool) -> None:
    decoded = decode(payload, charset, is_html)
    assert "\r" not in decoded.text
    assert not (is_html and "\0" in decoded.text)
    decoded.text.encode("utf-8")
    assert 0 <= decoded.confidence <= 1


@given(st.text(alphabet=st.characters(exclude_characters="\r\v\x00\x1b", exclude_categories=["Cs"])))
def test_valid_utf8_comes_out_as_it_is(text: str) -> None:
    assert decode(text.encode(), None, is_html=False).text == text.lstrip("\ufeff")


@pytest.mark.parametrize(
    "unit", [b"<meta", b"<?encoding='", b"<meta charset=", b"<meta \xff>", b"< ", b"\xff", b"\x00\xff"]
)
def test_hostile_pages_are_read_in_bounded_work(unit: bytes) -> None:
    page = unit * (2_000_000 // len(unit))  # a pattern that backtracks over all of it would run for hours
    assert decode(page, None, is_html=True).encoding


@pytest.mark.parametrize(
    ("label", "name"),
    [("Latin-1", "windows-1252"), ("ks_c_5601-1987", "euc-kr"), ("cp850", "cp850"), ("idna", None), ("", None)],
)
def test_labels(label: str, name: str | None) -> None:
    assert canonical_encoding(label) == name


@pytest.mark.parametrize(
    ("python", "name"),
    [
        ("utf-16-le", "utf-16le"),
        ("euc_jis_2004", "euc-jis-2004"),
        ("iso2022_jp_2", "iso-2022-jp-2"),
        ("big5hkscs", "big5-hkscs"),
        ("cp949", "windows-949"),
        ("cp932", "windows-31j"),
        ("mac_roman", "macintosh"),
    ],
)
def test_an_encoding_has_one_spelling(python: str, name: str) -> None:
    assert canonical_encoding(python) == name
    text = "abc" if name == "macintosh" else "abc 水" if name != "windows-949" else "abc 똠"
    assert decode(text.encode(python), python, is_html=False).text == text


def test_utf16_has_one_name_with_and_without_a_mark() -> None:
    text = "The ferry left the harbour at seven. " * 5
    marked, bare = (decode(payload.encode("utf-16-le"), None, False) for payload in ("\ufeff" + text, text))
    assert (marked.encoding, bare.encoding, marked.text) == ("utf-16le", "utf-16le", bare.text)
