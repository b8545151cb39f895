"""R15: what the databases say to one of two rivals is answered by doing the work again, once more.

The trouble is the server's own: a trigger raises it at the first awards, and counts in a sequence,
which no rollback turns back.
"""

from typing import Final

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from issuer.requests import request_key
from issuer.tables import AwardRow, CredentialRow, StatusListRow
from openbadges.errors import Code
from storage import Database
from storage.errors import BusyError
from storage.session import MAXIMUM_REPEATS
from tests.databases import SERVERS
from tests.issuing import NOW, House, award_of
from verifier import Verdict

pytestmark = pytest.mark.parametrize("server", SERVERS, indirect=True)

SERIALIZATION, DEADLOCK, LOCK = "a serialization failure", "a deadlock", "a lock not given"
# How each server is made to raise each trouble.
_POSTGRESQL: Final = {SERIALIZATION: "40001", DEADLOCK: "40P01", LOCK: "55P03"}
_MARIADB: Final = {SERIALIZATION: 1020, DEADLOCK: 1213, LOCK: 1205}
TROUBLES: Final = tuple(_POSTGRESQL)
NEXT: Final = {"postgresql": "SELECT nextval('rival')", "mariadb": "SELECT NEXTVAL(rival)"}


def _kind(database: Database) -> str:
    return database.name.partition(":")[0]


def rival(database: Database, trouble: str, times: int) -> None:
    """Let the first inserts of a credential fail, so many times."""
    if _kind(database) == "postgresql":
        statements = [
            "CREATE SEQUENCE rival",
            f"""CREATE FUNCTION rival() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('rival') <= {times} THEN
                    RAISE EXCEPTION 'a rival' USING ERRCODE = '{_POSTGRESQL[trouble]}';
                END IF; RETURN NEW; END $$""",
            """CREATE TRIGGER rival BEFORE INSERT ON credentials
                FOR EACH ROW EXECUTE FUNCTION rival()""",
        ]
    else:
        statements = [
            "CREATE SEQUENCE rival",
            f"""CREATE TRIGGER rival BEFORE INSERT ON credentials FOR EACH ROW
                IF NEXTVAL(rival) <= {times} THEN
                    SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = {_MARIADB[trouble]};
                END IF""",
        ]
    run(database, *statements)


def run(database: Database, *statements: str) -> None:
    with database.connection_apart() as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(autouse=True)
def _no_rival_is_left(database: Database) -> object:
    yield
    if _kind(database) == "postgresql":
        run(database, "DROP TRIGGER rival ON credentials", "DROP FUNCTION rival")
    else:
        run(database, "DROP TRIGGER rival")
    run(database, "DROP SEQUENCE rival")


def counted(session: Session) -> tuple[int, int, int]:
    """Return how many awards, credentials and reserved indexes there are."""
    return (
        session.scalar(select(func.count()).select_from(AwardRow)) or 0,
        session.scalar(select(func.count()).select_from(CredentialRow)) or 0,
        session.scalar(select(func.sum(StatusListRow.reserved_count))) or 0,
    )


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_award_that_rivals_are_in_the_way_of_is_made_once(house: House, trouble: str) -> None:
    rival(house.database, trouble, MAXIMUM_REPEATS)
    [made] = house.issue()
    assert house.verify(made.forms.json).verdict is Verdict.VERIFIED
    with house.database.write() as session:  # MariaDB reads no sequence without writing
        assert counted(session) == (1, 1, 1)
        assert session.scalar(text(NEXT[_kind(house.database)])) == MAXIMUM_REPEATS + 2


@pytest.mark.parametrize("trouble", TROUBLES)
def test_where_rivals_never_leave_nothing_is_made_and_the_same_request_may_come_again(
    house: House, trouble: str
) -> None:
    rival(house.database, trouble, MAXIMUM_REPEATS + 1)
    request = request_key("token:one", "first", b"a badge")
    award = award_of(house.catalogue)
    with pytest.raises(BusyError, match="another transaction is in the way") as told:
        house.cycle.issue(award, now=NOW, request=request)
    assert told.value.code is Code.DATABASE
    with house.database.read() as session:
        assert counted(session) == (0, 0, 0)
    again = house.cycle.issue(award, now=NOW, request=request)
    assert house.cycle.issue(award, now=NOW, request=request) == again
    with house.database.read() as session:
        assert counted(session) == (1, 1, 1)
