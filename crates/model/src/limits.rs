//! Limits, as data: the capability shows them, and every refusal names the one it met.

/// Bytes of a Markdown text.
pub const MAX_TEXT: usize = 256 * 1024;
/// Bytes of a title.
pub const MAX_TITLE: usize = 300;
/// Bytes of a saved search.
pub const MAX_QUERY: usize = 2000;
/// Bytes of a record's head.
pub const MAX_HEAD: usize = 64 * 1024;
/// Files of an Item.
pub const MAX_BLOBS: usize = 100;
/// Reactions of an Item, over all emoji.
pub const MAX_REACTIONS: usize = 500;
/// Persons whom an Item names or asks.
pub const MAX_OF: usize = 200;
/// Items of one move.
pub const MAX_MOVED: usize = 5000;
/// Items of a thread of which a part is moved.
pub const MAX_MOVED_FROM: usize = 20_000;
/// Persons of a Group.
pub const MAX_GROUP: usize = 1000;
/// Bytes of the handle of a Group.
pub const MAX_HANDLE: usize = 32;
/// Persons of a direct Space.
pub const MAX_DIRECT: usize = 20;
/// Templates of a Space.
pub const MAX_TEMPLATES: usize = 20;
/// Schedules of a Space.
pub const MAX_SCHEDULES: usize = 50;
/// Bytes of the text of a template.
pub const MAX_TEMPLATE: usize = 16 * 1024;
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
/// Uploads of a person at the same time.
pub const MAX_CONCURRENT_UPLOAD: u32 = 8;
/// Uploads of a person that are begun and not yet whole.
pub const MAX_OPEN_UPLOADS: usize = 16;
/// Days that such an upload waits for its next bytes.
pub const UPLOAD_DAYS: i64 = 7;
/// Bytes of what a client says about an upload.
pub const MAX_UPLOAD_METADATA: usize = 2048;
/// Bytes of a file's name.
pub const MAX_NAME: usize = 255;
/// Seconds that an undo may last.
pub const MAX_UNDO_SECONDS: i64 = 366 * 86_400;
/// The largest whole number that every JSON reader has exactly (RFC 8620 1.3).
pub const MAX_SAFE: i64 = (1 << 53) - 1;
/// Seconds that an undo lasts if nobody says.
pub const UNDO_SECONDS: i64 = 30;
/// Bytes of the picture of a person.
pub const MAX_PICTURE: usize = 2 * 1024 * 1024;
/// Bytes of what a person says about working together.
pub const MAX_WORKING_WITH: usize = 4096;
/// Persons that one link to a Space lets in.
pub const MAX_COMERS: u64 = 1000;
/// Days that a link to a Space works, at most.
pub const SPACE_LINK_DAYS: i64 = 366;
/// Days that an invitation works.
pub const INVITATION_DAYS: i64 = 7;
/// Days that a link to a new password works.
pub const RESET_DAYS: i64 = 1;
/// Bytes of the text of a search.
pub const MAX_SEARCH_TEXT: usize = 1024;
/// Words and phrases of a search.
pub const MAX_SEARCH_WORDS: usize = 32;
/// Persons, Spaces or kinds that one condition of a search names.
pub const MAX_SEARCH_IDS: usize = 1000;
/// Hits of one answer to a search.
pub const MAX_SEARCH_LIMIT: usize = 100;
/// Hits of a search that are counted, and can be paged to.
pub const MAX_SEARCH_HITS: usize = 1000;
