CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  tick INTEGER NOT NULL,
  outward INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0, 0);

CREATE TABLE accounts (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  lineage INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  tick INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_tick ON accounts (tick);

CREATE TABLE records (
  account INTEGER NOT NULL,
  type INTEGER NOT NULL,
  created_seq INTEGER NOT NULL,
  id BLOB NOT NULL,
  seq INTEGER NOT NULL,
  tick INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  version INTEGER NOT NULL,
  destroyed INTEGER,
  thread BLOB,
  head TEXT NOT NULL,
  body TEXT,
  PRIMARY KEY (account, type, created_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX records_id ON records (account, type, id);
CREATE INDEX records_thread ON records (account, thread, created_seq) WHERE thread IS NOT NULL;
CREATE INDEX records_updated ON records (account, type, seq) WHERE seq > created_seq;

CREATE TABLE versions (
  account INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by BLOB NOT NULL,
  expires INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (account, type, id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_expires ON versions (expires) WHERE expires IS NOT NULL;

CREATE TABLE index_rows (
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  key BLOB NOT NULL,
  created_seq INTEGER NOT NULL,
  PRIMARY KEY (account, name, key, created_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  account INTEGER NOT NULL,
  id BLOB NOT NULL,
  expires INTEGER,
  PRIMARY KEY (name, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_expires ON keys (expires) WHERE expires IS NOT NULL;

CREATE TABLE blobs (
  id BLOB PRIMARY KEY,
  account INTEGER NOT NULL,
  hash BLOB NOT NULL,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  by BLOB NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX blobs_hash ON blobs (hash);
CREATE INDEX blobs_expires ON blobs (expires);

CREATE TABLE blob_refs (
  account INTEGER NOT NULL,
  blob BLOB NOT NULL,
  id BLOB NOT NULL,
  expires INTEGER,
  PRIMARY KEY (account, blob, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_refs_blob ON blob_refs (blob);
CREATE INDEX blob_refs_expires ON blob_refs (expires) WHERE expires IS NOT NULL;

CREATE TABLE outward (
  number INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  what TEXT NOT NULL,
  value TEXT NOT NULL,
  held INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE jobs (
  account INTEGER NOT NULL,
  run TEXT NOT NULL,
  due INTEGER NOT NULL,
  waits_for BLOB,
  place INTEGER NOT NULL,
  payload TEXT NOT NULL,
  held INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (due, place, account, run) WHERE held = 0;

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT,
  fence INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  tick INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
