//! Limits, as data: the capability shows them, and every refusal names the one it met.

/// Bytes of a Markdown text.
pub const MAX_TEXT: usize = 256 * 1024;
/// Bytes of a title.
pub const MAX_TITLE: usize = 300;
/// Bytes of a record's head.
pub const MAX_HEAD: usize = 64 * 1024;
/// Files of an Item.
pub const MAX_BLOBS: usize = 100;
/// Reactions of an Item, over all emoji.
pub const MAX_REACTIONS: usize = 500;
/// Persons whom an Item names or asks.
pub const MAX_OF: usize = 200;
/// Persons of a direct Space.
pub const MAX_DIRECT: usize = 20;
/// Calls of a request.
pub const MAX_CALLS: usize = 256;
/// Objects of a request, over all calls.
pub const MAX_OBJECTS: usize = 1000;
/// Bytes of a request.
pub const MAX_REQUEST: usize = 10 * 1024 * 1024;
/// Bytes of a response; a call with which it would have more is refused.
pub const MAX_RESPONSE: usize = 32 * 1024 * 1024;
/// Bytes of a single upload through JMAP.
pub const MAX_UPLOAD: u64 = 4 * 1024 * 1024 * 1024;
/// Bytes of a file's name.
pub const MAX_NAME: usize = 255;
/// Seconds that an undo may last.
pub const MAX_UNDO_SECONDS: i64 = 366 * 86_400;
/// The largest whole number that every JSON reader has exactly (RFC 8620 1.3).
pub const MAX_SAFE: i64 = (1 << 53) - 1;
/// Seconds that an undo lasts if nobody says.
pub const UNDO_SECONDS: i64 = 30;
/// Days that an invitation works.
pub const INVITATION_DAYS: i64 = 7;
/// Days that a link to a new password works.
pub const RESET_DAYS: i64 = 1;
