//! Mail in: MIME (RFC 5322, RFC 2045 to 2049) to a neutral [`Message`], and mail archives to raw messages.
//! Pure: it works on bytes and readers, and knows no socket, no file, no clock and no Item.
//! Start reading at [`read_message`].

mod clean;
mod decode;
mod escape;
mod file_name;
mod flowed;
mod headers;
mod html;
mod markdown;
mod mbox;
mod message;
mod parts;
mod problem;
mod sniff;
mod subject;
mod tags;
mod thread;

#[cfg(test)]
mod tests;

pub use clean::fit;
pub use file_name::clean_file_name;
pub use mbox::{DEFAULT_MAX_MESSAGE, Mbox, RawMessage};
pub use message::{Attachment, Mailbox, Message, read_message};
pub use problem::{Problem, ProblemKind};
pub use sniff::{looks_like_mbox, looks_like_message};
pub use thread::parent_candidates;
