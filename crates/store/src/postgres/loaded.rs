//! What a batch stands on: the answers that were loaded for it. What is not there misses, and is loaded with all other
//! misses of the batch before the commands run again.

use std::collections::{HashMap, HashSet};

use futures_util::future::{join, join_all};
use jmap::{Id, UtcDate};

use super::errors::Fault;
use super::reads;
use super::rows::{self, num, raw};
use super::session::Link;
use crate::overlay::Base;
use crate::row::{Blob, Head, Job, Key, N, Row, Seq, TypeNumber, Version};
use crate::tx::Miss;

/// A question of a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Ask {
    Head(Id),
    HeadOf(N),
    LastN,
    Get(N, TypeNumber, Id),
    AtSeq(N, TypeNumber, Seq),
    ThreadDown(N, Id, Seq, u32),
    Index(N, String, Vec<u8>, Option<Seq>, u32),
    Key(String, String),
    Keys(String, String, Option<String>, u32),
    Versions(N, TypeNumber, Id),
    Blob(Id),
    ServedBy(N, Id, u32),
    Job(N, String),
    Counter(String),
}

#[derive(Clone, Debug)]
enum Answer {
    Head(Option<Head>),
    LastN(N),
    Row(Option<Row>),
    Rows(Vec<Row>),
    Seqs(Vec<Seq>),
    Key(Option<Key>),
    Keys(Vec<(String, Key)>),
    Versions(Vec<Version>),
    Blob(Option<Blob>),
    Ids(Vec<Id>),
    Job(Option<Job>),
    Counter(Option<(u64, UtcDate)>),
}

/// The answers so far, and what is missing.
#[derive(Default)]
pub(super) struct Loaded {
    answers: HashMap<Ask, Answer>,
    wanted: HashSet<Ask>,
}

impl Loaded {
    /// The accounts that are locked; those of `declared` that are not among them are not there.
    pub(super) fn locked(declared: &[Id], heads: Vec<Head>) -> Loaded {
        let mut loaded = Loaded::default();
        for id in declared {
            loaded.answers.insert(Ask::Head(*id), Answer::Head(None));
        }
        for head in heads {
            loaded.answers.insert(Ask::HeadOf(head.n), Answer::Head(Some(head.clone())));
            loaded.answers.insert(Ask::Head(head.id), Answer::Head(Some(head)));
        }
        loaded
    }

    /// True if something is not loaded that was asked for.
    pub(super) fn lacks(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// One of the questions without answer, for people.
    pub(super) fn lacking(&self) -> String {
        self.wanted.iter().next().map_or_else(String::new, |ask| format!("{ask:?}"))
    }

    /// Loads what is missing: records in one query, the rest in queries sent together.
    pub(super) async fn load(&mut self, c: &Link) -> Result<(), Fault> {
        let mut records = Vec::new();
        let mut rest = Vec::new();
        for ask in std::mem::take(&mut self.wanted) {
            match ask {
                Ask::Get(n, ty, id) => records.push((n, ty, id)),
                other => rest.push(other),
            }
        }
        let answers = join_all(rest.iter().map(|ask| answer(c, ask)));
        let (records, answers) = join(load_records(c, records), answers).await;
        self.answers.extend(records?);
        self.answers.extend(rest.into_iter().zip(Fault::first(answers)?));
        Ok(())
    }

    /// What the database said of a key, if it was asked.
    pub(super) fn known_key(&self, name: &str, key: &str) -> Option<Option<&Key>> {
        match self.answers.get(&Ask::Key(name.to_owned(), key.to_owned())) {
            Some(Answer::Key(known)) => Some(known.as_ref()),
            _ => None,
        }
    }

    /// What the database said of a counter, if it was asked.
    pub(super) fn known_counter(&self, name: &str) -> Option<Option<(u64, UtcDate)>> {
        match self.answers.get(&Ask::Counter(name.to_owned())) {
            Some(Answer::Counter(known)) => Some(*known),
            _ => None,
        }
    }

    fn ask(&mut self, ask: Ask) -> Result<Answer, Miss> {
        if let Some(answer) = self.answers.get(&ask) {
            return Ok(answer.clone());
        }
        self.wanted.insert(ask);
        Err(Miss)
    }
}

async fn load_records(c: &Link, wanted: Vec<(N, TypeNumber, Id)>) -> Result<Vec<(Ask, Answer)>, Fault> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{} JOIN unnest($1::integer[], $2::integer[], $3::bytea[]) AS w (account, type, id)
            ON r.account = w.account AND r.type = w.type AND r.id = w.id",
        reads::columns(true)
    );
    let accounts: Vec<i32> = wanted.iter().map(|(n, ..)| num(*n)).collect();
    let types: Vec<i32> = wanted.iter().map(|(_, ty, _)| i32::from(*ty)).collect();
    let ids: Vec<Vec<u8>> = wanted.iter().map(|(.., id)| raw(*id)).collect();
    let rows = c.all(&sql, &[&accounts, &types, &ids], rows::record).await?;
    let absent = wanted.into_iter().map(|(n, ty, id)| (Ask::Get(n, ty, id), Answer::Row(None)));
    let found = rows.into_iter().map(|row| (Ask::Get(row.n, row.ty, row.id), Answer::Row(Some(row))));
    // Later ones replace earlier ones.
    Ok(absent.chain(found).collect())
}

