"""What is signed from fixed inputs, as SHA-256 sums: the same wherever and however it runs (R42).

    python -m tests.reliability.same_bytes

The keys come from fixed seeds and the recipient is a DID, so nothing here is drawn at random.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from badge_classes.loader import default_folder, load_catalogue
from issuer.award import Award, Evidence, parse_recipient
from issuer.composition import compose
from issuer.documents import write_json
from issuer.pictures import badge_png, badge_svg
from issuer.signing import sign_forms, sign_json
from issuer.tables import Edition
from keys.signers import KeyPair, KeySigner
from openbadges import status_list
from openbadges.did import ListedKey, did_key, did_web_document, method_id
from openbadges.public_key import Algorithm

NOW: Final = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # an hour that many clocks of Europe skip
BASE_URL: Final = "https://badges.example"
DID: Final = "did:web:badges.example"
NARRATIVE: Final = "Deu «cites» 🎓, \u0130stanbul'da \u0131, \ufb01, e\u0301"
BADGE_CLASSES: Final = ("citing-sources", "finding-your-feet")


def signer(algorithm: Algorithm) -> KeySigner:
    """Make the signer of a fixed seed."""
    pair = KeyPair.from_seed("5a" * 32, algorithm)
    return pair.signer(method_id(DID, pair.public_key))


def made() -> Iterator[tuple[str, bytes]]:
    """Give each thing that is signed or published, by a name of its own."""
    proof, jws = signer(Algorithm.EDDSA), signer(Algorithm.ES256)
    keys = [ListedKey(public_key=one.public_key) for one in (proof, jws)]
    yield "DID document", write_json(did_web_document(DID, keys=keys))
    bits = status_list.with_set(bytes(status_list.MINIMUM_ENTRIES // 8), [3, 94567])
    listed = status_list.status_list_credential(
        id=f"{BASE_URL}/status-lists/1",
        issuer=DID,
        encoded_list=status_list.encode(bits),
        purpose="revocation",
        valid_from=NOW,
        valid_until=NOW.replace(month=4),
        ttl_milliseconds=300_000,
    )
    yield "status list", sign_json(listed, signer=proof, created=NOW)
    catalogue = load_catalogue(default_folder())
    profile: dict[str, Any] = {"id": DID, "type": ["Profile"], "name": "Viquipedistes «ñ» 🎓"}
    for slug in BADGE_CLASSES:
        badge_class = catalogue.find(slug)
        for language in badge_class.languages:
            award = Award(
                badge_class=badge_class,
                recipient=parse_recipient(did_key(proof.public_key)),
                language=language,
                valid_from=NOW,
                evidence=(Evidence("https://ca.wikipedia.org/wiki/Usuari:Exemple", NARRATIVE),),
            )
            unsigned = compose(
                award,
                edition=Edition.FULL,
                credential_url=f"{BASE_URL}/credentials/{slug}-{language}",
                profile=profile,
                base_url=BASE_URL,
            )
            forms = sign_forms(unsigned, data_integrity=proof, jws=jws, created=NOW)
            name = f"{slug} in {language}"
            yield f"{name}, JSON", forms.json
            yield f"{name}, JWS", forms.compact_jws
            text = forms.json.decode()
            picture = badge_class.picture.data
            yield f"{name}, SVG", badge_svg(picture, text, trial=True)
            yield f"{name}, PNG", badge_png(picture, text, trial=True)


def sums() -> Mapping[str, str]:
    """Return the SHA-256 of each."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in made()}


if __name__ == "__main__":
    print(json.dumps(sums(), indent=1))  # noqa: T201 -- what this program is for
