//! Stories of single messages, archives and hostile input; all mail here is made up.

mod archives;
mod broken;
mod hostile;
mod names;
mod reading;
mod text;

use crate::{Message, read_message};

const HEAD: &str = "From: Ana <ana@example.org>\nDate: Mon, 02 Mar 2026 10:00:00 +0100\nMessage-ID: <m1@example.org>\nSubject: Hello\n";

/// Reads a message with the usual header, and `rest` behind it.
fn read(rest: &str) -> Message {
    read_message(format!("{HEAD}{rest}").as_bytes()).unwrap()
}

/// A message in a few lines, for snapshots.
fn told(message: &Message) -> String {
    let mut lines = vec![message.text.clone()];
    lines.extend(message.signature.iter().map(|signature| format!("-- {signature}")));
    for file in &message.attachments {
        let inline = if file.inline { ", inline" } else { "" };
        lines.push(format!("[{} ({}, {} bytes{inline})]", file.name, file.media_type, file.bytes.len()));
    }
    lines.extend(message.warnings.iter().map(|warning| format!("! {warning}")));
    lines.join("\n")
}
