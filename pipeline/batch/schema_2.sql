-- From schema 1 to 2. Results are found again by their heads, and measured then; the history of runs is kept.

DROP TABLE artifact;
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

ALTER TABLE failure ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN audio_ms INTEGER NOT NULL DEFAULT 0;
