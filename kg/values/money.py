"""Amounts of money with ISO 4217 currencies."""

from __future__ import annotations

import re

from kg.types import Value
from kg.values.numerals import alternatives, canonical, fold, read_numeral

CODES = frozenset({
    "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "GEL", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "KZT",
    "LKR", "MAD", "MOP", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD",
    "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "VND", "XAF", "XOF", "ZAR",
})  # fmt: skip
"""ISO 4217 codes of currencies that business texts name."""

SYMBOLS = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD",
    "NZ$": "NZD", "R$": "BRL", "MX$": "MXN", "$": "USD", "€": "EUR", "£": "GBP", "CN¥": "CNY", "JP¥": "JPY",
    "RMB¥": "CNY", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB", "₪": "ILS",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "RMB": "CNY", "Rs.": "INR", "Rs": "INR", "人民币": "CNY",
}  # fmt: skip
"""Signs before an amount. As in Unicode's CLDR for English, a bare $ is the US dollar and a bare ¥ the yen."""

NAMES = {
    "US dollar": "USD", "U.S. dollar": "USD", "American dollar": "USD", "Australian dollar": "AUD",
    "Canadian dollar": "CAD", "Hong Kong dollar": "HKD", "Singapore dollar": "SGD", "dollar": "USD", "euro": "EUR",
    "pound sterling": "GBP", "British pound": "GBP", "pound": "GBP", "Swiss franc": "CHF", "Japanese yen": "JPY",
    "yen": "JPY", "Chinese yuan": "CNY", "yuan": "CNY", "renminbi": "CNY", "RMB": "CNY", "Indian rupee": "INR",
    "rupee": "INR", "South Korean won": "KRW", "Korean won": "KRW", "ruble": "RUB", "rouble": "RUB",
    "Swedish krona": "SEK", "Norwegian krone": "NOK", "Danish krone": "DKK", "zloty": "PLN", "baht": "THB",
    "元": "CNY", "块钱": "CNY", "人民币": "CNY", "元人民币": "CNY", "圆": "CNY", "美元": "USD", "美金": "USD",
    "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "日圆": "JPY", "港元": "HKD", "港币": "HKD", "新台币": "TWD",
    "台币": "TWD", "韩元": "KRW", "澳元": "AUD", "加元": "CAD", "新加坡元": "SGD", "新元": "SGD", "瑞士法郎": "CHF",
    "卢布": "RUB", "卢比": "INR",
}  # fmt: skip
"""Names after an amount, in the singular."""

_BEFORE = SYMBOLS | {code: code for code in CODES}
_AFTER = {name.lower(): code for name, code in NAMES.items()} | {code.lower(): code for code in CODES}
_AFTER |= {sign.lower(): code for sign, code in SYMBOLS.items() if len(sign) == 1}
_LEAD = re.compile(rf"(?P<sign>-?)(?P<currency>{alternatives(_BEFORE)}) ?(?=[-+.\d])")
_HAN = re.compile(r"[\u4e00-\u9fff\uffe5]")


def currency_after(text: str) -> str | None:
    """Return the ISO code of a currency named after its amount ("euros", "亿元" without its scale), or None."""
    text = text.strip().lower()
    return _AFTER.get(text) or (_AFTER.get(text[:-1]) if text.endswith("s") else None)


def parse_money(text: str, *, language: str = "en") -> Value | None:
    """Read an amount of money.

    Args:
        text: The whole literal: "$1.5 billion", "EUR 3m", "15亿元", "¥300".
        language: Of the text around it. In "zh", or where the literal has Chinese characters, a bare ¥ is the yuan.

    Returns:
        Money whose number is the plain amount and whose unit is the ISO 4217 code, or None.
    """
    chinese = language == "zh" or bool(_HAN.search(text))
    text = fold(text)
    lead = _LEAD.match(text)
    body = (lead["sign"] + text[lead.end() :]) if lead else text
    read = read_numeral(body, short_scales=True)
    if read is None:
        return None
    number, rest = read[0], read[1].strip()
    after = currency_after(rest) if rest else None
    if rest and after is None:
        return None
    before = None
    if lead:
        before = "CNY" if chinese and lead["currency"] == "¥" else _BEFORE[lead["currency"]]
    if after and chinese and rest == "¥":
        after = "CNY"
    if before and after and before != after:
        if lead is None or lead["currency"] not in "$¥":  # "$5 AUD" is an Australian sum
            return None
        before = after
    unit = before or after
    return None if unit is None else Value("Money", canonical(number), float(number), unit)
