"""Units of measure and counted things, by each of their spellings."""

from __future__ import annotations

_SPELLINGS = {
    # measures: nothing is converted, a spelling is only brought to its symbol. A letter alone is none: 3m is as
    # often 3 million as 3 metres, 1970s is a decade.
    "%": "percent|per cent|pct|百分点",
    "kg": "kilogram|kilograms|kilogramme|kilogrammes|kilo|kilos|公斤|千克",
    "g": "gram|grams|gramme|grammes|克",
    "mg": "milligram|milligrams|毫克",
    "t": "tonne|tonnes|metric ton|metric tons|吨",
    "ton": "tons",
    "lb": "lbs|pound-mass",
    "oz": "ounce|ounces",
    "km": "kilometre|kilometres|kilometer|kilometers|公里|千米",
    "m": "metre|metres|meter|meters|米",
    "cm": "centimetre|centimetres|centimeter|centimeters|厘米",
    "mm": "millimetre|millimetres|millimeter|millimeters|毫米",
    "mi": "mile|miles|英里",
    "ft": "foot|feet|英尺",
    "in": "inch|inches|英寸",
    "m²": "m2|sqm|sq m|square metre|square metres|square meter|square meters|平方米",
    "km²": "km2|sq km|square kilometre|square kilometres|square kilometer|square kilometers|平方公里|平方千米",
    "ft²": "sq ft|square foot|square feet|平方英尺",
    "mi²": "sq mi|square mile|square miles",
    "ha": "hectare|hectares|公顷",
    "acre": "acres|英亩",
    "m³": "m3|cubic metre|cubic metres|cubic meter|cubic meters|立方米",
    "L": "litre|litres|liter|liters|升",
    "mL": "ml|millilitre|millilitres|milliliter|milliliters|毫升",
    "gal": "gallon|gallons|加仑",
    "bbl": "barrel|barrels|桶",
    "W": "watt|watts|瓦",
    "kW": "kilowatt|kilowatts|千瓦",
    "MW": "megawatt|megawatts|兆瓦",
    "GW": "gigawatt|gigawatts|吉瓦",
    "kWh": "kilowatt-hour|kilowatt-hours|kilowatt hours|千瓦时",
    "MWh": "megawatt-hour|megawatt-hours|megawatt hours|兆瓦时",
    "GWh": "gigawatt-hour|gigawatt-hours|gigawatt hours",
    "V": "volt|volts|伏",
    "kV": "kilovolt|kilovolts|千伏",
    "°C": "degrees celsius|摄氏度",
    "°F": "degrees fahrenheit|华氏度",
    "KB": "kilobyte|kilobytes",
    "MB": "megabyte|megabytes",
    "GB": "gigabyte|gigabytes",
    "TB": "terabyte|terabytes",
    "PB": "petabyte|petabytes",
    "Hz": "hertz|赫兹",
    "MHz": "megahertz|兆赫",
    "GHz": "gigahertz|吉赫",
    "km/h": "kph|kmh|kilometres per hour|kilometers per hour|公里/小时",
    "mph": "miles per hour",
    "s": "second|seconds|sec|秒",
    "min": "minute|minutes|分钟",
    "h": "hour|hours|hr|hrs|小时",
    "days": "day|天",
    "weeks": "week|周|星期",
    "months": "month|个月",
    "years": "year|yr|yrs|年",
    "°": "degree|degrees|度",
    # counted things
    "people": "person|persons|inhabitants|residents|人",
    "employees": "employee|staff|workers|名员工|名职工|名雇员",
    "customers": "customer|clients|client|家客户|名客户",
    "users": "user|名用户|用户",
    "students": "student|名学生",
    "shares": "share|股",
    "stores": "store|shops|shop|outlets|家门店|家店",
    "companies": "company|firms|firm|家公司|家企业",
    "countries": "country|个国家",
    "units": "unit|台|辆|件|套",
    "vehicles": "vehicle|cars|car",
    "seats": "seat|个席位",
    "votes": "vote|票",
    "pages": "page|页",
    "offices": "office|个办事处",
    "times": "次",
}

UNITS = {
    spelling: symbol
    for symbol, names in _SPELLINGS.items()
    for spelling in (symbol, *names.split("|"))
    if spelling != "in" and not (len(spelling) == 1 and spelling.isascii() and spelling.isalpha())
}
"""From a spelling to the one that `Value.unit` keeps. Symbols are case-sensitive (mW is not MW), words are not."""


def unit_of(text: str) -> str | None:
    """Return the unit that is spelled so, or None."""
    return UNITS.get(text) or (UNITS.get(text.lower()) if len(text) > 3 else None)
