"""One master secret, many keys: each purpose has its own, and none tells anything about another."""

import hashlib
import hmac

HASH_SIZE = hashlib.sha256().digest_size


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """`length` bytes for this purpose alone: HKDF-SHA256 (RFC 5869) without salt, `purpose` as its info."""
    return hkdf(secret, b"", purpose.encode(), length)


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    key = hmac.digest(salt or bytes(HASH_SIZE), secret, hashlib.sha256)
    block, out = b"", b""
    for counter in range(1, -(-length // HASH_SIZE) + 1):
        block = hmac.digest(key, block + info + bytes([counter]), hashlib.sha256)
        out += block
    return out[:length]
