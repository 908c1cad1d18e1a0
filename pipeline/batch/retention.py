"""Which sessions were kept longer than the configuration allows. It is only reported: people decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.intake.sessions import FOLDERS
from pipeline.model import Kind


@dataclass(frozen=True, slots=True)
class Due:
    """A session that is due. ``basis`` is what it is counted from; days are ISO 8601.

    The basis is the ``date`` of the session; where nobody has told it, the day on which it was ``first
    seen``; where that is not known either, the date of the recording's ``file``.
    """

    session: str
    since: str
    basis: str
    due: str


def limited(opened: Opened) -> bool:
    """Whether anything is ever due."""
    settings = opened.config.settings.retention
    return bool(settings.interview_days or settings.roundtable_days)


def due(opened: Opened, today: date | None = None) -> list[Due]:
    """Sessions that are due, the longest kept first; also those whose recordings are gone already."""
    settings = opened.config.settings.retention
    days = {Kind.INTERVIEW: settings.interview_days, Kind.ROUNDTABLE: settings.roundtable_days}
    if not limited(opened):
        return []
    found = []
    for session, kind, told in _kept(opened):
        basis, since = next(((basis, day) for basis, text in told if (day := _day(text))), ("", None))
        if days[kind] and since and (end := since + timedelta(days=days[kind])) <= (today or date.today()):
            found.append(Due(session, since.isoformat(), basis, end.isoformat()))
    return sorted(found, key=lambda each: (each.due, each.session))


def _kept(opened: Opened) -> Iterator[tuple[str, Kind, list[tuple[str, str | None]]]]:
    """Every session, and by what may be told since when it is kept, the best first."""
    inventory = take(opened.workspace, opened.ledger, None)
    for session in inventory.sessions:
        changed = (opened.workspace.root / session.recordings[0].path).stat().st_mtime
        yield (
            session.id,
            session.kind,
            [
                ("date", session.date),
                ("first seen", opened.ledger.history.first_seen(session.id)),
                ("file", date.fromtimestamp(changed).isoformat()),
            ],
        )
    keys = {known.id: known.key for known in opened.ledger.sessions()}
    for name in inventory.gone:
        kind = FOLDERS.get(keys[name].partition("/")[0], Kind.INTERVIEW)
        yield name, kind, [("first seen", opened.ledger.history.first_seen(name))]


def _day(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
