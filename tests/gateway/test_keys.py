"""Keys derived from the master secret."""

from gateway.keys import derive, hkdf


def test_derivation_is_hkdf_as_rfc_5869_has_it() -> None:
    secret, salt, info = bytes.fromhex("0b" * 22), bytes(range(13)), bytes(range(0xF0, 0xFA))
    expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    assert hkdf(secret, salt, info, 42).hex() == expected


def test_derivation_without_salt_is_the_rfc_s_third_case() -> None:
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    assert hkdf(bytes.fromhex("0b" * 22), b"", b"", 42).hex() == expected


def test_each_purpose_has_a_key_of_its_own() -> None:
    purposes = ("ids", "cursors", "links", "personals", "tokens")
    assert len({derive(b"secret", purpose) for purpose in purposes}) == len(purposes)
    assert derive(b"secret", "ids") != derive(b"another", "ids")
