//! `meanwhile import`: reads the files with the rights of whoever called it, and hands the messages on, to the server
//! that runs or to the folder itself.

use anyhow::{Context, bail};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use tokio::sync::mpsc;

use super::scan::Plan;
use super::{Skipped, Summary};
use crate::cli::Mail;
use crate::commands::{carry_out, with_news};
use crate::config::Settings;
use crate::orders::{News, Order};
use crate::say::say;

/// Skipped messages that are shown one by one; `--json` has them all.
const SHOWN: usize = 20;
/// What shells say of a program that was interrupted.
const INTERRUPTED: u8 = 130;

/// Imports, and tells how it went.
pub(crate) async fn import(settings: &Settings, mail: Mail, as_json: bool) -> anyhow::Result<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            heard.store(true, Relaxed);
            eprintln!("Finishing what is under way …");
        }
    });
    let plan = look_through(&mail.path, stop.clone()).await?;
    let order = Order::Import { space: mail.space, by: mail.by, total: plan.len() as u64 };
    let strange = plan.strange;
    let done = with_news(|tell| async move {
        let (to, letters) = mpsc::channel(4);
        let said = tell.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut skipped = plan.skipped.clone();
            for letter in plan.letters() {
                match letter {
                    _ if stop.load(Relaxed) => return (skipped, true),
                    Ok(letter) => {
                        if to.blocking_send(letter).is_err() {
                            return (skipped, false);
                        }
                    }
                    Err(why) => {
                        // Nobody listening is no reason to stop.
                        let _ = said.send(News::Said(format!("{}: {}", why.place, why.why)));
                        skipped.push(why);
                    }
                }
            }
            (skipped, false)
        });
        let summary = carry_out(settings, order, Some(letters), &tell).await?;
        let (skipped, interrupted) = reading.await?;
        let mut summary: Summary = serde_json::from_value(summary)?;
        summary.skipped.extend(skipped);
        summary.interrupted = interrupted;
        Ok(summary)
    });
    let summary = done.await?;
    if as_json {
        say(serde_json::to_string(&summary)?);
    } else {
        tell_in_words(&summary, strange);
    }
    Ok(if summary.interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

async fn look_through(path: &Path, stop: Arc<AtomicBool>) -> anyhow::Result<Plan> {
    let from = path.to_path_buf();
    let plan = tokio::task::spawn_blocking(move || Plan::of(&from, &|| stop.load(Relaxed))).await?;
    let plan = plan.with_context(|| format!("{} can't be read", path.display()))?;
    if plan.len() == 0 && plan.skipped.is_empty() {
        bail!("{} has no mail in it: neither an mbox archive nor a message", path.display());
    }
    Ok(plan)
}

fn tell_in_words(summary: &Summary, strange: u64) {
    let count = |number: u64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    say(format!(
        "Imported {} and {} with {}; {} new to the workspace. {} there already.",
        count(summary.threads, "thread", "threads"),
        count(summary.posts, "post", "posts"),
        count(summary.files, "file", "files"),
        count(summary.people, "author is", "authors are"),
        count(summary.already, "message was", "messages were"),
    ));
    if strange > 0 {
        say(format!("{} no mail.", count(strange, "file was", "files were")));
    }
    if !summary.skipped.is_empty() {
        say(format!("{} skipped:", count(summary.skipped.len() as u64, "message was", "messages were")));
    }
    for Skipped { place, why } in summary.skipped.iter().take(SHOWN) {
        say(format!("  {place}: {why}"));
    }
    if summary.skipped.len() > SHOWN {
        say(format!("  and {} more; --json lists them all", summary.skipped.len() - SHOWN));
    }
    if summary.interrupted {
        say("It was interrupted; run the same command again to go on.");
    }
}
