//! Finds which message another one may answer.

use crate::message::Message;

/// Message-IDs that may be this message's parent, nearest first: the references from newest to oldest, then what
/// In-Reply-To names besides (RFC 5322 section 3.6.4). None twice, and never the message itself.
pub fn parent_candidates(message: &Message) -> impl Iterator<Item = &str> {
    let own = message.message_id.as_deref();
    let mut seen = std::collections::HashSet::new();
    message
        .references
        .iter()
        .rev()
        .chain(&message.in_reply_to)
        .map(String::as_str)
        .filter(move |&id| Some(id) != own && seen.insert(id))
}
