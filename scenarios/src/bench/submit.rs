//! Posts at the store's submit: commands as small as they can be, by many threads.

use jmap::Id;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use store::{Command, Origin, Row, SqliteOptions, SqliteStore, Stop, Store, StoreError, Tick, Tx};

use crate::machine::cpu;

const THREADS: u64 = 50;
/// Posts are records of this type.
pub(crate) const ITEM: u8 = 1;
const THREAD: u8 = 2;
const MEMBER: u8 = 3;

/// Posts per second, and microseconds of CPU for each.
pub(crate) struct Rate {
    pub(crate) posts: f64,
    pub(crate) cpu: f64,
}

/// A store that takes posts.
pub(crate) struct Posting {
    store: Arc<dyn Store>,
    spaces: u64,
    written: u64,
    from: u64,
}

impl Posting {
    /// Opens a store in that folder, with a hundred Spaces.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Posting> {
        Ok(Posting::new(Arc::new(SqliteStore::open(folder, SqliteOptions::default())?), 100))
    }

    /// In an empty store, with so many Spaces.
    pub(crate) fn new(store: Arc<dyn Store>, spaces: u64) -> Posting {
        Posting { store, spaces, written: 0, from: 1 << 40 }
    }

    /// How many were written so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// So many threads post for so long, each waiting for its post to be durable.
    pub(crate) fn run(&mut self, writers: u64, time: Duration, text: &str) -> anyhow::Result<Rate> {
        self.from += 1 << 40;
        let (before, start) = (cpu(std::process::id())?, Instant::now());
        let (store, spaces, from) = (&*self.store, self.spaces, self.from);
        let count: u64 = std::thread::scope(|scope| {
            let all: Vec<_> = (0..writers)
                .map(|writer| scope.spawn(move || post(store, spaces, from + writer, writers, time, text)))
                .collect();
            all.into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a writer panicked"))?)
                .sum::<Result<u64, _>>()
        })?;
        let (took, cpu) = (start.elapsed().as_secs_f64(), cpu(std::process::id())? - before);
        self.written += count;
        Ok(Rate { posts: count as f64 / took, cpu: cpu * 1e6 / count as f64 })
    }

    /// Ends, and counts what is in the file.
    pub(crate) fn close(self, folder: &Path) -> anyhow::Result<()> {
        drop(self.store);
        let conn = rusqlite::Connection::open(folder.join("meanwhile.db"))?;
        let there: i64 = conn.query_row("SELECT count(*) FROM records WHERE type = ?", [ITEM], |row| row.get(0))?;
        anyhow::ensure!(there.cast_unsigned() == self.written, "{there} of {} posts are there", self.written);
        Ok(())
    }
}

fn post(store: &dyn Store, spaces: u64, from: u64, step: u64, time: Duration, text: &str) -> anyhow::Result<u64> {
    let (start, mut count) = (Instant::now(), 0);
    let (told, answer) = channel();
    while start.elapsed() < time {
        let number = from + count * step;
        let mix = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        store.submit(Box::new(Post {
            space: [id(b's', 0, mix % spaces)],
            thread: id(b'i', mix % spaces + 1, mix / spaces % THREADS),
            item: id(b'i', number, 7),
            text: text.to_string(),
            told: told.clone(),
        }));
        answer.recv()??;
        count += 1;
    }
    Ok(count)
}

fn id(letter: u8, a: u64, b: u64) -> Id {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&a.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    bytes[8..].copy_from_slice(&b.wrapping_mul(0xD1B5_4A32_D192_ED03).to_be_bytes());
    Id::derived(letter, bytes)
}

/// A post: its author's membership and its thread are read, the post and its index row written, the thread updated.
struct Post {
    space: [Id; 1],
    thread: Id,
    item: Id,
    text: String,
    told: Sender<Result<Tick, StoreError>>,
}

impl Command for Post {
    fn accounts(&self) -> &[Id] {
        &self.space
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        let head = match tx.head(self.space[0])? {
            Some(head) => head,
            None => tx.open_account(self.space[0], 1)?,
        };
        let n = head.n;
        if tx.get(n, MEMBER, id(b'p', 1, 1))?.is_none() {
            let seq = tx.next_seq(n)?;
            tx.put(row(n, MEMBER, id(b'p', 1, 1), seq, "{\"role\":\"member\"}".into()));
        }
        if tx.get(n, ITEM, self.item)?.is_some() {
            return Err(Stop::Refused);
        }
        let thread = tx.get(n, THREAD, self.thread)?;
        let seq = tx.next_seq(n)?;
        let head =
            format!("{{\"kind\":\"post\",\"createdBy\":\"{}\",\"excerpt\":\"{}\"}}", self.thread, &self.text[..80]);
        let body = Some(format!("{{\"text\":\"{}\"}}", self.text));
        tx.put(Row { thread: Some(self.thread), body, ..row(n, ITEM, self.item, seq, head) });
        tx.put_index(n, "by", &1u64.to_be_bytes(), seq);
        let seq = tx.next_seq(n)?;
        let head = format!("{{\"lastSeq\":{seq},\"posts\":{seq}}}");
        tx.put(match thread {
            Some(old) => Row { seq, head, ..old },
            None => row(n, THREAD, self.thread, seq, head),
        });
        Ok(())
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        // The writer waits for it.
        let _ = self.told.send(how);
    }
}

fn row(n: u32, ty: u8, id: Id, seq: u64, head: String) -> Row {
    Row {
        n,
        ty,
        id,
        created_seq: seq,
        seq,
        tick: Tick::default(),
        origin: Origin::Said,
        destroyed: None,
        version: 1,
        kind: 1,
        thread: None,
        head,
        body: None,
    }
}
