//! `meanwhile import`: reads the files with the rights of whoever called it, and hands the messages on, to the server
//! that runs or to the folder itself.

use anyhow::bail;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::done::{Done, counted};
use super::post;
use super::scan::Plan;
use crate::cli::Mail;
use crate::commands::{carry_out, with_news};
use crate::config::Settings;
use crate::orders::{News, Order};
use crate::say::say;

/// What shells say of a program that was interrupted.
const INTERRUPTED: u8 = 130;

/// Imports, and tells how it went.
pub(crate) async fn import(settings: &Settings, mail: Mail, archives: bool, as_json: bool) -> anyhow::Result<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            heard.store(true, Relaxed);
            eprintln!("Finishing what is under way …");
        }
    });
    let plan = look_through(&mail.paths, archives, stop.clone()).await?;
    let order = Order::Import { space: mail.space, by: mail.by, total: plan.len() as u64 };
    let strange = plan.strange;
    let done = with_news(|tell| async move {
        let (to, letters) = post();
        let said = tell.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut problems = plan.skipped.clone();
            let runtime = tokio::runtime::Handle::current();
            for letter in plan.letters() {
                match letter {
                    _ if stop.load(Relaxed) => return (problems, true),
                    Ok((place, raw)) => {
                        if !runtime.block_on(to.send(place, raw)) {
                            return (problems, false);
                        }
                    }
                    Err(why) => {
                        // Nobody listening is no reason to stop.
                        let _ = said.send(News::Said(format!("{}: {}", why.place, why.why)));
                        problems.add(&why.place, &why.why);
                    }
                }
            }
            (problems, false)
        });
        let done = carry_out(settings, order, Some(letters), &tell).await?;
        let (problems, interrupted) = reading.await?;
        let mut done: Done = serde_json::from_value(done)?;
        done.problems.extend(problems);
        done.interrupted = interrupted;
        Ok(done)
    });
    let done = done.await?;
    if as_json {
        say(serde_json::to_string(&done)?);
    } else {
        say(done.in_words());
        if strange > 0 {
            say(format!("{} no mail.", counted(strange, "file was", "files were")));
        }
    }
    Ok(if done.interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

async fn look_through(paths: &[PathBuf], archives: bool, stop: Arc<AtomicBool>) -> anyhow::Result<Plan> {
    let from = paths.to_vec();
    let plan = tokio::task::spawn_blocking(move || Plan::of(&from, archives, &|| stop.load(Relaxed))).await?;
    let plan =
        plan.map_err(|(path, error)| anyhow::Error::new(error).context(format!("{} can't be read", path.display())))?;
    if plan.len() == 0 {
        match &plan.skipped.list[..] {
            [] => {
                let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
                bail!("{} has no mail in it: neither an mbox archive nor a message", paths.join(", "));
            }
            [one] => bail!("{}: {}", one.place, one.why),
            _ => {}
        }
    }
    Ok(plan)
}
