//! Uploads that can be resumed, whatever protocol they come by. The open ones of a person are one job in the personal
//! account, under that account's lock: how far each one is, whose it will be, and, as the job's instant, when the first
//! of them is given up. The bytes are in the folder of files; those beyond the offset that is written down here were
//! never acknowledged.

mod finish;
mod resumed;

pub use resumed::Resumed;

use jmap::{Id, MethodError, UtcDate};
use model::{AccountKind, Caller, Scopes, limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Job, Lease, Miss, N, ResumeError, StoreError, Turn, Tx, UploadError};

use crate::access::to_read;
use crate::jobs::Ran;
use crate::work::{Done, read, read_now, write};
use crate::{Engine, Shared, random};

/// The name of the job.
pub(crate) const UPLOADS: &str = "uploads";
/// Finished ones that are remembered, for whoever has not heard the answer.
const REMEMBERED: usize = 32;

/// An upload that can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenUpload {
    /// Where the file will be.
    pub account: Id,
    /// Bytes it will have; `None` as long as the client does not know.
    pub length: Option<u64>,
    /// Bytes that are durable.
    pub offset: u64,
    /// The media type as it was given.
    pub media_type: String,
    /// What the client wants to be told again.
    pub metadata: String,
    /// When it is given up, if nothing more comes.
    pub expires: UtcDate,
    /// The file, once it is whole.
    pub blob_id: Option<Id>,
    /// Who wrote it last.
    #[serde(default)]
    pub(crate) turn: Turn,
}

/// What an upload is to be.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// Where the file will be.
    pub account: Id,
    /// Bytes it will have, if that is known.
    pub length: Option<u64>,
    /// The media type as it was given.
    pub media_type: String,
    /// What the client wants to be told again.
    pub metadata: String,
}

/// Why an upload does not go on.
#[derive(Clone, Debug, PartialEq)]
pub enum OpenUploadError {
    /// There is none of that id that is the caller's.
    NotFound,
    /// The account, or what the caller may do.
    Refused(MethodError),
    /// It goes on somewhere else, and that is how many bytes are durable.
    Elsewhere(u64),
    /// Somebody writes it at this moment.
    Busy,
    /// Its length is known already, or shorter than what is there.
    Length(Option<u64>),
    /// There are `maxOpenUploads` already.
    TooMany,
    /// More than so many bytes.
    TooLarge(u64),
    /// The machine's fault.
    Store(StoreError),
}

impl From<StoreError> for OpenUploadError {
    fn from(fault: StoreError) -> OpenUploadError {
        OpenUploadError::Store(fault)
    }
}

impl From<UploadError> for OpenUploadError {
    fn from(error: UploadError) -> OpenUploadError {
        match error {
            UploadError::TooLarge(most) => OpenUploadError::TooLarge(most),
            UploadError::Store(fault) => OpenUploadError::Store(fault),
        }
    }
}

impl From<ResumeError> for OpenUploadError {
    fn from(error: ResumeError) -> OpenUploadError {
        match error {
            ResumeError::Busy => OpenUploadError::Busy,
            ResumeError::Gone => OpenUploadError::NotFound,
            ResumeError::Store(fault) => OpenUploadError::Store(fault),
        }
    }
}

/// The open uploads of a person.
type All = BTreeMap<Id, OpenUpload>;

/// The name of its file.
fn file_name(person: Id, id: Id) -> String {
    format!("{person}.{id}")
}

fn parse(job: &Job) -> All {
    // What an older version wrote, and cannot be read, is given up with its job.
    serde_json::from_str(&job.payload).unwrap_or_default()
}

/// Changes the open uploads of a person, under the lock of the personal account.
fn change<T>(
    tx: &mut dyn Tx,
    person: Id,
    with: impl FnOnce(&mut All, N) -> Result<T, OpenUploadError>,
) -> Result<Result<T, OpenUploadError>, Miss> {
    let Some(head) = tx.head(person)? else { return Ok(Err(OpenUploadError::NotFound)) };
    let job = tx.job(head.n, UPLOADS)?;
    let before = job.as_ref().map(parse).unwrap_or_default();
    let mut all = before.clone();
    let out = with(&mut all, head.n);
    // One that can't be read has nothing to wait for.
    let idle = all.is_empty() && job.is_some();
    if out.is_ok() && (all != before || idle) {
        match all.values().map(|upload| upload.expires).min() {
            Some(due) => {
                let (n, account, run) = (head.n, head.id, UPLOADS.to_string());
                let payload = serde_json::to_string(&all).expect("ids, numbers and texts are JSON");
                tx.put_job(Job { n, account, run, due, waits_for: None, order: 0, payload });
            }
            None => tx.drop_job(head.n, UPLOADS),
        }
    }
    Ok(out)
}

