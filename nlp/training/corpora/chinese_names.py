"""Names for made-up Chinese sentences, put together from parts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

Parts = Mapping[str, Sequence[str]]
DIGITS = "〇一二三四五六七八九"


def make(slot: str, slots: Sequence[str], parts: Parts, rng: random.Random) -> tuple[str, str]:
    """Make a name for a slot (`O1`), and its short form; the same twice for what has none."""
    pick = {key: rng.choice(values) for key, values in parts.items()}
    match slot[0]:
        case "O":
            return company(pick, rng)
        case "P":
            made = person(pick, parts, rng)
        case "U":
            made = rng.choice((pick["regions"], pick["cities"].removesuffix("市"))) + pick["universities"]
        case "Z":
            made = pick["party_words"] + pick["party_forms"]
        case "G":
            made = rng.choice((pick["cities"], pick["countries"])) + pick["bodies"]
        case "L":
            made = pick["cities"]
        case "C":
            made = pick["countries"]
        case "X":
            made = pick["products"] + rng.choice((pick["product_forms"], f"{rng.randint(1, 20)}", "Pro"))
        case "B":
            made = f"{rng.randint(2010, 2025)}年第{rng.choice('一二三')}期" + pick["securities"]
        case "D":
            later, both = slot != "D1", len({s for s in slots if s[0] == "D"}) > 1
            made = date(
                rng.randint(1976 if later else 1900 if both else 1940, 1975 if both and not later else 2025), rng
            )
        case _:
            made = str(rng.choice((2, 3, 5, 8, 10, 12, 30, 50, 120, 500, 1500)))
    return made, made


def company(pick: Mapping[str, str], rng: random.Random) -> tuple[str, str]:
    """A company's full and short name: 杭州星河科技有限公司 and 星河科技; one in ten is a foreign one."""
    chance = rng.random()
    if chance < 0.1:
        return pick["latin_organizations"] + pick["latin_forms"], pick["latin_organizations"]
    if chance < 0.2:
        return pick["foreign_organizations"] + pick["forms"], pick["foreign_organizations"]
    short = pick["words"] + pick["trades"]
    place = rng.choice(("", pick["cities"].removesuffix("市")))
    return place + short + pick["forms"], short


def person(pick: Mapping[str, str], parts: Parts, rng: random.Random) -> str:
    """A person's name: mostly Chinese, of two to four characters."""
    chance = rng.random()
    if chance < 0.12:
        return f"{pick['latin_given']} {pick['latin_surnames']}"
    if chance < 0.25:
        return pick["foreign_people"]
    if chance < 0.45:
        return pick["surnames"] + "".join(rng.choice([g for g in parts["given"] if len(g) == 1]) for _ in range(2))
    return pick["surnames"] + pick["given"]


def date(year: int, rng: random.Random) -> str:
    """A date in one of the spellings that Chinese texts use."""
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    spelled = "".join(DIGITS[int(digit)] for digit in str(year))
    return rng.choice(
        (
            *(f"{year}年{month}月{day}日", f"{year}年", f"{year}年{month}月", f"{year}年{month}月{day}日", f"{year}年"),
            *(f"{year}-{month:02}-{day:02}", f"{spelled}年", f"{spelled}年{spell(month)}月{spell(day)}日"),
            *(f"{year} 年 {month} 月 {day} 日", f"{year}/{month}/{day}", f"{year}年{month}月初", f"{year}.{month:02}"),
        )
    )


def spell(number: int) -> str:
    """A number below a hundred in Chinese digits: 28 is 二十八."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")
