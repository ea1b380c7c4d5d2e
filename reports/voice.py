"""One language: its messages by key, and numbers, shares and dates as it writes them. No sentence stands elsewhere."""

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import babel
import yaml
from babel.dates import format_date
from babel.numbers import format_decimal

MESSAGES = Path(__file__).parent / "messages"
YEAR_AND_MONTH = re.compile(r"(\d{4})-(\d{2})")
Message = str | Mapping[str, str]
PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
FEWEST_FOR_A_PERCENTAGE = 10
RELEASED = "released"
"""The part of a catalogue that says what stands in a release in English."""
JOINT = "; "


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.stem for path in MESSAGES.glob("*.yaml"))


@lru_cache
def voice_of(locale: str) -> "Voice":
    messages = yaml.safe_load((MESSAGES / f"{locale}.yaml").read_text(encoding="utf-8"))
    return Voice(babel.Locale.parse(locale), messages)


class Voice:
    """`voice("page.title", clinic=name)` gives a message; `count`, `percent`, `month` … write single values."""

    def __init__(self, locale: babel.Locale, messages: Mapping[str, Any]) -> None:
        self.locale = locale
        # kept, because a report writes the same few thousand numbers and dates over and over and Babel takes its time
        self._number = cache(partial(format_decimal, locale=locale))
        self._percent = cache(self._percentage)
        self._messages = dict(_flat({name: part for name, part in messages.items() if name != RELEASED}))
        self.day, self.month, self.short_month = (
            cache(partial(format_date, format=str(self._messages[f"formats.{kind}"]), locale=locale)) for kind in ("day", "month", "short_month")
        )
        self._released = Phrasebook(messages.get(RELEASED) or {})

    def __call__(self, key: str, **values: Any) -> str:
        """The message at a dotted key. A message with plural forms is chosen by the value named `count`, or else `numerator`."""
        message = self._messages.get(key)
        if message is None:
            raise KeyError(f"no message {key!r} for {self.locale}")
        if not isinstance(message, str):
            number = values["count"] if "count" in values else values["numerator"]
            message = message.get(self.locale.plural_form(number), message["other"])
        return message.format(**{name: value if isinstance(value, str) else self.write(value) for name, value in values.items()})

    def has(self, key: str) -> bool:
        return key in self._messages

    def first(self, *keys: str, **values: Any) -> str:
        """The message of the first key that the catalogue has."""
        return self(next((key for key in keys if self.has(key)), keys[-1]), **values)

    def released(self, text: str) -> str:
        """A text that stands in the release in English, in this language where the catalogue knows it."""
        return self._released.say(text)

    def write(self, value: Any) -> str:
        """A value as the language writes it: whole numbers grouped, days spelled out, text as it is."""
        if isinstance(value, str):
            return value
        if isinstance(value, datetime.date):
            return self.day(value)
        return self._number(value)

    def period(self, text: str) -> str:
        """A period as published: "2025-04" or "2025-04 to 2026-03" in words, anything else as it is."""
        months = [datetime.date(int(year), int(month), 1) for year, month in YEAR_AND_MONTH.findall(text)]
        if not YEAR_AND_MONTH.match(text):
            return text
        first, last = self.month(months[0]), self.month(months[-1])
        return first if len(months) == 1 else self("formats.period", first=first, last=last)

    def percent(self, rate: float) -> str:
        """A share in whole points, half up; a share that is neither none nor all never reads as one of them."""
        return self._percent(rate)

    def _percentage(self, rate: float) -> str:
        points = whole_points(rate)
        if points == 0 and rate > 0:
            return self("formats.under_one_percent")
        if points == 100 and rate < 1:
            return self("formats.over_ninety_nine_percent")
        return self("formats.percent", number=points)

    def share(self, numerator: int, denominator: int) -> str:
        """People before percentages: "26 of 50 (52 %)"; no percentage of fewer than ten."""
        key = "formats.share" if denominator >= FEWEST_FOR_A_PERCENTAGE else "formats.part"
        percent = self.percent(numerator / denominator) if denominator else ""
        return self(key, numerator=numerator, denominator=denominator, percent=percent)

    def interval(self, lower: float, upper: float) -> str:
        return self("formats.interval", lower=whole_points(lower), upper=whole_points(upper))

    def number(self, value: Decimal | float | int | None) -> str:
        """A score or threshold with the decimals it has; a dash where there is none."""
        if value is None:
            return self("formats.none")
        return self._number(value, "#,##0.###")


class Phrasebook:
    """Texts word for word, or with {names} for what varies. A text of several sentences joined by `JOINT` may be known by its sentences."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._phrases = phrases
        self._patterns = [(re.compile(_pattern(phrase)), words) for phrase, words in phrases.items() if "{" in phrase]

    def say(self, text: str) -> str:
        whole = self._known(text)
        return JOINT.join(self._known(part) or part for part in text.split(JOINT)) if whole is None else whole

    def _known(self, text: str) -> str | None:
        if text in self._phrases:
            return self._phrases[text]
        found = ((pattern.fullmatch(text), words) for pattern, words in self._patterns)
        return next((words.format(**match.groupdict()) for match, words in found if match), None)


def _pattern(phrase: str) -> str:
    """`since {year}` as a regular expression."""
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(phrase))


def _flat(messages: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Message]]:
    """Messages by their dotted keys. A mapping of plural forms only is one message."""
    for name, message in messages.items():
        if isinstance(message, Mapping) and not PLURAL_FORMS.issuperset(message):
            yield from _flat(message, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", message


@cache
def whole_points(rate: float) -> int:
    """A share in percent, rounded half up. Rounding to 12 places first undoes the error of a binary division."""
    return int((Decimal(repr(round(float(rate), 12))) * 100).quantize(Decimal(1), ROUND_HALF_UP))
