//! What Items have in common that close by themselves at an instant (`closesAt`): the job by which they do, and answers that
//! are sealed until then.

use jmap::{Id, SetError, UtcDate};
use serde_json::Value;

use crate::change::Change;
use crate::record::Record;

/// The name of the job that closes it.
pub fn close_run(item: Id) -> String {
    format!("close/{item}")
}

/// Whether it is closed, or will be, whenever the job comes.
pub(super) fn over(item: &Record, now: UtcDate) -> bool {
    item.has("closed") || item.date("closesAt").is_some_and(|at| at <= now)
}

/// When a question closes that is still open.
pub fn open_until(question: &Record, now: UtcDate) -> Option<UtcDate> {
    question.date("closesAt").filter(|_| !question.has("deleted") && !over(question, now))
}

/// Whether what answers it waits until it closes, and until when.
pub fn sealed_until(question: &Record, now: UtcDate) -> Option<UtcDate> {
    let sealed = question.props.get("sealed") == Some(&Value::Bool(true));
    open_until(question, now).filter(|_| sealed)
}

/// Nobody breaks a seal by accident: what would be seen at once is refused.
pub(super) fn check(change: &Change) -> Result<(), SetError> {
    let sealed = change.related.get("inAnswerTo").filter(|_| change.is_new());
    match sealed.and_then(|question| sealed_until(question, change.now)) {
        Some(at) => Err(SetError::invalid(
            "inAnswerTo",
            format!("answers to this are sealed until {at}; send yours as a Submission, which waits until then"),
        )),
        None => Ok(()),
    }
}
