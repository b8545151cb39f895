"""A process that awards and revokes as fast as it can, among others that do the same.

Told on its standard input where the house is, which worker it is and how much to award; begins at
the next line, and prints what it did.
"""

import json
import sys
from contextlib import closing

from issuer.award import parse_recipient
from openbadges.errors import ExplainedError
from openbadges.strict import parse_json
from tests.issuing import NOW
from tests.reliability.houses import Address

EACH = 4  # every so many awards one is revoked and the lists are published


def main() -> None:
    """Do it."""
    told = parse_json(sys.stdin.readline())
    house = Address(**told["house"]).open()
    awarded, revoked, troubles = [], [], []
    with closing(house.database):
        print("ready", flush=True)  # noqa: T201 -- this is how the test hears of it
        sys.stdin.readline()
        for number in range(told["awards"]):
            person = parse_recipient(f"learner-{told['worker']}-{number}@example.org")
            try:
                (issued,) = house.issue(recipient=person)
                awarded.append(issued.id)
                if number % EACH == 0:
                    house.revoke(issued.id)
                    revoked.append(issued.id)
                    house.publish(now=NOW)
            except ExplainedError as error:
                troubles.append(str(error))
    print(json.dumps({"awarded": awarded, "revoked": revoked, "troubles": troubles}))  # noqa: T201


if __name__ == "__main__":
    main()
