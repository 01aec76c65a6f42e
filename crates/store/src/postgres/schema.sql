CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  outward BIGINT NOT NULL,
  place TEXT NOT NULL
);
INSERT INTO meta VALUES (1, 0, '');

CREATE TABLE accounts (
  n INTEGER PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  lineage BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  floor BIGINT NOT NULL,
  tick BIGINT NOT NULL
);
CREATE INDEX accounts_tick ON accounts (tick);

CREATE TABLE records (
  account INTEGER NOT NULL,
  type INTEGER NOT NULL,
  created_seq BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  tick BIGINT NOT NULL,
  destroyed BIGINT,
  version BIGINT NOT NULL,
  kind INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  id BYTEA NOT NULL,
  thread BYTEA,
  head TEXT NOT NULL,
  body TEXT,
  PRIMARY KEY (account, type, created_seq)
);
CREATE UNIQUE INDEX records_id ON records (account, type, id);
CREATE INDEX records_thread ON records (account, thread, created_seq) WHERE thread IS NOT NULL;
CREATE INDEX records_updated ON records (account, type, seq) WHERE seq > created_seq;
CREATE INDEX records_destroyed ON records (destroyed) WHERE destroyed IS NOT NULL;

CREATE TABLE versions (
  account INTEGER NOT NULL,
  type INTEGER NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  expires BIGINT,
  id BYTEA NOT NULL,
  by BYTEA NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, type, id, version)
);
CREATE INDEX versions_expires ON versions (expires) WHERE expires IS NOT NULL;

CREATE TABLE index_rows (
  account INTEGER NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  key BYTEA NOT NULL,
  created_seq BIGINT NOT NULL,
  PRIMARY KEY (account, name, key, created_seq)
);

CREATE TABLE keys (
  name TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  account INTEGER NOT NULL,
  expires BIGINT,
  id BYTEA NOT NULL,
  PRIMARY KEY (name, key)
);
CREATE INDEX keys_expires ON keys (expires) WHERE expires IS NOT NULL;

CREATE TABLE blobs (
  id BYTEA PRIMARY KEY,
  account INTEGER NOT NULL,
  size BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  by BYTEA NOT NULL,
  media_type TEXT NOT NULL
);
CREATE INDEX blobs_hash ON blobs (hash);
CREATE INDEX blobs_expires ON blobs (expires);

CREATE TABLE blob_refs (
  account INTEGER NOT NULL,
  blob BYTEA NOT NULL,
  id BYTEA NOT NULL,
  expires BIGINT,
  PRIMARY KEY (account, blob, id)
);
CREATE INDEX blob_refs_blob ON blob_refs (blob);
CREATE INDEX blob_refs_expires ON blob_refs (expires) WHERE expires IS NOT NULL;

CREATE TABLE outward (
  number BIGINT PRIMARY KEY,
  account INTEGER NOT NULL,
  held INTEGER NOT NULL DEFAULT 0,
  what TEXT NOT NULL,
  value TEXT NOT NULL
);

CREATE TABLE jobs (
  account INTEGER NOT NULL,
  held INTEGER NOT NULL DEFAULT 0,
  due BIGINT NOT NULL,
  place BIGINT NOT NULL,
  run TEXT COLLATE "C" NOT NULL,
  waits_for BYTEA,
  payload TEXT NOT NULL,
  PRIMARY KEY (account, run)
);
CREATE INDEX jobs_due ON jobs (due, place, account, run) WHERE held = 0;

CREATE TABLE leases (
  name TEXT COLLATE "C" PRIMARY KEY,
  holder TEXT,
  fence BIGINT NOT NULL,
  until BIGINT NOT NULL
);

CREATE TABLE cursors (
  name TEXT COLLATE "C" PRIMARY KEY,
  tick BIGINT NOT NULL
);

CREATE TABLE counters (
  name TEXT COLLATE "C" PRIMARY KEY,
  count BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
