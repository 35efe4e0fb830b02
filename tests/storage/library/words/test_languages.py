"""Questions in many languages find the sentence that answers them before all others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.storage.library.sqlite.facade import Library

SENTENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "English": (
        ("The miller grinds rye into coarse flour.", "grinding rye"),
        ("Water turns the great wooden wheel.", "wooden wheels"),
        ("The parser reads HTTPServer settings.", "http server"),
        ("Version 3.11 runs on node.js", "node.js 3.11"),
        ("Rust and C++ are compiled.", "C++"),
    ),
    "German": (
        ("Der Müller wohnt an der großen Straße.", "grosse Strasse"),
        ("Das Mühlrad dreht sich im Bach.", "muhlrad bach"),
        ("Die Donaudampfschifffahrt endet in Wien.", "Donaudampf*"),
        ("Übermorgen wird das Getreide geliefert.", "GETREIDE übermorgen"),
        ("Fließendes Wasser treibt die Säge.", "fliessendes wasser"),
    ),
    "French": (
        ("Le cœur du moulin bat près de l'eau.", "coeur moulin"),
        ("L'élève a reçu une leçon de français.", "eleve francais"),
        ("Où est la bibliothèque ?", "bibliotheque"),
        ("Noël approche à grands pas.", "noel"),
        ("Le garçon mange une crêpe.", "garcon crepe"),
    ),
    "Polish": (
        ("Łódź leży w środkowej Polsce.", "lodz polska*"),
        ("Żółta łódka płynie po jeziorze.", "zolta lodka"),
        ("Młyn wodny stoi nad rzeką.", "mlyn wodny"),
        ("Święta są w grudniu.", "swieta"),
        ("Gęś je źdźbło trawy.", "ges zdzblo"),
    ),
    "Danish": (
        ("Børnene spiser rødgrød med fløde.", "rodgrod flode"),
        ("Møllen ligger på Ærø.", "mollen aero"),
        ("Ålen svømmer i åen.", "alen svommer"),
        ("Købmanden sælger øl.", "kobmanden"),
        ("Pæren er blå.", "paeren bla"),
    ),
    "Turkish": (
        ("ısı ve ışık değirmende birleşir.", "isi isik"),
        ("İSTANBUL büyük bir şehirdir.", "istanbul sehirdir"),
        ("Çocuklar ağaçların altında oynuyor.", "cocuklar agaclarin"),
        ("Öğretmen yazı yazıyor.", "ogretmen yazi"),
        ("Güneş doğudan doğar.", "gunes"),
    ),
    "Czech": (
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "zlutoucky kun"),
        ("Vodní mlýn mele pšenici.", "mlyn psenici"),
        ("Řeka teče k moři.", "reka mori"),
        ("Děti jedí švestky.", "svestky"),
        ("Náměstí je prázdné.", "namesti"),
    ),
    "Vietnamese": (
        ("Cối xay nước quay chậm.", "coi xay nuoc"),
        ("Hà Nội là thủ đô của Việt Nam.", "thu do viet nam"),
        ("Tôi thích ăn phở bò.", "phở bò"),
        ("Sông Hồng chảy ra biển.", "song hong"),
        ("Đường phố rất đông người.", "duong pho"),
    ),
    "Russian": (
        ("Ёжик вышел из тумана.", "ежик туман*"),
        ("Мельница стоит у реки.", "МЕЛЬНИЦА реки"),
        ("Хлеб пекут каждое утро.", "хлеб утро"),
        ("Новый йод хранят в аптеке.", "йод аптеке"),
        ("Река замёрзла зимой.", "замерзла"),
    ),
    "Ukrainian": (
        ("Млин меле пшеницю біля ставу.", "млин пшеницю"),
        ("Київ стоїть на Дніпрі.", "київ дніпрі"),
        ("Їжак живе у лісі.", "їжак"),
        ("Ґанок будинку високий.", "ґанок"),
        ("Жовтий лист падає восени.", "жовтий лист"),
    ),
    "Greek": (
        ("Ο ΜΎΛΟΣ γυρίζει με τον άνεμο.", "μυλος ανεμο"),
        ("Η θάλασσα είναι γαλάζια.", "ΘΑΛΑΣΣΑ"),
        ("Το ψωμί ψήνεται στον φούρνο.", "ψωμι φουρνο"),
        ("Ο ήλιος ανατέλλει νωρίς.", "ηλιος"),
        ("Τα παιδιά παίζουν στην αυλή.", "παιδια αυλη"),
    ),
    "Arabic": (
        ("الطَّاحُونَةُ تَدُورُ بِالمَاءِ", "الطاحونة تدور"),
        ("أحمد يقرأ كتابا جديدا", "احمد كتابا"),
        ("المدرسة قريبة من البيت", "المدرسه"),
        ("الخبز طازج كل صباح", "الخبز صباح"),
        ("إلى الأمام دائما", "الى الامام"),
    ),
    "Persian": (
        ("آسیاب آبی کنار رودخانه است", "اسیاب رودخانه"),
        ("کتاب‌های تازه رسیده‌اند", "كتاب‌های"),
        ("هوا امروز سرد است", "هوا امروز"),
        ("نان داغ خوشمزه است", "نان داغ"),
        ("او به مدرسه می‌رود", "مدرسه می‌رود"),
    ),
    "Hebrew": (
        ("הַטַּחֲנָה מִסְתּוֹבֶבֶת בָּרוּחַ", "הטחנה ברוח"),
        ("הילד אוכל תפוח אדום", "תפוח"),
        ("הספרייה פתוחה בבוקר", "הספרייה"),
        ("שָׁלוֹם לכולם", "שלום"),
        ("הנהר זורם לים", "הנהר לים"),
    ),
    "Hindi": (
        ("पनचक्की नदी के किनारे घूमती है", "पनचक्की नदी"),
        ("किसान खेत में गेहूँ बोता है", "गेहूँ"),
        ("बच्चे विद्यालय जाते हैं", "विद्यालय"),
        ("आज मौसम बहुत ठंडा है", "मौसम ठंडा"),
        ("किताब मेज़ पर रखी है", "किताब"),
    ),
    "Tamil": (
        ("ஆலை நீரால் சுழல்கிறது", "ஆலை"),
        ("குழந்தைகள் பள்ளிக்குச் செல்கிறார்கள்", "குழந்தைகள்"),
        ("மழை இன்று பெய்கிறது", "மழை இன்று"),
        ("புத்தகம் மேசையில் உள்ளது", "புத்தகம்"),
        ("கடல் நீலமாக இருக்கிறது", "கடல்"),
    ),
    "Chinese": (
        ("磨坊主人把小麦磨成面粉。", "小麦"),
        ("北京大学的历史很长。", "北京大学历史"),
        ("今天的天气非常寒冷。", "天气"),
        ("图书馆在学校旁边。", "图书馆"),
        ("他在河边钓鱼。", "钓鱼"),
    ),
    "Japanese": (
        ("水車小屋で小麦粉を挽いています。", "小麦粉"),
        ("東京大学の歴史を学ぶ。", "東京大学の歴史"),
        ("ｺﾝﾋﾟｭｰﾀを使います。", "コンピュータ"),
        ("桜の花が春に咲く。", "桜 春"),
        ("図書館で本を借りた。", "図書館"),
    ),
    "Korean": (
        ("물레방아는 강가에서 돌아간다.", "물레방아"),
        ("서울은 대한민국의 수도이다.", "대한민국 수도"),
        ("학생들이 도서관에서 공부한다.", "도서관"),
        ("오늘 날씨가 매우 춥다.", "날씨"),
        ("빵을 매일 아침 굽는다.", "빵 아침"),
    ),
    "Thai": (
        ("กังหันน้ำหมุนช้าๆริมแม่น้ำ", "กังหันน้ำ"),
        ("เด็กไปโรงเรียนทุกเช้า", "โรงเรียน"),
        ("วันนี้อากาศหนาวมาก", "อากาศ"),
        ("หนังสืออยู่บนโต๊ะ", "หนังสือ"),
        ("ข้าวผัดอร่อยที่สุด", "ข้าวผัด"),
    ),
    "Burmese, Khmer and Lao": (
        ("ရေစက်သည်မြစ်ကမ်းတွင်လည်သည်", "မြစ်ကမ်း"),
        ("កុមារទៅសាលារៀន", "សាលារៀន"),
        ("ເດັກນ້ອຍໄປໂຮງຮຽນ", "ໂຮງຮຽນ"),
        ("စာအုပ်သည်စားပွဲပေါ်တွင်ရှိသည်", "စာအုပ်"),
        ("ទឹកហូរទៅសមុទ្រ", "សមុទ្រ"),
    ),
}
QUESTIONS = [
    (f"{language}-{number}", question)
    for language, pairs in SENTENCES.items()
    for number, (_, question) in enumerate(pairs)
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path: Path = tmp_path_factory.mktemp("languages") / "library.db"
    with Library.open(path) as library:
        library.commit(
            [
                succeeded(language, number, uri=f"{language}-{number}", texts=(sentence,))
                for language, pairs in SENTENCES.items()
                for number, (sentence, _) in enumerate(pairs)
            ]
        )
        yield library


@pytest.mark.parametrize(("uri", "question"), QUESTIONS, ids=[uri for uri, _ in QUESTIONS])
def test_the_sentence_that_was_asked_for_comes_first(
    library: Library, uri: str, question: str
) -> None:
    first, *_ = library.search(question, collection=None, limit=3)
    assert first.uri == uri
    assert "<mark>" in first.snippet


def test_the_index_of_all_languages_is_sound(library: Library) -> None:
    assert library.soundness.search_index_is_sound()
