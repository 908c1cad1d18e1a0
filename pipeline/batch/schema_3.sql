-- From schema 2 to 3.

ALTER TABLE run ADD COLUMN current INTEGER NOT NULL DEFAULT 0;
CREATE INDEX task_by_run ON task (run);
