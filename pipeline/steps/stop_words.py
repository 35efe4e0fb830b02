"""Words that hold sentences together and say nothing of what a text is about."""

from collections import Counter

_FEWEST_HITS = 0.08
"""In running text of its language, a list meets a third of all words or more."""

_ENGLISH = """
a about above across after again against ago all almost along already also although always am
among an and another any anyone anything are around as at away back be became because become been
before began behind being below between both but by came can cannot come comes could did do does
doing done down during each either else enough even ever every everything far few first for found
from further gave get gets getting give given go goes going gone got had has have having he her
here hers herself him himself his how however i if in indeed instead into is it its itself just
keep kept last later least less let like long made make makes making many may maybe me might mine
more most much must my myself near need needs neither never new next no nobody none nor not
nothing now of off often old on once one only onto or other others our out over own part per
perhaps put quite rather really said same saw say says second see seen several shall she should
since so some someone something sometimes soon still such take taken takes than that the their
them themselves then there therefore these they thing things this those though three through thus
to together too took toward towards two under until up upon us use used uses using very was way we
well went were what when where whether which while who whole whom whose why will with within
without would yes yet you your yours don't doesn't isn't it's that's can't won't didn't
"""
_GERMAN = """
ab aber alle allem allen aller alles als also am an andere anderen anderer anders auch auf aus bei
beide beim bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach dann daran
darauf darin darüber das dass daß dazu dem den denn der deren des dessen die dies diese diesem
diesen dieser dieses doch dort du durch ein eine einem einen einer eines einige er erst es etwa
etwas euch für gar gegen gewesen hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem
ihren ihrer im immer in indem ins ist ja jede jedem jeden jeder jedes jedoch jene kann kein keine
keinem keinen keiner können konnte man mehr mein meine mit muss müssen nach neben nicht nichts
noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so soll
sollen sollte solche sondern sonst sowie über um und uns unser unter viel viele vom von vor wann
war waren warum was wegen weil welche welcher wenn wer werden wie wieder will wir wird wo wohl
worden wurde wurden zu zum zur zwar zwei zwischen
"""
_FRENCH = """
à afin ai ainsi alors après au aucun aucune aujourd'hui auquel aussi autre autres aux avait avant
avec avoir beaucoup bien c'est car ce ceci cela celle celles celui cependant ces cet cette ceux
chaque chez comme comment d'un d'une dans de depuis des deux donc dont du elle elles en encore
entre est et étaient était été être eu eux fait faire fois font fut il ils j'ai je l'on la le les
leur leurs lors lorsque lui ma mais me même mêmes mes moins mon n'est ne ni nos notre nous on ont
or ou où par parce pas pendant peu peut plus plusieurs pour pourquoi qu'il qu'elle qu'on quand que
quel quelle quelles quels qui quoi s'est sa sans se selon ses si son sont sous sur ta tant te tes
toujours tous tout toute toutes très trop tu un une vers voici voilà vos votre vous y
"""
_SPANISH = """
a al algo algunas algunos ante antes aquel aquella así aún aunque bajo bien cada como con contra
cual cuando de del desde donde dos durante e el él ella ellas ellos en entre era eran es esa esas
ese eso esos esta está estaba están estas este esto estos fue fueron ha había habían han hasta hay
la las le les lo los más me mi mientras mis mucho muy nada ni no nos nosotros o otra otras otro
otros para pero poco por porque pues que qué quien se sea según ser si sí sido sin sino sobre son
su sus también tan tanto te tiene tienen toda todas todo todos tras tu un una unas uno unos y ya
yo
"""
_ITALIAN = """
a ad agli ai al alla alle allo altra altre altri altro anche ancora aveva avevano che chi ci ciò
come con contro così cui da dagli dai dal dalla dalle dallo degli dei del dell'anno della delle
dello dentro di dopo dove due e è ed era erano essere fra fu già gli ha hanno i il in io la le lei
lo loro lui ma me mentre mi molto ne negli nei nel nella nelle nello noi non nostro o ogni oltre
per perché però più poi prima può qua quale quali quando quanto quella quelle quelli quello questa
queste questi questo qui se sei senza si sia siamo sono sopra sotto stata stato su sua sugli sui
sul sulla sulle suo suoi tra tu tutta tutte tutti tutto un una uno vi
"""
_PORTUGUESE = """
a à ainda além algumas alguns ao aos aquela aquele aqui as às assim até cada com como contra da
das de dela dele deles depois desde do dois dos durante e é ela elas ele eles em enquanto entre
era eram essa essas esse esses esta está estão estas estava este estes eu foi foram há isso isto
já lhe mais mas me mesmo meu minha muito na não nas nem no nos nós nossa nosso num numa o onde os
ou outra outras outro outros para pela pelas pelo pelos pois por porque quando que quem se seja
sem sempre ser seu seus sob sobre sua suas também tão tem têm teve toda todas todo todos um uma
umas uns você
"""
_DUTCH = """
aan af al alle alleen als altijd ander andere ben bij daar dan dat de deze die dit door drie dus
een eens eerste elk en er ergens geen geweest had hadden heb hebben heeft hem het hier hij hoe hun
iets ik in is ja je kan kon kunnen maar meer men met mij mijn moet moeten na naar niet niets nog
nu of om omdat onder ons ook op over reeds sinds te tegen ten ter terwijl toch toen tot tussen
twee u uit uw van veel voor want waar waren was wat we weer wel werd werden wie wij wil worden
wordt zal ze zelf zich zij zijn zo zoals zonder zou zouden
"""
STOP_WORDS: dict[str, frozenset[str]] = {
    "de": frozenset(_GERMAN.split()),
    "en": frozenset(_ENGLISH.split()),
    "es": frozenset(_SPANISH.split()),
    "fr": frozenset(_FRENCH.split()),
    "it": frozenset(_ITALIAN.split()),
    "nl": frozenset(_DUTCH.split()),
    "pt": frozenset(_PORTUGUESE.split()),
}
"""By language, in lower case."""


def language_of(words: Counter[str]) -> str | None:
    """The language whose list meets most of these words (lower case); None where none fits."""
    hits = {language: sum(words[word] for word in stops) for language, stops in STOP_WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= _FEWEST_HITS * max(1, words.total()) else None
