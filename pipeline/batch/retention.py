"""Which sessions were kept longer than the configuration allows. It is only reported: people decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.model import Kind, Session


@dataclass(frozen=True, slots=True)
class Due:
    """A session that is due. ``basis`` is ``date`` (of the session) or ``first seen``; days are ISO 8601."""

    session: str
    since: str
    basis: str
    due: str


def due(opened: Opened, today: date | None = None) -> list[Due]:
    """Sessions that are due, the longest kept first."""
    settings = opened.config.settings.retention
    days = {Kind.INTERVIEW: settings.interview_days, Kind.ROUNDTABLE: settings.roundtable_days}
    sessions = take(opened.workspace, opened.ledger, None).sessions
    found = list(_due(opened, (s for s in sessions if days[s.kind]), days, today or date.today()))
    return sorted(found, key=lambda each: (each.due, each.session))


def _due(opened: Opened, sessions: Iterable[Session], days: dict[Kind, int], today: date) -> Iterable[Due]:
    for session in sessions:
        basis, since = "date", _day(session.date)
        if since is None:
            basis, since = "first seen", _day(opened.ledger.first_seen(session.id))
        end = since + timedelta(days=days[session.kind]) if since else None
        if since and end and end <= today:
            yield Due(session.id, since.isoformat(), basis, end.isoformat())


def _day(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
