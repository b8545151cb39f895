"""The browser's session: a cookie that stands for a row, and says nothing by itself.

A page that asks for nothing of one person reads and sets no cookie. Signing in starts a new
session, and signing out ends the row (I5).
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Flask, Request, Response, g, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from accounts import sessions
from accounts.policy import LEARNER_SESSION_LIFETIME, SESSION_LIFETIME
from openbadges.errors import UnavailableError
from service.web.headers import keep_private
from service.web.running import Running

# What says the same to everyone, and goes on while the database does not.
_FOR_NOBODY: Final = frozenset({"static_files", "health"})


class WebSession(CallbackDict[str, Any], SessionMixin):
    """What one browser's cookie stands for; `token` is None until there is a row."""

    def __init__(
        self,
        data: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        account_id: str | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        def note(_: object) -> None:
            self.modified = True

        super().__init__(data or {}, note)
        self.modified = False
        self.token = token
        self.account_id = account_id
        self.ends_at = ends_at
        self.left_behind: str | None = None  # the token of a session that this one replaces

    def begin_anew(self, *, account_id: str | None) -> None:
        """Leave the old session behind, with all that was in it."""
        self.left_behind, self.token = self.token or self.left_behind, None
        self.account_id, self.ends_at = account_id, None
        self.clear()
        self.modified = True

    def renew(self) -> None:
        """Go on for as long as before under another token, since it opens more from here on."""
        self.left_behind, self.token = self.token or self.left_behind, None
        self.modified = True


class DatabaseSessions(SessionInterface):
    """Sessions as rows, by the hash of what the cookie says."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._secure = running.is_https
        # the prefix binds the cookie to this host and to https
        self._name: Final = "__Host-insignia" if self._secure else "insignia"

    def open_session(self, app: Flask, request: Request) -> WebSession:
        """Find the row that the cookie stands for; without one the session is empty."""
        del app
        token = request.cookies.get(self._name)
        if not token:
            return WebSession()
        g.session_was_read = True
        now = self._running.clock()
        try:
            with self._running.installation.database.read() as session:
                stored = sessions.load(session, token, now)
        except UnavailableError as trouble:
            g.session_trouble = trouble  # `tell_trouble` raises it where it can be answered
            return WebSession()
        if stored is None:
            return WebSession()
        if sessions.is_touch_due(stored, now):
            self._touch(token, now)
        return WebSession(
            dict(stored.data),
            token=token,
            account_id=stored.account_id,
            ends_at=stored.expires_at,
        )

    def _touch(self, token: str, now: datetime) -> None:
        """Note that the session is in use; a database that takes no writing now stops no reader."""
        with (
            suppress(UnavailableError),
            self._running.installation.database.write() as session,
        ):
            sessions.touch(session, token, now)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, and give the browser its cookie."""
        del app
        if not isinstance(session, WebSession) or not session.modified:
            return
        session.modified = False  # where this fails the page that says so does not try again
        database, now = self._running.installation.database, self._running.clock()
        if not session and session.account_id is None:
            ended = session.token or session.left_behind
            if ended is not None:
                database.transact(lambda row: sessions.end(row, ended))
            response.delete_cookie(self._name, path="/", secure=self._secure, httponly=True)
            return
        if session.token is None:
            lifetime = _lifetime(session, now)
            session.token = database.transact(
                lambda row: sessions.start(
                    row,
                    data=dict(session),
                    account_id=session.account_id,
                    now=now,
                    lifetime=lifetime,
                    replaces=session.left_behind,
                )
            )
            response.set_cookie(
                self._name,
                session.token,
                max_age=lifetime,
                path="/",
                secure=self._secure,
                httponly=True,
                samesite="Lax",
            )
            keep_private(response)  # it comes after `headers` looked
            response.vary.add("Cookie")
        else:
            token = session.token
            database.transact(lambda row: sessions.save(row, token, dict(session), now))


def tell_trouble() -> None:
    """End a request here whose session could not be read; before any view believes it is nobody's.

    Raises:
        UnavailableError: the database does not answer.
    """
    trouble: UnavailableError | None = g.get("session_trouble")
    if trouble is not None and request.blueprint not in _FOR_NOBODY:
        raise trouble


def _lifetime(session: WebSession, now: datetime) -> timedelta:
    if session.ends_at is not None:
        return session.ends_at - now
    return LEARNER_SESSION_LIFETIME if session.account_id is None else SESSION_LIFETIME
