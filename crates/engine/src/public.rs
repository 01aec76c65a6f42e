//! Public Spaces as a stranger reads them: what stands there now, under the names of its authors. It knows no caller.
//! What was deleted, emptied, or is on its way elsewhere is not there at all.

mod threads;

use jmap::{Id, UtcDate};
use model::{Record, TypeDef, items, person, space};
use serde_json::Value;
use std::collections::HashMap;
use std::fs::File;
use store::{N, Row, Seq, Snapshot, StoreError};

use crate::desk::ITEM;
use crate::work::read;
use crate::{Engine, Shared, records};

/// Posts on a page.
pub(crate) const PUBLIC_POSTS: usize = 50;
/// Threads on a page, and posts in a feed.
pub(crate) const PUBLIC_THREADS: usize = 30;
/// Records that are read at a time.
const STEP: u32 = 500;
/// Records that are looked through for a feed.
const AMONG: usize = 2000;

/// A Space that everyone may read.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicSpace {
    /// What it is called.
    pub name: String,
    /// What it is for, in Markdown.
    pub purpose: String,
    /// Search engines may list it.
    pub indexed: bool,
}

/// A thread in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicThread {
    /// Its root.
    pub id: Id,
    /// A line that names it.
    pub title: String,
    /// The first words, where these are not the title.
    pub excerpt: String,
    /// Who began it.
    pub by: String,
    /// Its newest activity.
    pub at: UtcDate,
    /// What hangs below the root.
    pub replies: i64,
}

/// Something said.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicPost {
    /// The Item.
    pub id: Id,
    /// The thread it is in.
    pub thread: Id,
    /// A line that names it; mostly empty.
    pub title: String,
    /// In Markdown.
    pub text: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: UtcDate,
    /// When it was last edited.
    pub edited: Option<UtcDate>,
    /// Its files.
    pub files: Vec<PublicFile>,
}

/// A file of an Item.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicFile {
    /// The upload.
    pub blob: Id,
    /// As its Item calls it.
    pub name: String,
    /// As its Item says.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Of a picture: its width and height, so that its place is kept.
    pub sides: Option<(i64, i64)>,
}

/// Where a page of the list ends: threads with older activity follow, and of that instant all but the first ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Older {
    /// The activity of the last one.
    pub at: UtcDate,
    /// How many of that very activity were there already.
    pub skip: usize,
}

/// A page of the list of threads.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicList {
    /// Where they are.
    pub space: PublicSpace,
    /// Newest activity first.
    pub threads: Vec<PublicThread>,
    /// Where the next page begins.
    pub older: Option<Older>,
}

/// A page of a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicPosts {
    /// Where it is.
    pub space: PublicSpace,
    /// The thread.
    pub thread: Id,
    /// A line that names it.
    pub title: String,
    /// In the order of their coming.
    pub posts: Vec<PublicPost>,
    /// Which page this is, from 1 on.
    pub page: usize,
    /// How many there are.
    pub pages: usize,
}

impl Engine {
    /// The threads of a public Space; `None` where there is none, or none that is public.
    pub async fn public_threads(&self, id: Id, before: Option<Older>) -> Result<Option<PublicList>, StoreError> {
        self.in_public(id, move |reading, space| {
            let (threads, older) = reading.threads(before)?;
            Ok(Some(PublicList { space, threads, older }))
        })
        .await
    }

    /// A page of the thread that an Item of a public Space is in; that on which the Item stands, if none is asked for.
    pub async fn public_posts(&self, id: Id, item: Id, page: Option<usize>) -> Result<Option<PublicPosts>, StoreError> {
        self.in_public(id, move |reading, space| reading.posts(space, item, page)).await
    }

    /// What was said last in a public Space, newest first.
    pub async fn public_news(&self, id: Id) -> Result<Option<(PublicSpace, Vec<PublicPost>)>, StoreError> {
        self.in_public(id, move |reading, space| Ok(Some((space, reading.news()?)))).await
    }

    /// A file that a living Item of a public Space holds, with its size.
    pub async fn public_file(&self, id: Id, item: Id, blob: Id) -> Result<Option<(File, u64, PublicFile)>, StoreError> {
        let found = self.in_public(id, move |reading, _| reading.file(item, blob)).await?;
        let Some((hash, told)) = found else { return Ok(None) };
        let blobs = self.blobs().clone();
        let opened = tokio::task::spawn_blocking(move || blobs.open_blob(&hash)).await;
        let (file, size) = opened.unwrap_or_else(|_| Err(StoreError::Broken("a download panicked".into())))?;
        Ok(Some((file, size, told)))
    }

