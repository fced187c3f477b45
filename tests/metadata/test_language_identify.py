from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.metadata.language import identify

SENTENCES = {
    "en": "The ferry to the islands runs again from Monday, the harbour office said.",
    "de": "Die Fähre zu den Inseln fährt ab Montag wieder, teilte das Hafenamt mit.",
    "fr": "Le bac vers les îles reprend son service lundi, a annoncé la capitainerie.",
    "es": "El transbordador a las islas vuelve a funcionar el lunes, según el puerto.",
    "pt": "A balsa para as ilhas volta a funcionar na segunda-feira, disse a capitania.",
    "it": "Il traghetto per le isole riprende lunedì, ha detto la capitaneria di porto.",
    "nl": "De veerboot naar de eilanden vaart vanaf maandag weer, zegt het havenbedrijf.",
    "pl": "Prom na wyspy znów kursuje od poniedziałku, poinformował zarząd portu.",
    "cs": "Trajekt na ostrovy bude od pondělí znovu jezdit, uvedla správa přístavu.",
    "sk": "Trajekt na ostrovy bude od pondelka opäť premávať, uviedla správa prístavu.",
    "ru": "Паром на острова снова пойдёт с понедельника, сообщили в управлении порта.",
    "uk": "Пором на острови знову курсуватиме з понеділка, повідомили в управлінні порту.",
    "bg": "Фериботът до островите отново ще пътува от понеделник, съобщи пристанището.",
    "sv": "Färjan till öarna går igen från och med måndag, säger hamnkontoret.",
    "da": "Færgen til øerne sejler igen fra på mandag, oplyser havnekontoret.",
    "fi": "Lautta saarille liikennöi taas maanantaista alkaen, satamatoimisto kertoo.",
    "hu": "A szigetekre tartó komp hétfőtől ismét közlekedik, közölte a kikötő.",
    "ro": "Feribotul spre insule circulă din nou de luni, a anunțat administrația portului.",
    "tr": "Adalara giden feribot pazartesi gününden itibaren yeniden çalışacak.",
    "el": "Το πλοίο για τα νησιά ξεκινά πάλι από τη Δευτέρα, ανακοίνωσε το λιμάνι.",
    "zh": "港口办公室说，开往各岛的渡轮从星期一起恢复运行。",
    "ja": "島へのフェリーは月曜日から再び運航すると、港の事務所が発表した。",
    "ko": "섬으로 가는 여객선이 월요일부터 다시 운항한다고 항만청이 밝혔다.",
    "ar": "قال مكتب الميناء إن العبارة إلى الجزر ستعمل من جديد ابتداء من يوم الاثنين.",
    "he": "המעבורת לאיים תחזור לפעול החל מיום שני, כך נמסר ממשרד הנמל.",
    "th": "เรือข้ามฟากไปยังเกาะจะให้บริการอีกครั้งตั้งแต่วันจันทร์",
    "vi": "Phà ra các đảo sẽ chạy lại từ thứ Hai, văn phòng cảng cho biết.",
    "fa": "دفتر بندر اعلام کرد که کشتی جزیره‌ها از روز دوشنبه دوباره کار می‌کند.",
    "ka": "კუნძულებისკენ მიმავალი ბორანი ორშაბათიდან კვლავ იმოძრავებს.",
    "hy": "Լաստանավը դեպի կղզիներ երկուշաբթի օրվանից կրկին կաշխատի։",
}


@pytest.mark.parametrize(("tag", "sentence"), SENTENCES.items())
def test_a_sentence_is_enough(tag: str, sentence: str) -> None:
    found, score = identify(sentence)
    assert found == tag
    assert 0.5 <= score <= 1


@pytest.mark.parametrize(
    "text", ["", "OK", "12 345", "Berlin", "https://example.org/der-die-das", "xqz wvt kkj", "😀😀😀"]
)
def test_too_little_is_undetermined(text: str) -> None:
    assert identify(text)[0] == "und"


def test_addresses_and_numbers_do_not_count() -> None:
    noise = " https://example.org/this-is-the-english-path-of-the-page 2025 mara@example.org " * 20
    assert identify(SENTENCES["pl"] + noise)[0] == "pl"


def test_a_foreign_opening_does_not_decide_for_a_long_text() -> None:
    assert identify(SENTENCES["en"] + "\n" + (SENTENCES["de"] + "\n") * 60)[0] == "de"


def test_threads_agree() -> None:
    texts = list(SENTENCES.values()) * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(identify, texts)) == [identify(text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_tag_and_a_rounded_score(text: str) -> None:
    tag, score = identify(text)
    assert tag
    assert 0 <= score <= 1
    assert score == round(score, 3)
