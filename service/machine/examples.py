"""Bodies that show what a door reads, in the description and on its page.

The issuer in them is an example too: each installation signs only for its own.
"""

from typing import Any, Final

EXAMPLE_TO_SIGN: Final[dict[str, Any]] = {
    "credential": {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "type": ["VerifiableCredential", "ExampleDegreeCredential"],
        "issuer": "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
        "validFrom": "2026-03-01T12:00:00Z",
        "credentialSubject": {"id": "did:example:learner", "name": "Example"},
    },
    "options": {},
}