    async fn in_public<T: Send + 'static>(
        &self,
        id: Id,
        work: impl FnOnce(&Reading, PublicSpace) -> Result<Option<T>, StoreError> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let shared = self.shared.clone();
        read(&*self.shared.store, move |at| match Reading::open(&shared, at, id)? {
            Some((reading, space)) => work(&reading, space),
            None => Ok(None),
        })
        .await
    }
}

/// A public Space on one snapshot.
struct Reading<'a> {
    shared: &'a Shared,
    at: &'a dyn Snapshot,
    n: N,
}

impl<'a> Reading<'a> {
    fn open(
        shared: &'a Shared,
        at: &'a dyn Snapshot,
        id: Id,
    ) -> Result<Option<(Reading<'a>, PublicSpace)>, StoreError> {
        if id.letter() != space::SPACE.letter {
            return Ok(None);
        }
        let Some(head) = at.head(id)? else { return Ok(None) };
        let reading = Reading { shared, at, n: head.n };
        let workspace = Reading { n: shared.workspace_n, ..reading }.living(&person::WORKSPACE, shared.workspace)?;
        let (Some(space), Some(workspace)) = (reading.living(&space::SPACE, id)?, workspace) else { return Ok(None) };
        if !space::is_public(&space, &workspace) {
            return Ok(None);
        }
        let text = |name: &str| space.str(name).to_owned();
        let indexed = space.props.get("indexed").and_then(Value::as_bool).unwrap_or(false);
        Ok(Some((reading, PublicSpace { name: text("name"), purpose: text("purpose"), indexed })))
    }

    fn record(&self, row: &Row) -> Record {
        records::record(&self.shared.registry, row)
    }

    fn records(&self, ty: &TypeDef, ids: &[Id], bodies: bool) -> Result<Vec<Record>, StoreError> {
        let rows = self.at.get(self.n, ty.number, ids, bodies)?;
        Ok(rows.iter().filter(|row| row.destroyed.is_none()).map(|row| self.record(row)).collect())
    }

    fn living(&self, ty: &TypeDef, id: Id) -> Result<Option<Record>, StoreError> {
        Ok(self.records(ty, &[id], true)?.pop())
    }

    /// True while a thread is on its way to another Space, or something from elsewhere is on its way into it.
    fn leaves(&self, root: Id) -> Result<bool, StoreError> {
        Ok(self.living(&items::THREAD, root)?.is_some_and(|thread| thread.has("movedAt")))
    }

    /// An Item that stands there for everyone, emptied ones too: these have a place, and nothing in it.
    fn item(&self, id: Id) -> Result<Option<Record>, StoreError> {
        let item = self.living(ITEM, id)?;
        match item {
            Some(item) if !self.leaves(item.thread.unwrap_or(id))? => Ok(Some(item)),
            _ => Ok(None),
        }
    }

    /// What is said in a thread, in the order of its coming, without texts.
    fn said(&self, root: Id) -> Result<Vec<Record>, StoreError> {
        let (mut below, mut ids) = (Seq::MAX, Vec::new());
        loop {
            let rows = self.at.thread_down(self.n, root, below, STEP)?;
            let Some(last) = rows.last() else { break };
            below = last.created_seq;
            ids.extend(rows.iter().filter(|row| row.ty == ITEM.number && row.destroyed.is_none()).map(|row| row.id));
        }
        ids.reverse();
        let mut said = Vec::with_capacity(ids.len());
        for some in ids.chunks(STEP as usize) {
            said.extend(self.records(ITEM, some, false)?.into_iter().filter(|item| !item.has("deleted")));
        }
        Ok(said)
    }