async fn answer(c: &Link, ask: &Ask) -> Result<Answer, Fault> {
    Ok(match ask {
        Ask::Head(id) => Answer::Head(reads::head(c, *id).await?),
        Ask::HeadOf(n) => Answer::Head(reads::head_of(c, *n).await?),
        Ask::LastN => Answer::LastN(reads::last_n(c).await?),
        Ask::Get(n, ty, id) => Answer::Row(reads::get(c, *n, *ty, &[*id], true).await?.pop()),
        Ask::AtSeq(n, ty, seq) => Answer::Row(reads::at_seqs(c, *n, *ty, &[*seq], true).await?.pop()),
        Ask::ThreadDown(n, thread, below, limit) => {
            Answer::Rows(reads::thread_down(c, *n, *thread, *below, *limit, true).await?)
        }
        Ask::Index(n, name, key, above, limit) => {
            Answer::Seqs(reads::index_at(c, *n, name, key, *above, *limit).await?)
        }
        Ask::Key(name, key) => Answer::Key(reads::key(c, name, key).await?),
        Ask::Keys(name, prefix, after, limit) => {
            Answer::Keys(reads::keys(c, name, prefix, after.as_deref(), *limit).await?)
        }
        Ask::Versions(n, ty, id) => Answer::Versions(reads::versions(c, *n, *ty, *id, true).await?),
        Ask::Blob(blob) => Answer::Blob(reads::blob_to_write(c, *blob).await?),
        Ask::ServedBy(n, blob, limit) => Answer::Ids(reads::served_by(c, *n, *blob, *limit).await?),
        Ask::Job(n, run) => Answer::Job(reads::job(c, *n, run).await?),
        Ask::Counter(name) => Answer::Counter(reads::counter(c, name).await?),
    })
}

/// Asks, and takes the answer out of its sort, which is that of the question.
macro_rules! asked {
    ($me:ident, $ask:expr, $sort:ident) => {
        match $me.ask($ask)? {
            Answer::$sort(answer) => Ok(answer),
            other => unreachable!("a question has answers of one sort, not {other:?}"),
        }
    };
}

impl Base for Loaded {
    fn head(&mut self, account: Id) -> Result<Option<Head>, Miss> {
        asked!(self, Ask::Head(account), Head)
    }
    fn head_of(&mut self, n: N) -> Result<Option<Head>, Miss> {
        asked!(self, Ask::HeadOf(n), Head)
    }
    fn last_n(&mut self) -> Result<N, Miss> {
        asked!(self, Ask::LastN, LastN)
    }
    fn get(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss> {
        asked!(self, Ask::Get(n, ty, id), Row)
    }
    fn at_seq(&mut self, n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss> {
        asked!(self, Ask::AtSeq(n, ty, created_seq), Row)
    }
    fn thread_down(&mut self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss> {
        asked!(self, Ask::ThreadDown(n, thread, below, limit), Rows)
    }
    fn index(&mut self, n: N, name: &str, key: &[u8], above: Option<Seq>, limit: u32) -> Result<Vec<Seq>, Miss> {
        asked!(self, Ask::Index(n, name.to_owned(), key.to_vec(), above, limit), Seqs)
    }
    fn key(&mut self, name: &str, key: &str) -> Result<Option<Key>, Miss> {
        asked!(self, Ask::Key(name.to_owned(), key.to_owned()), Key)
    }
    fn keys(&mut self, name: &str, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<(String, Key)>, Miss> {
        asked!(self, Ask::Keys(name.to_owned(), prefix.to_owned(), after.map(str::to_owned), limit), Keys)
    }
    fn versions(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss> {
        asked!(self, Ask::Versions(n, ty, id), Versions)
    }
    fn blob(&mut self, blob: Id) -> Result<Option<Blob>, Miss> {
        asked!(self, Ask::Blob(blob), Blob)
    }
    fn served_by(&mut self, n: N, blob: Id, limit: u32) -> Result<Vec<Id>, Miss> {
        asked!(self, Ask::ServedBy(n, blob, limit), Ids)
    }
    fn job(&mut self, n: N, run: &str) -> Result<Option<Job>, Miss> {
        asked!(self, Ask::Job(n, run.to_owned()), Job)
    }
    fn counter(&mut self, name: &str) -> Result<Option<(u64, UtcDate)>, Miss> {
        asked!(self, Ask::Counter(name.to_owned()), Counter)
    }
}
