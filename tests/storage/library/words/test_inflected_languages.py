"""A word is found in its other forms, in the language of the documents that are searched."""

from collections.abc import Iterator

import pytest
from support.library_samples import succeeded

from gristmill.storage.library.sqlite.facade import Library

SENTENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("Am Bach stehen drei alte Häuser.", "Haus"),
        ("Die Bücher liegen im Schrank.", "Buch"),
        ("Das Kind spielt im Garten.", "Kindern"),
        ("Im Dorf gibt es viele Mühlen.", "Mühle"),
        ("Der Vertrag wurde gekündigt.", "Verträge"),
    ),
    "nl": (
        ("De molens draaien in de wind.", "molen"),
        ("Langs de weg staan hoge bomen.", "boom"),
        ("Er zijn nieuwe huizen gebouwd.", "huis"),
        ("Het boek ligt op tafel.", "boeken"),
        ("De brieven zijn verstuurd.", "brief"),
    ),
    "sv": (
        ("Kvarnarna mal säd hela dagen.", "kvarn"),
        ("Flickorna springer i skogen.", "flicka"),
        ("Boken ligger på bordet.", "böckerna boken"),
        ("Husen är målade röda.", "hus"),
        ("En bil står utanför porten.", "bilarna"),
    ),
    "da": (
        ("Husene ligger ved stranden.", "hus"),
        ("En bil holder foran døren.", "bilerne"),
        ("Hestene græsser på marken.", "hest"),
        ("Aftalerne blev underskrevet i går.", "aftale"),
        ("Skibet sejler mod nord.", "skibe"),
    ),
    "no": (
        ("Båtene ligger i havnen.", "båt"),
        ("En bil står foran døren.", "bilene"),
        ("Hestene beiter på jordet.", "hest"),
        ("Avtalene ble signert i går.", "avtale"),
        ("Skipet seiler mot nord.", "skip"),
    ),
    "fr": (
        ("Les chevaux dorment dans le pré.", "cheval"),
        ("Trois longues années ont passé.", "année"),
        ("Le journal paraît chaque matin.", "journaux"),
        ("Une voiture noire attend dehors.", "voitures noires"),
        ("Les contrats sont résiliés demain.", "contrat résilié"),
    ),
    "es": (
        ("Los molinos giran con el viento.", "molino"),
        ("Cantaron muchas canciones antiguas.", "canción"),
        ("La mujer compra pan caliente.", "comprar"),
        ("El árbol creció junto al río.", "árboles"),
        ("Los contratos fueron firmados ayer.", "contrato firmado"),
    ),
    "it": (
        ("I mulini girano lungo il fiume.", "mulino"),
        ("Le amiche cantano insieme.", "amica"),
        ("Il libro rosso piace a tutti.", "libri rossi"),
        ("La strada porta al castello.", "strade"),
        ("I contratti sono scaduti.", "contratto scaduto"),
    ),
    "pt": (
        ("Os moinhos giram com o vento.", "moinho"),
        ("A casa branca fica na serra.", "casas brancas"),
        ("As flores abriram cedo.", "flor"),
        ("O livro caiu da mesa.", "livros"),
        ("Os contratos foram assinados ontem.", "contrato assinado"),
    ),
    "ro": (
        ("Cărțile sunt pe raft.", "carte"),
        ("Vecinii macină grâu.", "vecin"),
        ("Elevul citește un ziar.", "elevii"),
        ("Contractele au fost semnate.", "contract"),
        ("Orașul are un pod vechi.", "orașe"),
    ),
    "ru": (
        ("Мельницы стоят у реки.", "мельница"),
        ("Он прочитал много книг.", "книга"),
        ("Новый дом построен из камня.", "дома"),
        ("Договоры подписали вчера.", "договор"),
        ("Дети играют в саду.", "сад"),
    ),
    "fi": (
        ("Talossa asuu vanha mies.", "talo"),
        ("Luimme monta kirjaa kesällä.", "kirja"),
        ("Auto seisoo pihalla.", "autossa"),
        ("Sopimukset allekirjoitettiin eilen.", "sopimus sopimukset"),
        ("Koulun katto vuotaa.", "koulut"),
    ),
    "hu": (
        ("A házban öt ember lakik.", "ház"),
        ("Sok könyvet olvasott nyáron.", "könyv"),
        ("Az autó a kapu előtt áll.", "autók"),
        ("A malmok a folyónál állnak.", "malmokban"),
        ("A szerződést tegnap írták alá.", "szerződések"),
    ),
    "pl": (
        ("Młyny stoją nad rzeką.", "młyn"),
        ("Kupił nową książkę.", "książka"),
        ("Samochód czeka przed bramą.", "samochody"),
        ("Umowy podpisano wczoraj.", "umowa"),
        ("Dom stoi w lesie.", "domy"),
    ),
    "cs": (
        ("Mlýny stojí u řeky.", "mlýn"),
        ("Přečetl mnoho knih.", "kniha"),
        ("Hrad stojí na kopci.", "hrady"),
        ("Smlouvy byly podepsány včera.", "smlouva"),
        ("Koupila nové auto.", "auta"),
    ),
    "el": (
        ("Οι μύλοι γυρίζουν με τον άνεμο.", "μύλος"),
        ("Τα σπίτια είναι λευκά.", "σπίτι"),
        ("Οι φίλοι πίνουν καφέ.", "φίλος"),
        ("Ο δρόμος οδηγεί στη θάλασσα.", "δρόμοι"),
        ("Το βουνό έχει χιόνι.", "βουνά"),
    ),
    "ca": (
        ("Les cases blanques miren al mar.", "casa"),
        ("El llibre és damunt la taula.", "llibres"),
        ("Els contractes van ser signats.", "contracte"),
        ("La ciutat dorm de nit.", "ciutats"),
        ("Un arbre creix al pati.", "arbres"),
    ),
}
ASKED = [
    pytest.param(language, number, question, id=f"{language}-{question}")
    for language, sentences in SENTENCES.items()
    for number, (_, question) in enumerate(sentences)
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Each sentence is a document, each language a collection."""
    with Library.open(tmp_path_factory.mktemp("forms") / "library.db") as opened:
        results = [
            succeeded(
                language,
                number,
                uri=f"{language}/{number}",
                collection=language,
                texts=(sentence,),
                metadata={"language": language},
            )
            for language, sentences in SENTENCES.items()
            for number, (sentence, _) in enumerate(sentences)
        ]
        opened.commit(results)
        yield opened


@pytest.mark.parametrize(("language", "number", "question"), ASKED)
def test_a_word_is_found_in_another_form(
    library: Library, language: str, number: int, question: str
) -> None:
    found = library.search(question, collection=language, limit=3)
    assert [hit.uri for hit in found[:1]] == [f"{language}/{number}"]
    assert "<mark>" in found[0].snippet
