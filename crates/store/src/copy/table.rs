//! The tables, which are the same in every engine, as data; a test compares them with the schemas.

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// An integer of at most 32 bits.
    Small,
    /// An integer.
    Big,
    Bytes,
    Text,
}

/// A table: its columns, those of its primary key first.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// So many columns are the key.
    pub(crate) key: usize,
    pub(crate) columns: &'static [(&'static str, Shape)],
}

impl Table {
    /// The place of a column.
    pub(crate) fn at(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| *name == column)
    }

    /// All columns, or those of the key, for a statement.
    pub(crate) fn listed(&self, key_alone: bool) -> String {
        let columns = &self.columns[..if key_alone { self.key } else { self.columns.len() }];
        columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }

    /// Reads all of it in the order of its key.
    pub(crate) fn select(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY {}", self.listed(false), self.name, self.listed(true))
    }

    /// Reads the greatest key.
    pub(crate) fn greatest(&self) -> String {
        let key = self.listed(true);
        format!("SELECT {key} FROM {} ORDER BY {} DESC LIMIT 1", self.name, key.replace(", ", " DESC, "))
    }
}

/// A value in a column. They compare as they do in an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
}

impl Value {
    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        8 + match self {
            Value::Null | Value::Int(_) => 0,
            Value::Bytes(bytes) => bytes.len(),
            Value::Text(text) => text.len(),
        }
    }

    /// No two sequences of values give the same bytes.
    pub(crate) fn hash_into(&self, hash: &mut blake3::Hasher) {
        let (tag, bytes): (u8, &[u8]) = match self {
            Value::Null => (0, &[]),
            Value::Int(number) => {
                hash.update(&[1]).update(&number.to_le_bytes());
                return;
            }
            Value::Bytes(bytes) => (2, bytes),
            Value::Text(text) => (3, text.as_bytes()),
        };
        hash.update(&[tag]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
}

use Shape::{Big, Bytes, Small, Text};

/// All of them but `meta`, which each engine has in its own way.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "accounts",
        key: 1,
        columns: &[("n", Small), ("id", Bytes), ("lineage", Big), ("seq", Big), ("floor", Big), ("tick", Big)],
    },
    Table {
        name: "records",
        key: 3,
        columns: &[
            ("account", Small),
            ("type", Small),
            ("created_seq", Big),
            ("id", Bytes),
            ("seq", Big),
            ("tick", Big),
            ("kind", Small),
            ("origin", Small),
            ("version", Big),
            ("destroyed", Big),
            ("thread", Bytes),
            ("head", Text),
            ("body", Text),
        ],
    },
    Table {
        name: "versions",
        key: 4,
        columns: &[
            ("account", Small),
            ("type", Small),
            ("id", Bytes),
            ("version", Big),
            ("at", Big),
            ("by", Bytes),
            ("expires", Big),
            ("body", Text),
        ],
    },
    Table {
        name: "index_rows",
        key: 4,
        columns: &[("account", Small), ("name", Text), ("key", Bytes), ("created_seq", Big)],
    },
    Table {
        name: "keys",
        key: 2,
        columns: &[("name", Text), ("key", Text), ("account", Small), ("id", Bytes), ("expires", Big)],
    },
    Table {
        name: "blob_refs",
        key: 3,
        columns: &[("account", Small), ("blob", Bytes), ("id", Bytes), ("expires", Big)],
    },
    Table {
        name: "outward",
        key: 1,
        columns: &[("number", Big), ("account", Small), ("what", Text), ("value", Text), ("held", Small)],
    },
    Table {
        name: "jobs",
        key: 2,
        columns: &[
            ("account", Small),
            ("run", Text),
            ("due", Big),
            ("waits_for", Bytes),
            ("place", Big),
            ("payload", Text),
            ("held", Small),
        ],
    },
    Table { name: "leases", key: 1, columns: &[("name", Text), ("holder", Text), ("fence", Big), ("until", Big)] },
    Table { name: "cursors", key: 1, columns: &[("name", Text), ("tick", Big)] },
    Table { name: "counters", key: 1, columns: &[("name", Text), ("count", Big), ("expires", Big)] },
    // Last: what its rows name is copied next.
    Table {
        name: "blobs",
        key: 1,
        columns: &[
            ("id", Bytes),
            ("account", Small),
            ("hash", Bytes),
            ("size", Big),
            ("media_type", Text),
            ("by", Bytes),
            ("expires", Big),
        ],
    },
];
