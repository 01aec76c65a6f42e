//! What a push says: a line, and one below it.

use engine::Arrivals;

use super::words::{Words, fill};

/// Bytes of a name or title in a line.
const SHORT: usize = 60;

/// A text of people as one line of at most so many bytes.
pub(super) fn short(text: &str, most: usize) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    if line.len() <= most {
        return line;
    }
    format!("{}…", line[..line.floor_char_boundary(most)].trim_end())
}

/// How many arrived, and what they are called: "3 things arrived: …".
pub(super) fn summary(words: &Words, arrivals: &Arrivals) -> String {
    let all = arrivals.things.len() + arrivals.more;
    let count = words.count(all);
    if arrivals.hides_content {
        return count;
    }
    let titles = titles(arrivals);
    if titles.is_empty() { count } else { format!("{count}: {titles}") }
}

/// What the things are called, as many as are told apart at a glance.
fn titles(arrivals: &Arrivals) -> String {
    let mut titles: Vec<String> = Vec::new();
    for thing in &arrivals.things {
        let title = short(&thing.title, SHORT);
        if !title.is_empty() && !titles.contains(&title) {
            titles.push(title);
        }
    }
    let more = titles.len() > 3;
    titles.truncate(3);
    titles.join(", ") + if more { ", …" } else { "" }
}

/// The two lines of a push.
pub(super) fn lines(words: &Words, arrivals: &Arrivals) -> (String, String) {
    let all = arrivals.things.len() + arrivals.more;
    let time = words.time(arrivals.at, &arrivals.zone);
    let window = arrivals.is_window.then(|| fill(words.window, &[("time", &time)]));
    match (&window, arrivals.hides_content, &arrivals.things[..]) {
        (_, false, [one]) if all == 1 => {
            let reminder = if one.is_reminder { format!("{}: ", words.reminder) } else { String::new() };
            let named = !one.space_name.is_empty();
            let place = if named { format!(" ({})", short(&one.space_name, SHORT)) } else { String::new() };
            let body = format!("{}{place}", short(&one.title, 120));
            (format!("{reminder}{}", words.why(one, &arrivals.zone)), body)
        }
        (Some(window), true, _) => (window.clone(), words.count(all)),
        (Some(window), false, _) => (window.clone(), summary(words, arrivals)),
        (None, true, _) => (words.count(all), String::new()),
        (None, false, _) => (words.count(all), titles(arrivals)),
    }
}
