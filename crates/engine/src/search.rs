//! `Search/query`: words over all Spaces of the caller. The index proposes; this snapshot decides what is shown, and its
//! words are those on the screen.

mod ask;
mod names;
mod snippet;

use jmap::{Answer, Id, MethodError};
use model::{AccountKind, Caller, Record, Scopes, items, limits, plain};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use store::search::{Asked, Found, Hit, SearchError, Words};
use store::{N, Row, SearchIndex, Seq, Snapshot, StoreError, Tick};

use crate::access::to_read;
use crate::call::store_fault;
use crate::get::{Answering, account_id};
use crate::search::ask::Ask;
use crate::search::snippet::{Snippet, utf16};
use crate::{Shared, records};

/// Changes that a reader may lie behind before an answer says so.
const LATE: u64 = 500;
/// Bytes of texts of files that are looked through for one answer.
const MAX_FILES: usize = 16 * 1024 * 1024;

pub(crate) fn query(shared: &Shared, at: &dyn Snapshot, by: &Caller, args: &Map<String, Value>) -> Answering<Answer> {
    let account = match account_id(args) {
        Ok(account) => account.filter(|_| by.scopes.has(Scopes::READ)),
        Err(refused) => return Ok(Err(refused)),
    };
    let access = match account {
        Some(account) => to_read(shared, at, by, account)?,
        None => None,
    };
    let Some(access) = access else { return Ok(Err(MethodError::account_not_found())) };
    if access.kind != AccountKind::Personal {
        return Ok(Err(MethodError::account_not_supported_by_method()));
    }
    let ask = match Ask::read(shared, args) {
        Ok(ask) => ask,
        Err(refused) => return Ok(Err(refused)),
    };
    let Some(index) = shared.search.get() else {
        return Ok(Err(MethodError::server_unavailable("this server keeps no search index")));
    };
    let search = Search { shared, at, by, index: &**index, ask, spaces: spaces(at, by)? };
    Ok(match search.run()? {
        Ok(answer) => Ok(Answer::Value(answer)),
        Err(SearchError::TooMuch(limit, allowed)) => Err(MethodError::request_too_large(limit, allowed)),
        Err(SearchError::Failed(fault)) => Err(store_fault(&fault)),
    })
}

/// The accounts of the caller's Spaces.
fn spaces(at: &dyn Snapshot, by: &Caller) -> Result<BTreeMap<N, Id>, StoreError> {
    let prefix = format!("{}/", by.person);
    let (mut out, mut after) = (BTreeMap::new(), String::new());
    loop {
        let page = at.keys("member", &prefix, &after, 1000)?;
        out.extend(page.iter().map(|(_, key)| (key.n, key.account)));
        match page.last() {
            Some((last, _)) if page.len() == 1000 => after.clone_from(last),
            _ => return Ok(out),
        }
    }
}

struct Search<'a> {
    shared: &'a Shared,
    at: &'a dyn Snapshot,
    by: &'a Caller,
    index: &'a dyn SearchIndex,
    ask: Ask,
    /// The Spaces whose member the caller is.
    spaces: BTreeMap<N, Id>,
}

type Searching<T> = Result<Result<T, SearchError>, StoreError>;

