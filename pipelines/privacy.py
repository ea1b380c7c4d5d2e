"""Keyed pseudonyms: the key, and the one formula by which identifiers become pseudonyms, in Python and in SQL.

Pseudonym = the first 32 hexadecimal digits of HMAC-SHA-256(key, clinic ␟ system ␟ identifier), ␟ being the unit separator.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipelines.errors import ConfigurationError

KEY_VARIABLE = "CLINIC_OUTCOMES_KEY"
KEY_FILE_VARIABLE = "CLINIC_OUTCOMES_KEY_FILE"
MINIMUM_KEY_LENGTH = 16
PSEUDONYM_LENGTH = 32
SEPARATOR = "\x1f"
# what SQL trims: the space separators of Unicode
BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
KEY_PADS = ("(select inner_pad from pseudonym_key)", "(select outer_pad from pseudonym_key)")


def load_key(environment: Mapping[str, str] = os.environ, demo_key_file: Path | None = None) -> bytes:
    """The pseudonym key from the environment or its key file; a demo may fall back to a key of its own, made once with mode 600."""
    if environment.get(KEY_VARIABLE):
        return _long_enough(environment[KEY_VARIABLE].encode(), KEY_VARIABLE)
    if environment.get(KEY_FILE_VARIABLE):
        return _read_key_file(Path(environment[KEY_FILE_VARIABLE]))
    if demo_key_file is None:
        raise ConfigurationError(
            KEY_VARIABLE,
            "",
            f"no pseudonym key: set {KEY_VARIABLE}, or {KEY_FILE_VARIABLE} to a file of mode 600 that holds it (or pass --demo-key to try things out)",
        )
    if not demo_key_file.exists():
        demo_key_file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(demo_key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
    return _read_key_file(demo_key_file)


def _read_key_file(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (0o007 if _is_credential(path) else 0o077):
            raise ConfigurationError(path, "", f"the key file can be read by others (mode {mode:o}); run chmod 600 on it")
        return _long_enough(path.read_bytes().strip(), path)
    except OSError as error:
        raise ConfigurationError(path, "", f"the key file cannot be read: {error.strerror}") from None


def _is_credential(path: Path) -> bool:
    """Whether systemd handed the file to this service: its access list then shows as a right of the group, which it is not."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(directory) and path.parent == Path(str(directory))


def _long_enough(key: bytes, where: object) -> bytes:
    if len(key) < MINIMUM_KEY_LENGTH:
        raise ConfigurationError(where, "", f"the pseudonym key has {len(key)} bytes; it needs at least {MINIMUM_KEY_LENGTH}")
    return key


def pseudonym(key: bytes, clinic: str, system: str, identifier: str) -> str:
    """The pseudonym of one identifier of one system of one clinic; the same text that the warehouse holds."""
    message = SEPARATOR.join([clinic, system, identifier.strip(BLANKS)])
    return hmac.new(key, message.encode("utf-8"), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]


def key_fingerprint(key: bytes) -> str:
    """Eight digits that tell two keys apart without telling anything about either; kept beside raw files."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:8]


def offer_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Put the key where `pseudonym_sql` finds it: a temporary table of this connection, so that it appears in no statement's text."""
    block = hashlib.sha256(key).digest() if len(key) > 64 else key
    padded = block.ljust(64, b"\0")
    inner, outer = bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)
    connection.execute("create or replace temporary table pseudonym_key (inner_pad blob, outer_pad blob)")
    connection.execute("insert into pseudonym_key values (?, ?)", [inner, outer])


def pseudonym_sql(clinic: str, system: str, identifier: str, pads: tuple[str, str] = KEY_PADS) -> str:
    """SQL for the pseudonym of the text expression `identifier`; null stays null. Needs `offer_key` on the connection.

    `pads` are the inner and outer pad of the key, for places where SQL allows no subquery.
    """
    prefix = sql_text(clinic + SEPARATOR + system + SEPARATOR)
    inner = f"unhex(sha256({pads[0]} || encode({prefix} || trim({identifier}))))"
    return f"left(sha256({pads[1]} || {inner}), {PSEUDONYM_LENGTH})"


def sql_text(value: str) -> str:
    """`value` as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"
