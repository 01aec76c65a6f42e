//! What an overlay lies over.

use jmap::{Id, UtcDate};

use crate::row::{Blob, Head, Job, Key, N, Row, Seq, TypeNumber, Version};
use crate::tx::Miss;

/// What was there before the batch. As in [`Tx`], a `Miss` means "not loaded yet".
pub(crate) trait Base {
    fn head(&mut self, account: Id) -> Result<Option<Head>, Miss>;
    fn head_of(&mut self, n: N) -> Result<Option<Head>, Miss>;
    /// The highest account number given so far; 0 if none.
    fn last_n(&mut self) -> Result<N, Miss>;
    fn get(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss>;
    fn at_seq(&mut self, n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss>;
    fn thread_down(&mut self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss>;
    /// Rising, with `created_seq > above`.
    fn index(&mut self, n: N, name: &str, key: &[u8], above: Option<Seq>, limit: u32) -> Result<Vec<Seq>, Miss>;
    fn key(&mut self, name: &str, key: &str) -> Result<Option<Key>, Miss>;
    fn keys(&mut self, name: &str, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<(String, Key)>, Miss>;
    fn versions(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss>;
    fn blob(&mut self, blob: Id) -> Result<Option<Blob>, Miss>;
    /// Records that hold the blob and let it be served, in any order.
    fn served_by(&mut self, n: N, blob: Id, limit: u32) -> Result<Vec<Id>, Miss>;
    fn job(&mut self, n: N, run: &str) -> Result<Option<Job>, Miss>;
    fn counter(&mut self, name: &str) -> Result<Option<(u64, UtcDate)>, Miss>;
}
