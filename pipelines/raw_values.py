"""The SQL that lets one delivered value into raw: cleaned, and dropped, turned into a pseudonym or shortened as its column declares."""

from collections.abc import Sequence
from dataclasses import replace

from pipelines.privacy import pseudonym_sql, sql_text
from pipelines.profile import parsed_sql
from pipelines.source_contracts import Column

SEPARATOR = "chr(31)"
NOT_LETTER_OR_DIGIT = r"[^\p{L}\p{N}]"


def cleaned_sql(column: Column, text: str) -> str:
    """`text` without blanks around it and with its lost leading zeros; null when nothing, or nothing recorded, is left."""
    trimmed = f"trim({text})"
    cleaned = f"nullif({trimmed}, '')"
    if column.width:
        has_lost_zeros = f"length({trimmed}) < {column.width} and regexp_full_match({trimmed}, '[0-9]+')"
        cleaned = f"case when {has_lost_zeros} then lpad({trimmed}, {column.width}, '0') else {cleaned} end"
    if column.missing:
        listed = ", ".join(sql_text(value) for value in column.missing)
        cleaned = f"case when {cleaned} not in ({listed}) then {cleaned} end"
    return cleaned


def guarded_sql(text: str, pattern: str) -> str:
    """`text` where all of it matches `pattern`, the word `invalid` where it does not."""
    return f"case when regexp_full_match({text}, {sql_text(pattern)}) then {text} when {text} is not null then 'invalid' end"


def raw_value_sql(column: Column, text: str, qualifier: str | None, clinic: str, system: str) -> str:
    """What raw holds of the cleaned `text`; `qualifier` is the value of the column that qualifies an identifier."""
    if column.privacy == "pseudonym":
        if column.type == "name":
            text = _comparable_sql(text)
        return pseudonym_sql(clinic, system, f"({qualifier} || '/' || {text})" if qualifier else text)
    if column.privacy == "year_only":
        return f"case when {text} is not null then coalesce(cast(year({parsed_sql(column, text)}) as varchar), 'invalid') end"
    if column.codes:
        cases = " ".join(f"when regexp_matches(lower({text}), {sql_text(expression)}) then {sql_text(code)}" for code, expression in column.codes)
        others = "" if column.only_codes else f"when {text} is not null then 'other' "
        return f"case {cases} {others}end"
    return text


def identity_sql(parts: Sequence[tuple[Column, str]], clinic: str) -> str:
    """One pseudonym of several cleaned fields together, null when one is empty; without the system, so that it is the same in all of a clinic's systems."""
    # texts follow each other without a separator: first and last name in two columns are the full name of another system
    texts = [_comparable_sql(text) for column, text in parts if column.type != "date"]
    # only the first format names a whole date
    dates = [(replace(column, format=column.format[:1]), text) for column, text in parts if column.type == "date"]
    days = [f"{SEPARATOR} || strftime({parsed_sql(column, text)}, '%Y-%m-%d')" for column, text in dates]
    # `||` is null as soon as one part is: an identity with a gap is none
    return pseudonym_sql(clinic, "identity", " || ".join([*texts, *days]))


def _comparable_sql(text: str) -> str:
    """`text` without what may be written either way: case, accents, blanks, punctuation."""
    return f"nullif(regexp_replace(lower(strip_accents({text})), '{NOT_LETTER_OR_DIGIT}', '', 'g'), '')"
