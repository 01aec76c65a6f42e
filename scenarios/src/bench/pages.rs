//! Whether a late page of `/changes` costs what the first one costs, whatever moved meanwhile.

use anyhow::{Context, ensure};
use jmap::Id;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use store::{Command, Origin, Row, SqliteOptions, SqliteStore, Stop, Store, StoreError, Tick, Tx, changes};

use crate::Run;
use crate::table::{Table, Target, median, short};

const TYPE: u8 = 3;
const PAGE: u32 = 500;
/// Records of one commit.
const BULK: u64 = 5_000;

/// How the changes are mixed.
#[derive(Clone, Copy)]
enum Mix {
    /// Only new records.
    New,
    /// Each updated right after its creation.
    Updated,
    /// One half new, the other half new and updated.
    Half,
}

/// Figure c, the second half.
pub(crate) fn run(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let records = if run.quick { 20_000 } else { 100_000 };
    let mixes = [(Mix::New, "new only"), (Mix::Updated, "each updated at once"), (Mix::Half, "half new, half updated")];
    for (i, (mix, name)) in mixes.into_iter().enumerate() {
        let folder = run.folder.join(format!("pages{i}"));
        std::fs::create_dir_all(&folder)?;
        let store = SqliteStore::open(&folder, SqliteOptions::default())?;
        let space = fill(&store, records, mix)?;
        let mut all: Vec<Vec<f64>> = Vec::new();
        for _ in 0..5 {
            all.push(paging(&store, space, records)?);
        }
        let pages = all[0].len();
        let page = |at: usize| median(all.iter().map(|one| one[at] * 1e3).collect());
        // A page is under a millisecond; its neighbours make it steady.
        let first = median((0..5).map(page).collect());
        let last = median((pages - 6..pages - 1).map(page).collect());
        let beside = format!("{} ms against {} ms, {pages} pages of {PAGE}", short(last), short(first));
        let what = format!("/changes, {name}: last page ÷ page 1");
        table.add(&what, last / first, "", Target::AtMost(2.0), beside);
    }
    Ok(())
}

/// How long each page took, in order.
fn paging(store: &SqliteStore, space: Id, records: u64) -> anyhow::Result<Vec<f64>> {
    let (mut took, mut seen, mut cursor, mut head) = (Vec::new(), 0, 0, None);
    loop {
        let (tell, told) = channel();
        store.read(Box::new(move |at| {
            let work = || {
                let at = at?;
                let account = at.head(space)?.ok_or_else(|| StoreError::Broken("no account".into()))?;
                let start = Instant::now();
                let page = changes(at, account.n, TYPE, 0, cursor, head.unwrap_or(account.seq), PAGE);
                Ok::<_, StoreError>((page, account.seq, start.elapsed()))
            };
            // The other end waits.
            let _ = tell.send(work());
        }));
        let (page, now, elapsed): (_, _, Duration) = told.recv()??;
        let page = page?;
        took.push(elapsed.as_secs_f64());
        seen += page.created.len() as u64;
        ensure!(page.updated.is_empty() && page.destroyed.is_empty(), "nobody knew a record before");
        (cursor, head) = (page.next, Some(head.unwrap_or(now)));
        if !page.more {
            break;
        }
    }
    ensure!(seen == records, "{seen} of {records} records were told");
    Ok(took)
}

fn fill(store: &SqliteStore, records: u64, mix: Mix) -> anyhow::Result<Id> {
    let space = id(b's', 0);
    for from in (0..records).step_by(BULK as usize) {
        let update = match mix {
            Mix::New => false,
            Mix::Updated => true,
            Mix::Half => from >= records / 2,
        };
        let (told, answer) = channel();
        store.submit(Box::new(Bulk { space: [space], from, update, told }));
        answer.recv().context("the store ended")??;
    }
    Ok(space)
}

fn id(letter: u8, n: u64) -> Id {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    Id::derived(letter, bytes)
}

struct Bulk {
    space: [Id; 1],
    from: u64,
    update: bool,
    told: Sender<Result<Tick, StoreError>>,
}

impl Command for Bulk {
    fn accounts(&self) -> &[Id] {
        &self.space
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        let n = match tx.head(self.space[0])? {
            Some(head) => head.n,
            None => tx.open_account(self.space[0], 1)?.n,
        };
        for number in self.from..self.from + BULK {
            let created_seq = tx.next_seq(n)?;
            let seq = if self.update { tx.next_seq(n)? } else { created_seq };
            tx.put(Row {
                n,
                ty: TYPE,
                id: id(b'i', number),
                created_seq,
                seq,
                tick: Tick::default(),
                origin: Origin::Said,
                destroyed: None,
                version: 1,
                kind: 1,
                thread: None,
                head: format!("{{\"excerpt\":\"{}\"}}", "word ".repeat(40)),
                body: Some(format!("{{\"text\":\"{}\"}}", "word ".repeat(68))),
            });
        }
        Ok(())
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        // Whoever fills waits for it.
        let _ = self.told.send(how);
    }
}
