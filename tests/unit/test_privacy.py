"""Pseudonyms: one formula in Python and SQL, keyed, and nothing without a key."""

import hashlib
import hmac
import stat

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError
from pipelines.privacy import key_fingerprint, load_key, offer_key, pseudonym, pseudonym_sql

KEY = b"a key of twenty bytes"
letters = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
identifiers = st.text(alphabet=letters)


def test_the_formula_is_hmac_sha_256_of_clinic_system_and_identifier():
    expected = hmac.new(KEY, b"harbour\x1fcanonical\x1fC 17", hashlib.sha256).hexdigest()[:32]
    assert pseudonym(KEY, "harbour", "canonical", " C 17 ") == expected


@given(identifiers, st.binary(min_size=16, max_size=100))
def test_python_and_sql_agree(identifier, key):
    with duckdb.connect() as connection:
        offer_key(connection, key)
        formula = pseudonym_sql("o'hare", "fhir_r4", "$1")
        [(value,)] = connection.execute(f"select {formula}", [identifier]).fetchall()
    assert value == pseudonym(key, "o'hare", "fhir_r4", identifier)


def test_nothing_stays_nothing():
    with duckdb.connect() as connection:
        offer_key(connection, KEY)
        assert connection.execute(f"select {pseudonym_sql('a', 'b', 'cast(null as varchar)')}").fetchall() == [(None,)]


def test_another_key_links_nothing():
    assert pseudonym(KEY, "a", "b", "1") != pseudonym(b"another key of bytes", "a", "b", "1")
    assert key_fingerprint(KEY) != key_fingerprint(b"another key of bytes")


def test_no_key_is_refused_in_one_line():
    with pytest.raises(ConfigurationError, match="CLINIC_OUTCOMES_KEY_FILE"):
        load_key({})
    with pytest.raises(ConfigurationError, match="at least 16"):
        load_key({"CLINIC_OUTCOMES_KEY": "short"})


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "key"
    file.write_text("0123456789abcdef0123456789abcdef", encoding="ascii")
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_key({"CLINIC_OUTCOMES_KEY_FILE": str(file)})
    file.chmod(0o600)
    assert load_key({"CLINIC_OUTCOMES_KEY_FILE": str(file)}) == b"0123456789abcdef0123456789abcdef"


def test_the_demo_makes_a_key_of_its_own_once(tmp_path):
    file = tmp_path / "demo" / "key"
    first = load_key({}, demo_key_file=file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_key({}, demo_key_file=file) == first
    assert len(first) == 64
