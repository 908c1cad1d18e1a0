-- The ledger: an index over what lies in the workspace. The artifacts are the truth; this says quickly what they say.

CREATE TABLE file (            -- digests by stat, so that an unchanged file is not read again
    path     TEXT PRIMARY KEY, -- absolute, as on disk
    size     INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    digest   TEXT NOT NULL
) STRICT;

CREATE TABLE session (         -- names once given stay
    id      TEXT PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,
    digests TEXT NOT NULL      -- of its recordings, JSON array in speaking order
) STRICT;

CREATE TABLE artifact (
    session     TEXT NOT NULL,
    stage       TEXT NOT NULL,
    unit        TEXT NOT NULL, -- recording digest, or empty
    fingerprint TEXT NOT NULL,
    ingredients TEXT NOT NULL, -- JSON: what the fingerprint was made of
    facets      TEXT NOT NULL, -- JSON: digests of the body and of its parts
    size        INTEGER NOT NULL,
    mtime_ns    INTEGER NOT NULL,
    measures    TEXT NOT NULL, -- JSON: counts taken of the body
    PRIMARY KEY (session, stage, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE failure (         -- the last failure of work that has not succeeded since
    session     TEXT NOT NULL,
    stage       TEXT NOT NULL,
    unit        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    code        TEXT NOT NULL,
    exit_code   INTEGER NOT NULL,
    message     TEXT NOT NULL,
    hint        TEXT NOT NULL,
    permanent   INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    PRIMARY KEY (session, stage, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    id         INTEGER PRIMARY KEY,
    version    TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    started_at TEXT NOT NULL,  -- ISO 8601, UTC
    current    INTEGER NOT NULL DEFAULT 0, -- sessions in which nothing had to be done
    ended_at   TEXT,           -- NULL: still going, or killed
    outcome    TEXT            -- ok, partial, interrupted, killed
) STRICT;

CREATE TABLE task (            -- every piece of work ever done
    run         INTEGER NOT NULL REFERENCES run (id),
    session     TEXT NOT NULL,
    stage       TEXT NOT NULL,
    unit        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reason      TEXT NOT NULL,
    outcome     TEXT NOT NULL, -- done, adopted, failed, to be tried again, left alone
    elapsed_ms  INTEGER NOT NULL,
    ended_at    TEXT NOT NULL,
    audio_ms    INTEGER NOT NULL -- length of the sound it was about, 0 where not known
) STRICT;
CREATE INDEX task_by_work ON task (session, stage, unit);
CREATE INDEX task_by_run ON task (run);
