//! Reads the messages of an export once more, in order, and hands them on ready, a few at a time.

use jmap::Id;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::entry::{Desk, Directory, Entry, day_title};
use super::export::each;
use super::message::{Message, Read, Ts, read};
use super::plan::{Plan, Shape, where_is};
use crate::import::problems::Problems;
use crate::import::source::Source;

/// Messages that wait to be written.
const WAITING: usize = 256;

/// Begins to read. `spaces`: the places of the channels and their Spaces, in order.
pub(super) fn start(
    plan: Plan,
    mut source: Source,
    directory: Arc<Directory>,
    spaces: Vec<(usize, Id)>,
) -> (mpsc::Receiver<Entry>, JoinHandle<()>) {
    let (to, entries) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        for (at, space) in spaces {
            let channel = plan.export.channels[at].clone();
            let desk = Desk { directory: directory.clone(), channel, space };
            if read_channel(&desk, &plan.shapes[at], &mut source, &to).is_err() {
                return;
            }
        }
    });
    (entries, reading)
}

/// Nobody takes them any more.
struct Gone;

fn read_channel(desk: &Desk, shape: &Shape, source: &mut Source, to: &mpsc::Sender<Entry>) -> Result<(), Gone> {
    // For threads whose beginning the export does not have: the first reply that it has.
    let mut stands_for: HashMap<Ts, Ts> = HashMap::new();
    let names = source.names();
    for day in &desk.channel.days {
        let many = shape.singles.get(day).is_some_and(|count| *count > 1);
        let title = many.then(|| day_title(day));
        let mut first = None;
        let mut gone = false;
        // What can't be read was told when the plan was made.
        let mut told = Problems::default();
        let mut index = 0;
        each(source, day, &mut told, &mut |record| {
            index += 1;
            if gone {
                return Ok(());
            }
            if let Read::Message(message) = read(record)? {
                let (below, title) = place_of(&message, shape, &mut first, &mut stands_for, title.as_deref());
                let place = format!("{day}, record {}", index - 1);
                let entry = desk.entry(*message, place, below, title, |file| where_is(file, &desk.channel, &names));
                gone = entry.is_some_and(|entry| to.blocking_send(entry).is_err());
            }
            Ok(())
        });
        if gone {
            return Err(Gone);
        }
    }
    Ok(())
}

/// What a message hangs below, and the title of the day's thread if it opens that.
fn place_of<'a>(
    message: &Message,
    shape: &Shape,
    first: &mut Option<Ts>,
    stands_for: &mut HashMap<Ts, Ts>,
    title: Option<&'a str>,
) -> (Vec<Ts>, Option<&'a str>) {
    if let Some(root) = message.replies_to {
        if shape.present.binary_search(&root).is_ok() {
            return (vec![root], None);
        }
        let stand_in = *stands_for.entry(root).or_insert(message.ts);
        let below = if stand_in == message.ts { vec![root] } else { vec![root, stand_in] };
        return (below, None);
    }
    if message.has_replies || shape.roots.contains(&message.ts) {
        return (Vec::new(), None);
    }
    match first {
        Some(first) => (vec![*first], None),
        None => {
            *first = Some(message.ts);
            (Vec::new(), title)
        }
    }
}