impl Shared {
    async fn change_uploads<T: Send + 'static>(
        self: &Arc<Shared>,
        person: Id,
        with: impl Fn(&mut All, N) -> Result<T, OpenUploadError> + Send + 'static,
    ) -> Result<T, OpenUploadError> {
        let work = move |tx: &mut dyn Tx| {
            let out = change(tx, person, &with)?;
            Ok(if out.is_ok() { Done::Keep(out) } else { Done::Undo(out) })
        };
        write(&*self.store, vec![person], None, work).await?
    }

    async fn open_upload(&self, person: Id, id: Id) -> Result<OpenUpload, OpenUploadError> {
        let now = self.clock.now();
        let found = read(&*self.store, move |at| {
            let Some(head) = at.head(person)? else { return Ok(None) };
            let job = at.jobs(head.n)?.into_iter().find(|job| job.run == UPLOADS);
            Ok(job.and_then(|job| parse(&job).remove(&id)))
        });
        found.await?.filter(|upload| upload.expires > now).ok_or(OpenUploadError::NotFound)
    }

    fn open_until(&self) -> UtcDate {
        self.clock.now().plus_ms(limits::UPLOAD_DAYS * jmap::DAY_MS)
    }
}

fn may_write(by: &Caller) -> Result<(), OpenUploadError> {
    let may = by.scopes.has(Scopes::WRITE);
    if may { Ok(()) } else { Err(OpenUploadError::Refused(MethodError::account_read_only())) }
}

impl Engine {
    /// Opens an upload to an account that is open to the caller for writing. Its id says nothing to anybody else.
    pub async fn create_upload(&self, by: &Caller, new: NewUpload) -> Result<(Id, OpenUpload), OpenUploadError> {
        may_write(by)?;
        let (shared, caller, account) = (self.shared.clone(), *by, new.account);
        let open = read(&*self.shared.store, move |at| to_read(&shared, at, &caller, account)).await?;
        if open.is_none_or(|access| access.kind == AccountKind::Workspace) {
            return Err(OpenUploadError::Refused(MethodError::account_not_found()));
        }
        if new.length.is_some_and(|length| length > limits::MAX_UPLOAD) {
            return Err(OpenUploadError::TooLarge(limits::MAX_UPLOAD));
        }
        let (id, expires, now) = (self.shared.fresh_id(b'u'), self.shared.open_until(), self.shared.clock.now());
        let media_type = new.media_type.chars().filter(|c| !c.is_control()).take(255).collect();
        let (length, metadata) = (new.length, new.metadata);
        let upload = OpenUpload { account, length, offset: 0, media_type, metadata, expires, blob_id: None, turn: 0 };
        let entry = upload.clone();
        let opened = self.shared.change_uploads(by.person, move |all, _| {
            forget_oldest_finished(all);
            let open = all.values().filter(|upload| upload.blob_id.is_none() && upload.expires > now).count();
            if open >= limits::MAX_OPEN_UPLOADS {
                return Err(OpenUploadError::TooMany);
            }
            all.insert(id, entry.clone());
            Ok(())
        });
        opened.await?;
        if upload.length == Some(0) {
            return Ok((id, self.finish_upload(by, id, upload, None).await?));
        }
        Ok((id, upload))
    }

    /// How an upload of the caller stands. One that is whole and not yet a file becomes one.
    pub async fn open_upload(&self, by: &Caller, id: Id) -> Result<OpenUpload, OpenUploadError> {
        may_write(by)?;
        let upload = self.shared.open_upload(by.person, id).await?;
        if upload.blob_id.is_some() || upload.length != Some(upload.offset) {
            return Ok(upload);
        }
        match self.finish_upload(by, id, upload.clone(), None).await {
            // Somebody else is at it.
            Err(OpenUploadError::Busy) => Ok(upload),
            finished => finished,
        }
    }

    /// Gives an upload of the caller up; a file that it became stays.
    pub async fn drop_upload(&self, by: &Caller, id: Id) -> Result<(), OpenUploadError> {
        may_write(by)?;
        let now = self.shared.clock.now();
        let dropped = self.shared.change_uploads(by.person, move |all, _| {
            all.remove(&id).filter(|upload| upload.expires > now).map(drop).ok_or(OpenUploadError::NotFound)
        });
        dropped.await?;
        // Whoever writes it at this moment finds that it is not there, and takes the file away.
        forget_files(&self.shared, by.person, vec![id]).await
    }

