"""How ordinary a text looks in an encoding, 0 (no text of that encoding) to 1: what tells encodings apart."""

from __future__ import annotations

import re
from collections.abc import Callable

_MIXED = re.compile("[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]")  # no word is in two scripts
_NOT_ASCII = re.compile("[^\x00-\x7f]")

# The commonest characters of running text: about half of modern Chinese in either script, a third of Korean.
_SIMPLIFIED = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
    "五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
    "先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白"
    "教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且"
    "究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号"
    "司限份股网银址姓职经理董技企客购售价京深圳州购"
)
_TRADITIONAL = frozenset(
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
    "十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形"
    "相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展"
    "司限份股網銀址姓職經理董技企客購售價臺灣灣灣華語書車東門開長"
)
_HANGUL = frozenset(
    "이다는을에의가고하지로은도를한사자어리나인기시아스그서대해들정주과부수전제보일상있동원구만소유라선여회장조국공신안면경비없연구원"
)


def _share(text: str, ordinary: Callable[[str], bool]) -> float:
    foreign = _NOT_ASCII.findall(text)
    return sum(map(ordinary, foreign)) / len(foreign) if foreign else 0.0


def _cjk_mark(char: str) -> bool:
    return "\u3000" <= char <= "\u3011" or "\uff01" <= char <= "\uff5e" or char in "“”‘’…—·"


def _chinese(common: frozenset[str], encoding: str, levels: tuple[int, int]) -> Callable[[str], float]:
    """Score by common characters (half of running text) or, in lists of names, by the standard's first level."""

    def level_one(char: str) -> bool:
        try:
            raw = char.encode(encoding)
        except UnicodeEncodeError:
            return False
        return len(raw) == 2 and levels[0] <= raw[0] <= levels[1]

    def score(text: str) -> float:
        frequent = _share(text, lambda char: char in common or _cjk_mark(char))
        known = _share(text, lambda char: level_one(char) or _cjk_mark(char))
        return min(1.0, 0.55 * known + frequent) if known >= 0.8 else 0.0

    return score


def _japanese(text: str) -> float:
    kana = _share(text, lambda char: "\u3041" <= char <= "\u30fe")
    half_width = _share(text, lambda char: "\uff61" <= char <= "\uff9f")
    han = _share(text, lambda char: "\u4e00" <= char <= "\u9fff" or _cjk_mark(char))
    return 0.5 + kana / 2 if kana >= 0.2 and kana + han >= 0.9 and half_width < 0.2 else 0.0


def _korean(text: str) -> float:
    hangul = _share(text, lambda char: "\uac00" <= char <= "\ud7a3" or _cjk_mark(char))
    return 0.45 + _share(text, lambda char: char in _HANGUL) if hangul >= 0.8 else 0.0


def _cyrillic(text: str) -> float:
    """Cyrillic words are nearly all lower case, their capitals at the beginning."""
    words = re.findall("[\u0400-\u04ff]{2,}", text)
    own = _share(text, lambda char: "\u0400" <= char <= "\u04ff" or char in "«»—–№“”…„")
    if not words or _MIXED.search(text) or own < 0.9:
        return 0.0
    ordinary = sum(word[1:].islower() or word.isupper() for word in words) / len(words)
    vowels = sum(any(char in "аеиоуыэюяіїєАЕИОУЫЭЮЯ" for char in word) for word in words) / len(words)
    frequent = _share(text, lambda char: char in "оеаинтсрОЕАИНТСР")
    return min(0.95, float(ordinary * vowels) * (0.4 + frequent))


def _greek(text: str) -> float:
    words = re.findall("[\u0370-\u03ff]{2,}", text)
    own = _share(text, lambda char: "\u0370" <= char <= "\u03ff" or char in "«»—–“”…·")
    if not words or _MIXED.search(text) or own < 0.9:
        return 0.0
    return 0.9 * float(sum(word[1:].islower() or word.isupper() for word in words) / len(words))


def _latin(text: str) -> float:
    """Accented letters stand among ASCII letters; other signs are the usual ones of print, where print has them."""
    foreign = list(_NOT_ASCII.finditer(text))
    if not foreign:
        return 1.0 if text else 0.0
    fitting = 0
    for match in foreign:
        char, at = match[0], match.start()
        before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
        if char.isalpha() and char not in "ªºµƒ":
            inside = before.isalpha() or after.isalpha()
            alone = char in "ÀàÉéÓóÔôÖöÅåÆæØøÈèÍí" and not (before + after).strip()
            fitting += (inside and not (char.isupper() and before.islower())) or alone
        elif char in "£¡¿¹²³":
            fitting += not (after.isalpha() and char in "£¹²³")
        else:
            fitting += char in "“”‘’„‚…–—•€¥©®™°§«»·\xa0¼¾½±×ªº†‡‹›µ"
    return 0.85 * fitting / len(foreign)


def _wide(text: str) -> float:
    """UTF-16 read the right way round is mostly ASCII, accented letters and the common signs of one script."""
    if not text:
        return 0.0

    ascii_count = sum("\t" <= char <= "~" for char in text)
    accented = sum("\xa0" <= char <= "\u017f" for char in text)  # never without plain letters
    return (ascii_count + min(accented, ascii_count) + sum(map(_of_script, text))) / len(text)


def _of_script(char: str) -> bool:
    common = char in _SIMPLIFIED or char in _TRADITIONAL or char in _HANGUL or _cjk_mark(char)
    return common or "\u0391" <= char <= "\u03c9" or "\u0401" <= char <= "\u0451" or "\u3041" <= char <= "\u30fe"


CANDIDATES: tuple[tuple[str, Callable[[str], float]], ...] = (
    ("utf-16-le", _wide),
    ("utf-16-be", _wide),
    ("gb18030", _chinese(_SIMPLIFIED, "gb2312", (0xB0, 0xD7))),
    ("big5hkscs", _chinese(_TRADITIONAL, "big5", (0xA4, 0xC6))),
    ("cp932", _japanese),
    ("euc_jp", _japanese),
    ("cp949", _korean),
    ("cp1252", _latin),
    ("cp1251", _cyrillic),
    ("koi8-r", _cyrillic),
    ("cp1253", _greek),
    ("cp1250", lambda text: 0.99 * _latin(text)),  # Central European, where cp1252 does not fit
)
