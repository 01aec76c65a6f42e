//! Runs what the command line says: by the server that runs, or in the folder itself.

use anyhow::bail;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::sync::mpsc;

use crate::cli::{Cli, Command, Import, Person, Space, Token};
use crate::config::{DEFAULT_LISTEN, Database, Settings};
use crate::folder::{self, Taken};
use crate::import::Letter;
use crate::orders::{self, News, Order, Tell, Workplace};
use crate::say::say;
use crate::{backup, control, copy, doctor, import, serve};

/// Reads the command line, does what it says, and tells how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // One provider for the whole process; a second one in the graph would make rustls panic at run time.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(command(cli)),
        Err(error) => Err(error.into()),
    };
    done.unwrap_or_else(|error| {
        eprintln!("meanwhile: {error:#}");
        ExitCode::FAILURE
    })
}

async fn command(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = Settings::resolve(&cli.everywhere.said(), cli.everywhere.config.as_deref())?;
    serve::log(&settings)?;
    let as_json = cli.everywhere.json;
    let order = match cli.command {
        Command::Serve => {
            serve::serve(settings, as_json).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Doctor { all } => return doctor::doctor(&settings, all, as_json).await,
        Command::Restore { from } => {
            let (data, database) = (settings.data, settings.database);
            let done = with_news(|tell| async move { backup::restore(&from, &data, database, &tell).await }).await?;
            report(as_json, &done, |done| {
                format!("Restored {} files. What is due is held until you say \"meanwhile release\".", done["files"])
            });
            return Ok(ExitCode::SUCCESS);
        }
        Command::Copy { to, to_database } => {
            let to_database = to_database.as_deref().map(Database::parse).transpose()?;
            let done = with_news(|tell| async move { copy::copy(&settings, &to, to_database, &tell).await }).await?;
            report(as_json, &done, |done| {
                format!(
                    "Copied {} rows of {} accounts and {} files, and compared them. What is due is held there until you \
                     say \"meanwhile release\". Serve one of the two, not both.",
                    done["rows"], done["accounts"], done["files"]
                )
            });
            return Ok(ExitCode::SUCCESS);
        }
        Command::Import(Import::Mbox(mail)) => return import::command::import(&settings, mail, true, as_json).await,
        Command::Import(Import::Maildir(mail)) => {
            return import::command::import(&settings, mail, false, as_json).await;
        }
        Command::Import(Import::Slack(slack)) => {
            return import::slack::command::import(&settings, slack, as_json).await;
        }
        Command::Import(Import::Meanwhile { path }) => {
            Order::Bring { path: std::fs::canonicalize(&path).unwrap_or(path) }
        }
        Command::Export { to, space, person } => Order::Export { to: std::path::absolute(to)?, space, person },
        Command::Backup { to } => Order::Backup { to: std::path::absolute(to)? },
        Command::Release => Order::Release,
        Command::Person(Person::Add { email, name, admin, guest }) => Order::PersonAdd { name, email, admin, guest },
        Command::Person(Person::Reset { person }) => Order::PersonReset { person },
        Command::Person(Person::List) => Order::PersonList,
        Command::Space(Space::Add { name, members, open }) => Order::SpaceAdd { name, members, open },
        Command::Space(Space::List) => Order::SpaceList,
        Command::Token(Token::New { person, name, scopes, days }) => Order::TokenNew { person, name, scopes, days },
    };
    let kind = order.clone();
    let done = with_news(|tell| async move { carry_out(&settings, order, None, &tell).await }).await?;
    report(as_json, &done, |done| in_words(&kind, done));
    Ok(ExitCode::SUCCESS)
}

fn report(as_json: bool, done: &Value, words: impl FnOnce(&Value) -> String) {
    say(if as_json { done.to_string() } else { words(done) });
}

/// Carries an order out where it has to be.
pub(crate) async fn carry_out(
    settings: &Settings,
    order: Order,
    letters: Option<mpsc::Receiver<Letter>>,
    tell: &Tell,
) -> anyhow::Result<Value> {
    if !settings.data.is_dir() {
        bail!(
            "there is no folder {}; name the data folder with --data, or run \"meanwhile serve\" to make one",
            settings.data.display()
        );
    }
    let data = std::fs::canonicalize(&settings.data)?;
    let _lock = match folder::take(&data)? {
        Taken::Others(_) => return control::order(&data, &order, letters, tell).await,
        Taken::Ours(lock) => lock,
    };
    let founds = matches!(order, Order::PersonAdd { .. });
    if !founds && !folder::is_founded(settings, &data) {
        bail!("the folder {} has no workspace yet; run \"meanwhile serve\" to make one", data.display());
    }
    let engine = folder::open(settings, &data).await?;
    // Copies and deadlines that follow from the order are seen to when the server runs.
    let url = settings.url.clone().unwrap_or_else(|| local_url(settings));
    let at = Workplace { engine, url, data };
    orders::run(&at, order, letters, tell).await
}

fn local_url(settings: &Settings) -> String {
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let listen = if settings.listen.ip().is_unspecified() {
        DEFAULT_LISTEN.replace("8600", &settings.listen.port().to_string())
    } else {
        settings.listen.to_string()
    };
    format!("{scheme}://{listen}")
}

/// Does something while its news are shown: as a bar on a terminal, as lines elsewhere.
pub(crate) async fn with_news<F, T>(work: impl FnOnce(Tell) -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>>,
{
    let (tell, mut told) = mpsc::unbounded_channel();
    let show = async {
        let mut bar: Option<ProgressBar> = None;
        let mut last = None;
        while let Some(news) = told.recv().await {
            match news {
                News::Said(text) => match &bar {
                    Some(bar) => bar.println(text),
                    None => eprintln!("{text}"),
                },
                News::Progress { what, done, of } if std::io::stderr().is_terminal() => {
                    let bar = bar.get_or_insert_with(|| ProgressBar::new(of).with_style(style()));
                    bar.set_length(of);
                    bar.set_message(what);
                    bar.set_position(done);
                }
                News::Progress { what, done, of } => {
                    // A line for every tenth part, so that a log stays short.
                    let tenth = (what.clone(), done * 10 / of.max(1));
                    if last.replace(tenth.clone()) != Some(tenth) {
                        eprintln!("{what}: {done} of {of}");
                    }
                }
            }
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    };
    tokio::join!(work(tell), show).0
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}, about {eta} left");
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn in_words(order: &Order, done: &Value) -> String {
    let text = |name: &str| done[name].as_str().unwrap_or("").to_string();
    match order {
        Order::PersonAdd { name, .. } => {
            format!("Added {name}. This link lets {name} in, once, within a week:\n  {}", text("link"))
        }
        Order::PersonReset { .. } => format!("This link takes a new password, once, within a day:\n  {}", text("link")),
        Order::SpaceAdd { name, .. } => format!("Made the Space {name}: {}", text("spaceId")),
        Order::TokenNew { .. } => text("token"),
        Order::PersonList => table(done, &["id", "role", "email", "name"]),
        Order::SpaceList => table(done, &["id", "whoMayJoin", "members", "name"]),
        Order::Backup { to } => {
            format!("Copied the records and {} files to {}.", done["files"], PathBuf::from(to).display())
        }
        Order::Release => "What was held is let go.".to_string(),
        Order::Export { to, .. } => format!(
            "Exported {} Items and {} files of {} Spaces to {}.",
            done["items"],
            done["files"],
            done["spaces"],
            to.display()
        ),
        Order::Bring { .. } => serde_json::from_value::<import::Done>(done.clone())
            .map_or_else(|_| done.to_string(), |done| done.in_words()),
        Order::Import { .. } | Order::SlackPreview { .. } | Order::Slack { .. } | Order::Check { .. } => {
            done.to_string()
        }
    }
}

/// Rows of columns, each as wide as its widest entry.
fn table(done: &Value, columns: &[&str]) -> String {
    let cell = |row: &Value, column: &str| match &row[column] {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_string(),
        other => other.to_string(),
    };
    let rows = done["list"].as_array().map(Vec::as_slice).unwrap_or_default();
    let widths: Vec<usize> =
        columns.iter().map(|c| rows.iter().map(|row| cell(row, c).chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &Value| {
        let cells = columns.iter().zip(&widths).map(|(column, width)| format!("{:width$}", cell(row, column)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
