"""Which of an issuer's published keys may verify tokens, and for which algorithms. One key, one purpose.

A JWKS often holds more than signing keys (Keycloak's has an encryption key). Whatever may not verify is passed over and
the rest of the set still works (RFC 7517 section 5). Secret keys are never taken: an HMAC can therefore not be asked for.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwa import JWS_ALGORITHMS, JWSAlgModel
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jwk import import_key as import_jwk

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.compact import CompactJws, decode_base64url

ASYMMETRIC_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
_MODELS: Mapping[str, JWSAlgModel] = {
    model.name: model for model in JWS_ALGORITHMS if model.name in ASYMMETRIC_ALGORITHMS
}
_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_BY_CURVE: Mapping[str, frozenset[str]] = {
    "P-256": frozenset({"ES256"}),
    "P-384": frozenset({"ES384"}),
    "P-521": frozenset({"ES512"}),
    "Ed25519": frozenset({"EdDSA", "Ed25519"}),  # RFC 9864 gave it the second name
}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS = range(2048, 8192 + 1)  # below: breakable; above: a cheap way to keep our processors busy
_RSA_EXPONENT_MIN = 65_537  # FIPS 186-5, A.1.1
_RSA_EXPONENT_MAX = 2**32
# Moduli of the library behind CVE-2017-15361 (ROCA) are powers of 65537 modulo every one of these primes.
_ROCA_PRIMES = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
_ROCA_RESIDUES = {prime: {pow(65_537, power, prime) for power in range(prime)} for prime in _ROCA_PRIMES}


@dataclass(frozen=True, slots=True)
class Key:
    """A public key that may verify signatures of `algorithms`, and no others."""

    kid: str | None
    algorithms: frozenset[str]
    public: RSAKey | ECKey | OKPKey = field(repr=False)


def verified_payload(jws: CompactJws, key: Key, algorithms: frozenset[str]) -> bytes:
    """The payload, once its signature proves to be made with `key` and an algorithm that both sides allow.

    Raises InvalidToken: `algorithm_not_allowed`, `key_not_fit`, `bad_signature`.
    """
    if jws.algorithm not in algorithms & ASYMMETRIC_ALGORITHMS:
        raise InvalidToken("algorithm_not_allowed")
    if jws.algorithm not in key.algorithms:
        raise InvalidToken("key_not_fit")
    if not _MODELS[jws.algorithm].verify(jws.signing_input, jws.signature, key.public):
        raise InvalidToken("bad_signature")
    return jws.payload


def usable_keys(jwks: object) -> tuple[Key, ...]:
    """The keys of a JSON Web Key Set that may verify; two of one `kid` are ambiguous, so neither is taken.

    Raises ValueError if `jwks` is no key set at all. A set without a usable key is an empty tuple.
    """
    if not isinstance(jwks, Mapping) or not isinstance(jwks.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    keys = [key for key in map(usable_key, jwks["keys"]) if key is not None]
    count = Counter(key.kid for key in keys)
    return tuple(key for key in keys if key.kid is None or count[key.kid] == 1)


def usable_key(jwk: object) -> Key | None:
    """The key of one JWK (RFC 7517), or None when it may not, or cannot, verify a signature safely."""
    if not isinstance(jwk, dict) or not _PRIVATE_MEMBERS.isdisjoint(jwk) or not _meant_for_verifying(jwk):
        return None
    kid = jwk.get("kid")
    algorithms = _algorithms(jwk)
    if not (kid is None or isinstance(kid, str)) or not algorithms:
        return None
    try:
        if jwk["kty"] == "RSA" and not _sound_rsa(jwk):
            return None
        public = import_jwk(dict(jwk))
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
        return None
    return Key(kid, algorithms, public) if isinstance(public, RSAKey | ECKey | OKPKey) else None


def _meant_for_verifying(jwk: Mapping[str, object]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations


def _algorithms(jwk: Mapping[str, object]) -> frozenset[str]:
    """What the key's type can do, narrowed to its `alg` when it names one."""
    match jwk.get("kty"), jwk.get("crv"):
        case "RSA", None:
            able = _RSA
        case ("EC", "P-256" | "P-384" | "P-521" as curve) | ("OKP", "Ed25519" as curve):
            able = _BY_CURVE[curve]
        case _:
            return frozenset()
    named = jwk.get("alg")
    return able if named is None else frozenset(name for name in able if name == named)


def _sound_rsa(jwk: Mapping[str, object]) -> bool:
    modulus, exponent = (_number(jwk[name]) for name in ("n", "e"))
    return (
        modulus.bit_length() in _RSA_BITS
        and _RSA_EXPONENT_MIN <= exponent < _RSA_EXPONENT_MAX
        and exponent % 2 == 1
        and not _is_roca(modulus)
    )


def _number(text: object) -> int:
    if not isinstance(text, str):
        raise TypeError("a base64url number is a string")
    return int.from_bytes(decode_base64url(text), "big")


def _is_roca(modulus: int) -> bool:
    return all(modulus % prime in residues for prime, residues in _ROCA_RESIDUES.items())