impl Search<'_> {
    fn run(&self) -> Searching<Value> {
        let words = self.ask.words();
        let has_words = match words.map(|words| self.index.has_words(words)).transpose() {
            Ok(has) => has,
            Err(refused) => return Ok(Err(refused)),
        };
        let ask = &self.ask;
        // Signs alone look for nothing; beside other conditions they say nothing.
        let found = match has_words {
            Some(false) if !ask.has_more => Found::default(),
            has => match self.find(words.filter(|_| has == Some(true))) {
                Ok(found) => found,
                Err(refused) => return Ok(Err(refused)),
            },
        };
        let Found { mut hits, mut total, more } = found;
        if ask.unread {
            hits = self.only_unread(hits)?;
            total = hits.len();
        }
        let page: Vec<Hit> = hits.into_iter().skip(ask.position).take(ask.limit).collect();
        let shown = self.shown(&page)?;
        let named = ask.position == 0 && has_words == Some(true);
        let names = match words.filter(|_| named).map(|words| self.names(words)).transpose()? {
            Some(Err(refused)) => return Ok(Err(refused)),
            Some(Ok(names)) => names,
            None => names::Names::default(),
        };
        let mut answer = json!({
            "accountId": self.by.person,
            "sort": if ask.newest { "newest" } else { "rank" },
            "position": ask.position,
            "limit": ask.limit,
            "total": total,
            "catchingUp": self.catching_up(),
            "hits": shown,
            "spaces": names.spaces,
            "people": names.people,
        });
        if more {
            answer["totalIsCapped"] = json!(true);
        }
        Ok(Ok(answer))
    }

    fn find(&self, words: Option<Words>) -> Result<Found, SearchError> {
        let ask = &self.ask;
        let wanted = |(_, id): &(&N, &Id)| ask.spaces.as_ref().is_none_or(|spaces| spaces.contains(id));
        let accounts: Vec<N> = self.spaces.iter().filter(wanted).map(|(n, _)| *n).collect();
        let most = limits::MAX_SEARCH_HITS;
        self.index.find(&Asked {
            words,
            ty: items::ITEM.number,
            accounts: &accounts,
            from: &ask.from,
            kinds: &ask.kinds,
            flags: ask.flags,
            before: ask.before,
            after: ask.after,
            newest: ask.newest,
            limit: if ask.unread { most } else { ask.position.saturating_add(ask.limit).min(most) },
            count: most,
        })
    }

    /// Those behind the caller's own place in their thread.
    fn only_unread(&self, hits: Vec<Hit>) -> Result<Vec<Hit>, StoreError> {
        let Some(mine) = self.at.head(self.by.person)? else { return Ok(Vec::new()) };
        let rows = self.rows(&hits, false)?;
        let threads: Vec<Id> = rows.values().filter_map(|row| row.thread).collect();
        let cursors = self.at.get(mine.n, model::delivery::CURSOR.number, &threads, true)?;
        let places: HashMap<Id, (u64, u64)> = cursors
            .iter()
            .filter(|row| row.destroyed.is_none())
            .map(|row| {
                let cursor = records::record(&self.shared.registry, row);
                let figure = |name: &str| cursor.int(name).and_then(|n| u64::try_from(n).ok());
                (row.id, (figure("lastSeq").unwrap_or(0), figure("unreadFrom").unwrap_or(u64::MAX)))
            })
            .collect();
        let unread = |hit: &Hit| {
            let row = rows.get(&(hit.n, hit.created_seq))?;
            let (last, from) = row.thread.and_then(|thread| places.get(&thread)).copied().unwrap_or((0, u64::MAX));
            // Nothing imported is ever new.
            Some(row.origin == jmap::Origin::Said && (row.created_seq > last || row.created_seq >= from))
        };
        Ok(hits.into_iter().filter(|hit| unread(hit) == Some(true)).collect())
    }

    /// The records of hits, as far as they are there and the caller may see them now.
    fn rows(&self, hits: &[Hit], bodies: bool) -> Result<HashMap<(N, Seq), Row>, StoreError> {
        let mut of: BTreeMap<N, Vec<Seq>> = BTreeMap::new();
        for hit in hits {
            of.entry(hit.n).or_default().push(hit.created_seq);
        }
        let mut out = HashMap::new();
        for (n, seqs) in of {
            let Some(space) = self.spaces.get(&n) else { continue };
            if to_read(self.shared, self.at, self.by, *space)?.is_none() {
                continue;
            }
            let rows = self.at.at_seqs(n, items::ITEM.number, &seqs, bodies)?;
            out.extend(rows.into_iter().filter(|row| row.destroyed.is_none()).map(|row| ((n, row.created_seq), row)));
        }
        Ok(out)
    }

    fn shown(&self, page: &[Hit]) -> Result<Vec<Value>, StoreError> {
        let rows = self.rows(page, true)?;
        let mut roots: BTreeMap<N, Vec<Id>> = BTreeMap::new();
        for ((n, _), row) in &rows {
            roots.entry(*n).or_default().extend(row.thread.filter(|root| *root != row.id));
        }
        let mut titles: HashMap<(N, Id), String> = HashMap::new();
        for (n, ids) in roots {
            for root in self.at.get(n, items::ITEM.number, &ids, false)? {
                titles.insert((n, root.id), self.title(&records::record(&self.shared.registry, &root)));
            }
        }
        let mut room = MAX_FILES;
        let mut out = Vec::with_capacity(page.len());
        for hit in page {
            let Some(row) = rows.get(&(hit.n, hit.created_seq)) else { continue };
            let record = records::record(&self.shared.registry, row);
            if record.has("deleted") {
                continue;
            }
            let thread_title = row.thread.and_then(|thread| titles.get(&(hit.n, thread)).cloned());
            out.push(self.hit(hit, &record, thread_title, &mut room)?);
        }
        Ok(out)
    }

    fn title(&self, record: &Record) -> String {
        self.shared.registry.kind(record.kind).map(|kind| (kind.summary)(record).title).unwrap_or_default()
    }

    fn hit(
        &self,
        hit: &Hit,
        record: &Record,
        thread_title: Option<String>,
        room: &mut usize,
    ) -> Result<Value, StoreError> {
        let kind = self.shared.registry.kind(record.kind);
        let summary = kind.map(|kind| (kind.summary)(record)).unwrap_or_default();
        let text = plain::plain(&summary.text, usize::MAX);
        let marks = |text: &str| match self.ask.words() {
            Some(words) => self.index.marks(words, hit.loose, text),
            None => Vec::new(),
        };
        let in_text = marks(&text);
        let title_marks = marks(&summary.title);
        let mut file = None;
        if in_text.is_empty() && self.ask.words().is_some() {
            file = self.in_file(record, room, &marks)?;
        }
        let snippet = match &file {
            Some((_, _, snippet)) => snippet.clone(),
            None => Snippet::of(&text, &in_text),
        };
        let mut out = json!({
            "spaceId": self.spaces.get(&hit.n),
            "id": record.id,
            "kind": kind.map_or("", |kind| kind.name),
            "threadId": record.thread,
            "threadTitle": thread_title.unwrap_or_else(|| summary.title.clone()),
            "title": summary.title,
            "titleMarks": utf16(&summary.title, &title_marks),
            "createdBy": record.props.get("createdBy"),
            "createdAt": record.props.get("createdAt"),
            "receivedAt": record.props.get("receivedAt"),
            "origin": record.origin.word(),
            "snippet": snippet.text,
            "marks": snippet.marks,
        });
        if let Some((blob, name, _)) = file {
            out["blobId"] = blob;
            out["blobName"] = name;
        }
        Ok(out)
    }

    /// The file of a record in which the words are: in its text, or in its name.
    fn in_file(
        &self,
        record: &Record,
        room: &mut usize,
        marks: &dyn Fn(&str) -> Vec<std::ops::Range<usize>>,
    ) -> Result<Option<(Value, Value, Snippet)>, StoreError> {
        let mut by_name = None;
        for file in record.list("blobs") {
            let found = |snippet| Some((file["blobId"].clone(), file["name"].clone(), snippet));
            let name = file["name"].as_str().unwrap_or("");
            if by_name.is_none() && !marks(name).is_empty() {
                by_name = found(Snippet::of(name, &marks(name)));
            }
            let id = file["blobId"].as_str().and_then(|id| Id::parse(id).ok());
            let Some(blob) = id.map(|id| self.at.blob(id)).transpose()?.flatten() else { continue };
            let Some(text) = self.index.text_of(&blob.hash) else { continue };
            let Some(left) = room.checked_sub(text.len()) else { break };
            *room = left;
            let in_text = marks(&text);
            if !in_text.is_empty() {
                return Ok(found(Snippet::of(&text, &in_text)));
            }
        }
        Ok(by_name)
    }

    /// How far the index is, in thousandths: how much there is on this server is nobody's business.
    fn catching_up(&self) -> Value {
        let progress = self.shared.progress.borrow();
        let first = progress.readers.get("search").is_none_or(|tick| *tick < Tick(0));
        let (done, of) = progress.behind.get("search").copied().unwrap_or_default();
        if !first && of - done <= LATE {
            return Value::Null;
        }
        json!({ "done": (done * 1000).checked_div(of).unwrap_or(0), "total": 1000 })
    }
}