    fn posts(&self, space: PublicSpace, item: Id, page: Option<usize>) -> Result<Option<PublicPosts>, StoreError> {
        let Some(asked) = self.item(item)? else { return Ok(None) };
        let thread = asked.thread.unwrap_or(item);
        let is_root = thread == item;
        if !is_root && asked.has("deleted") {
            return Ok(None);
        }
        let said = self.said(thread)?;
        let Some(first) = said.first() else { return Ok(None) };
        let title = self.title(first);
        let pages = said.len().div_ceil(PUBLIC_POSTS);
        let here = said.iter().position(|post| post.id == item).unwrap_or(0) / PUBLIC_POSTS + 1;
        let page = page.unwrap_or(here);
        let Some(some) = said.chunks(PUBLIC_POSTS).nth(page.wrapping_sub(1)) else { return Ok(None) };
        let ids: Vec<Id> = some.iter().map(|post| post.id).collect();
        let posts = self.shown(self.records(ITEM, &ids, true)?)?;
        Ok(Some(PublicPosts { space, thread, title, posts, page, pages }))
    }

    fn news(&self) -> Result<Vec<PublicPost>, StoreError> {
        let (mut found, mut after, mut looked) = (Vec::new(), None, 0);
        let mut leaving: HashMap<Id, bool> = HashMap::new();
        while found.len() < PUBLIC_THREADS && looked < AMONG {
            let range = store::Range { after, down: true, limit: 100 };
            let rows = self.at.range(self.n, ITEM.number, range, true)?;
            let Some(last) = rows.last() else { break };
            (after, looked) = (Some(last.created_seq), looked + rows.len());
            for item in rows.iter().map(|row| self.record(row)).filter(|item| !item.has("deleted")) {
                let root = item.thread.unwrap_or(item.id);
                let leaves = match leaving.get(&root) {
                    Some(leaves) => *leaves,
                    None => self.leaves(root)?,
                };
                leaving.insert(root, leaves);
                if !leaves && found.len() < PUBLIC_THREADS {
                    found.push(item);
                }
            }
        }
        self.shown(found)
    }

    fn file(&self, item: Id, blob: Id) -> Result<Option<([u8; 32], PublicFile)>, StoreError> {
        let Some(item) = self.item(item)?.filter(|item| !item.has("deleted")) else { return Ok(None) };
        let Some(told) = files(&item).into_iter().find(|file| file.blob == blob) else { return Ok(None) };
        let found = self.at.blob(blob)?;
        let open = self.at.blob_served(self.n, blob)?;
        Ok(found.filter(|_| open).map(|found| (found.hash, told)))
    }

    fn title(&self, item: &Record) -> String {
        let title = match self.shared.registry.kind(item.kind) {
            Some(kind) => (kind.summary)(item).title,
            None => item.str("title").to_owned(),
        };
        if title.trim().is_empty() { item.str("excerpt").to_owned() } else { title }
    }

    /// What authors are called here.
    fn names(&self, of: &[Record]) -> Result<HashMap<Id, String>, StoreError> {
        let mut ids: Vec<Id> = of.iter().filter_map(|item| item.id("createdBy")).collect();
        ids.sort_unstable();
        ids.dedup();
        let members = self.records(&space::MEMBER, &ids, false)?;
        Ok(members.iter().map(|member| (member.id, member.str("name").to_owned())).collect())
    }

    fn shown(&self, posts: Vec<Record>) -> Result<Vec<PublicPost>, StoreError> {
        let names = self.names(&posts)?;
        let one = |item: &Record| PublicPost {
            id: item.id,
            thread: item.thread.unwrap_or(item.id),
            title: item.str("title").to_owned(),
            text: item.str("text").to_owned(),
            by: name_of(&names, item),
            at: item.date("createdAt").unwrap_or(UtcDate::from_ms(0)),
            edited: item.date("editedAt"),
            files: files(item),
        };
        Ok(posts.iter().map(one).collect())
    }
}

fn name_of(names: &HashMap<Id, String>, item: &Record) -> String {
    item.id("createdBy").and_then(|id| names.get(&id)).cloned().unwrap_or_default()
}

fn files(item: &Record) -> Vec<PublicFile> {
    let one = |blob: &Value| {
        let text = |name: &str| blob[name].as_str().unwrap_or("").to_owned();
        let id = Id::parse(blob["blobId"].as_str()?).ok()?;
        let size = blob["size"].as_i64().unwrap_or(0);
        let sides = blob["width"].as_i64().zip(blob["height"].as_i64());
        Some(PublicFile { sides, blob: id, name: text("name"), media_type: text("type"), size })
    };
    item.list("blobs").iter().filter_map(one).collect()
}
