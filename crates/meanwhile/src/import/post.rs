//! The way of messages to the importer: some hundred at once, and not more bytes than there is room for, however large
//! a message is.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Messages that wait.
const WAITING: usize = 512;
/// What they may have together, in KiB; a larger message waits until it is alone.
const ROOM: u32 = 64 * 1024;

/// A message as it lay somewhere.
pub(crate) struct Letter {
    /// Where, for people.
    pub(crate) place: String,
    pub(crate) raw: Vec<u8>,
    /// Given back with the letter.
    _room: OwnedSemaphorePermit,
}

/// Where messages are handed in.
#[derive(Clone)]
pub(crate) struct Post {
    to: mpsc::Sender<Letter>,
    room: Arc<Semaphore>,
}

/// A way for messages.
pub(crate) fn post() -> (Post, mpsc::Receiver<Letter>) {
    let (to, letters) = mpsc::channel(WAITING);
    (Post { to, room: Arc::new(Semaphore::new(ROOM as usize)) }, letters)
}

impl Post {
    /// Hands a message in, when there is room. False if nobody takes any more.
    pub(crate) async fn send(&self, place: String, raw: Vec<u8>) -> bool {
        let size = u32::try_from(raw.len() / 1024 + 1).unwrap_or(ROOM).min(ROOM);
        let Ok(room) = self.room.clone().acquire_many_owned(size).await else { return false };
        self.to.send(Letter { place, raw, _room: room }).await.is_ok()
    }
}
