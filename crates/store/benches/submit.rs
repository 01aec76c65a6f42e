//! Posts at the store's submit, with one and with many writers, beside what the disk alone can do. Prints a table.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use jmap::Id;
use store::{Command, Origin, Row, SqliteOptions, SqliteStore, Stop, Store, StoreError, Tick, Tx};

const SPACES: u64 = 100;
const THREADS: u64 = 50;
const ITEM: u8 = 1;
const THREAD: u8 = 2;
const MEMBER: u8 = 3;

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
        self.told.send(how).unwrap();
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

/// Seconds of CPU that this process has had.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(") ").next().unwrap();
    let fields: Vec<&str> = after_name.split(' ').collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// Synced writes of one 4 KiB page at the end of a file, per second.
fn raw_syncs(folder: &std::path::Path, time: Duration) -> f64 {
    let mut file = File::create(folder.join("raw")).unwrap();
    file.write_all(&vec![0; 64 << 20]).unwrap();
    file.sync_all().unwrap();
    let (start, mut count) = (Instant::now(), 0u64);
    while start.elapsed() < time {
        file.write_all_at(&[count as u8; 4096], count % 16_000 * 4096).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    count as f64 / start.elapsed().as_secs_f64()
}

fn posts(store: &SqliteStore, writers: u64, time: Duration, from: u64) -> (u64, Vec<Duration>) {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..writers)
            .map(|writer| {
                scope.spawn(move || {
                    let mut took = Vec::new();
                    let (told, answer) = channel();
                    for i in 0.. {
                        if start.elapsed() > time {
                            break;
                        }
                        let number = from + writer + i * writers;
                        let mix = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
                        let post = Post {
                            space: [id(b's', 0, mix % SPACES)],
                            thread: id(b'i', mix % SPACES + 1, mix / SPACES % THREADS),
                            item: id(b'i', number, from + 7),
                            text: "meanwhile ".repeat(34),
                            told: told.clone(),
                        };
                        let sent = Instant::now();
                        store.submit(Box::new(post));
                        answer.recv().unwrap().unwrap();
                        took.push(sent.elapsed());
                    }
                    took
                })
            })
            .collect();
        let mut took: Vec<Duration> = all.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        took.sort();
        (took.len() as u64, took)
    })
}

fn main() {
    let seconds = std::env::var("SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(4);
    let time = Duration::from_secs(seconds);
    println!("page  writers   posts/s  of raw fdatasync/s   CPU a post   commits/s   p50     p99");
    for page_size in [4096, 8192] {
        let folder =
            tempfile::tempdir_in(std::env::var("FOLDER").unwrap_or(env!("CARGO_TARGET_TMPDIR").into())).unwrap();
        let options = SqliteOptions { page_size, ..SqliteOptions::default() };
        let store = SqliteStore::open(folder.path(), options).unwrap();
        let mut all = posts(&store, 64, time / 2, 1 << 50).0;
        for (writers, from) in [(1, 1 << 40), (64, 1 << 41), (1, 1 << 42), (64, 1 << 43)] {
            let raw = raw_syncs(folder.path(), time / 4);
            let (cpu_before, commits_before, start) = (cpu(), store.counters().commits, Instant::now());
            let (count, took) = posts(&store, writers, time, from);
            let seconds = start.elapsed().as_secs_f64();
            let (cpu, commits) = (cpu() - cpu_before, store.counters().commits - commits_before);
            let rate = count as f64 / seconds;
            all += count;
            println!(
                "{page_size} {writers:7} {rate:9.0}  {:.2} of {raw:6.0}  {:10.0} us {:9.0}   {:6.2} ms {:6.2} ms",
                rate / raw,
                cpu * 1e6 / count as f64,
                commits as f64 / seconds,
                took[took.len() / 2].as_secs_f64() * 1e3,
                took[took.len() * 99 / 100].as_secs_f64() * 1e3,
            );
        }
        let (faults, bytes) = (store.check().unwrap(), store.counters().bytes / all);
        drop(store);
        let size = std::fs::metadata(folder.path().join("meanwhile.db")).unwrap().len();
        println!("{page_size}: {} bytes of file and {bytes} of JSON written a post, faults {faults:?}", size / all);
    }
}
