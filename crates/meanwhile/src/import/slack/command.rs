//! `meanwhile import slack`: the preview, the question, and how it went, in words.

use anyhow::bail;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use super::plan::{Preview, SpacePreview};
use crate::cli::Slack;
use crate::commands::{carry_out, with_news};
use crate::config::Settings;
use crate::import::Done;
use crate::import::done::{SHOWN, counted, left_out_in_words, rest_in_words};
use crate::orders::Order;
use crate::say::say;

/// Shows what would be made, asks, and imports.
pub(crate) async fn import(settings: &Settings, slack: Slack, as_json: bool) -> anyhow::Result<ExitCode> {
    let path = std::fs::canonicalize(&slack.path)
        .map_err(|error| anyhow::anyhow!("{} can't be read: {error}", slack.path.display()))?;
    if !slack.yes {
        let order = Order::SlackPreview { path: path.clone() };
        let preview = with_news(|tell| async move { carry_out(settings, order, None, &tell).await }).await?;
        if as_json {
            say(preview.to_string());
        } else {
            show(&serde_json::from_value(preview)?);
        }
        if slack.preview {
            return Ok(ExitCode::SUCCESS);
        }
        if !agreed()? {
            say("Nothing was imported.");
            return Ok(ExitCode::FAILURE);
        }
    }
    let order = Order::Slack { path };
    let done = with_news(|tell| async move { carry_out(settings, order, None, &tell).await }).await?;
    if as_json {
        say(done.to_string());
    } else {
        say(serde_json::from_value::<Done>(done)?.in_words());
    }
    Ok(ExitCode::SUCCESS)
}

fn agreed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("nothing was imported yet: give the command again with --yes, or on a terminal, where it asks");
    }
    eprint!("Import this? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn show(preview: &Preview) {
    let new = preview.spaces.iter().filter(|space| !space.there).count();
    say(format!(
        "This would bring in {} in {}, {} of them new.",
        counted(preview.messages, "message", "messages"),
        counted(preview.spaces.len() as u64, "Space", "Spaces"),
        new
    ));
    for SpacePreview { name, sort, members, messages, there, .. } in preview.spaces.iter().take(SHOWN) {
        let there = if *there { ", there already: what is new is added" } else { "" };
        let members = counted(*members, "member", "members");
        say(format!("  {name} ({sort}, {members}, {}{there})", counted(*messages, "message", "messages")));
    }
    rest_in_words(preview.spaces.len() as u64).into_iter().for_each(say);
    say(format!(
        "People: {} here by the address; {} from an import before; {} new, as placeholders until they are invited.",
        counted(preview.known, "is known", "are known"),
        preview.imported_before,
        preview.placeholders
    ));
    say(format!(
        "Files: {}; of {} the export has only the name.",
        counted(preview.files, "file", "files"),
        preview.files_missing
    ));
    left_out_in_words(&preview.left_out).into_iter().chain(preview.problems.in_words()).for_each(say);
    let minutes = preview.seconds.div_ceil(60);
    say(format!(
        "It takes about {}. It can be interrupted, and goes on when it is run again.",
        counted(minutes, "minute", "minutes")
    ));
}