    /// Goes on with an upload of the caller, which must be at `offset`. `length` is said at most once.
    pub async fn resume_upload(
        &self,
        by: &Caller,
        id: Id,
        offset: u64,
        length: Option<u64>,
    ) -> Result<Resumed, OpenUploadError> {
        may_write(by)?;
        let goes_on = move |upload: &OpenUpload| {
            let fits = |length: u64| length >= offset && upload.length.is_none_or(|known| known == length);
            match length {
                _ if upload.blob_id.is_some() || upload.offset != offset => {
                    Err(OpenUploadError::Elsewhere(upload.offset))
                }
                Some(length) if !fits(length) => Err(OpenUploadError::Length(upload.length)),
                Some(length) if length > limits::MAX_UPLOAD => Err(OpenUploadError::TooLarge(limits::MAX_UPLOAD)),
                _ => Ok(()),
            }
        };
        goes_on(&self.shared.open_upload(by.person, id).await?)?;
        let (blobs, name) = (self.shared.blobs.clone(), file_name(by.person, id));
        let held = on_thread(move || Ok(blobs.hold(&name, offset == 0)?)).await?;
        // Until now somebody else may have come further, and what he was told is there must stay.
        let (turn, expires) = (u64::from_be_bytes(random()), self.shared.open_until());
        let taken = self.shared.change_uploads(by.person, move |all, _| {
            let upload = all.get_mut(&id).ok_or(OpenUploadError::NotFound)?;
            goes_on(upload)?;
            let last = std::mem::replace(&mut upload.turn, turn);
            (upload.length, upload.expires) = (length.or(upload.length), expires);
            Ok((last, upload.clone()))
        });
        let (last, upload) = match taken.await {
            Err(OpenUploadError::NotFound) => {
                forget_files(&self.shared, by.person, vec![id]).await?;
                return Err(OpenUploadError::NotFound);
            }
            taken => taken?,
        };
        let most = upload.length.unwrap_or(limits::MAX_UPLOAD);
        let file = Some(on_thread(move || Ok(held.go_on(offset, most, last, turn)?)).await?);
        Ok(Resumed { engine: self.clone(), by: *by, id, upload, begun: offset, file })
    }
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenUploadError> + Send + 'static,
) -> Result<T, OpenUploadError> {
    let panicked = |_| Err(StoreError::Broken("an upload panicked".into()).into());
    tokio::task::spawn_blocking(work).await.unwrap_or_else(panicked)
}

async fn forget_files(shared: &Arc<Shared>, person: Id, ids: Vec<Id>) -> Result<(), OpenUploadError> {
    let blobs = shared.blobs.clone();
    on_thread(move || Ok(ids.into_iter().try_for_each(|id| blobs.forget_upload(&file_name(person, id)))?)).await
}

fn forget_oldest_finished(all: &mut All) {
    let mut finished: Vec<(UtcDate, Id)> =
        all.iter().filter(|(_, upload)| upload.blob_id.is_some()).map(|(id, upload)| (upload.expires, *id)).collect();
    finished.sort_unstable();
    for (_, id) in finished.iter().rev().skip(REMEMBERED - 1) {
        all.remove(id);
    }
}

/// The job: gives up what has come to its end.
pub(crate) async fn give_up(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let (person, now) = (job.account, shared.clock.now());
    let work = move |tx: &mut dyn Tx| {
        let over = change(tx, person, |all, _| {
            let over: Vec<Id> = all.iter().filter(|(_, one)| one.expires <= now).map(|(id, _)| *id).collect();
            all.retain(|_, one| one.expires > now);
            Ok(over)
        })?;
        Ok(Done::Keep(over.unwrap_or_default()))
    };
    let over = write(&*shared.store, vec![person], Some(lease.clone()), work).await?;
    match forget_files(shared, person, over).await {
        Err(OpenUploadError::Store(fault)) => Err(fault),
        _ => Ok(Ran::Done),
    }
}

/// Whether the file of that name belongs to an upload that may go on.
pub(crate) fn waits(shared: &Shared, name: &str) -> Result<bool, StoreError> {
    let ids = name.split_once('.').and_then(|(person, id)| Some((Id::parse(person).ok()?, Id::parse(id).ok()?)));
    let Some((person, id)) = ids else { return Ok(false) };
    read_now(&*shared.store, move |at| {
        let Some(head) = at.head(person)? else { return Ok(false) };
        Ok(at.jobs(head.n)?.iter().any(|job| job.run == UPLOADS && parse(job).contains_key(&id)))
    })
}
