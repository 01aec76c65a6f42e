//! `meanwhile serve`: opens the folder, starts everything, says what to do next, and stops in an orderly way.

use anyhow::{Context, bail};
use serde_json::json;
use std::net::SocketAddr;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::config::{Settings, TlsMode};
use crate::folder::{self, Taken};
use crate::orders::Workplace;
use crate::reach::ReachOptions;
use crate::say::say;
use crate::server::{KEYS, Server, ServerOptions};
use crate::{Patience, Previews, control};

/// Runs until it is told to stop.
pub(crate) async fn serve(settings: Settings, as_json: bool) -> anyhow::Result<()> {
    // Before anything is opened, so that a signal during the start stops it too.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    raise_open_files();
    folder::make(&settings.data)?;
    let data = std::fs::canonicalize(&settings.data)?;
    let _lock = match folder::take(&data)? {
        Taken::Ours(lock) => lock,
        Taken::Others(process) => {
            let who = process.map(|process| format!(" (process {process})")).unwrap_or_default();
            bail!(
                "another \"meanwhile\"{who} works in {}; stop it first, or take another folder with --data",
                data.display()
            );
        }
    };
    let engine = folder::open(&settings, &data).await?;
    let previews = Previews::in_folder(&data);
    if let Some(courier) = crate::reach::courier(&ReachOptions::of(&settings))? {
        engine.reach_with(courier);
    }
    let running = crate::readers::start(&engine, &data, &previews).await?;
    let server = Server::start(ServerOptions {
        engine: engine.clone(),
        app: App::built_in(),
        listen: settings.listen,
        url: settings.url.clone(),
        tls: settings.tls.clone(),
        keys: data.join(KEYS),
        previews,
        outbound: settings.outbound.clone(),
        trust_proxy: settings.trust_proxy.clone(),
        metrics_from: settings.metrics_from.clone(),
        patience: Patience::default(),
        settings: Some(Settings { data: data.clone(), ..settings.clone() }),
    })
    .await?;
    let (stop, commands) = (CancellationToken::new(), TaskTracker::new());
    let at = Workplace { engine: engine.clone(), url: server.url().to_string(), data: data.clone() };
    control::listen(at, stop.clone(), &commands)?;
    let first = engine.first_link().await?.map(|secret| crate::link(server.url(), &secret));
    if as_json {
        let said = json!({
            "url": server.url(),
            "listen": server.addr(),
            "data": data,
            "firstLink": first,
            "process": std::process::id(),
        });
        say(said.to_string());
    } else {
        greet(&settings, &server, &data.display().to_string(), first.as_deref());
    }
    tracing::info!(listen = %server.addr(), url = server.url(), "started");
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hang_up.recv() => match server.reload_tls() {
                Ok(()) => tracing::info!("read the certificate anew"),
                Err(error) => tracing::error!("the old certificate stays in use: {error:#}"),
            },
        }
    }
    if settings.drain > 0 {
        tracing::info!(seconds = settings.drain, "leaving: /readyz says so; another signal ends it at once");
        server.leave();
        let end = engine.clock().now().plus_ms(i64::from(settings.drain) * 1000);
        tokio::select! {
            () = engine.clock().sleep_until(end) => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    tracing::info!("stopping");
    stop.cancel();
    commands.close();
    server.stop().await;
    commands.wait().await;
    running.stop().await;
    tracing::info!("stopped");
    Ok(())
}

fn greet(settings: &Settings, server: &Server, data: &str, first: Option<&str>) {
    say(format!("Meanwhile {} runs.", env!("CARGO_PKG_VERSION")));
    say(format!("  Address   {}", server.url()));
    say(format!("  Data      {data}"));
    if settings.database.is_some() {
        say("  Records   in a PostgreSQL database");
    }
    if let Some(link) = first {
        say("\nNobody is admin yet. Open this link in a browser and choose a password; it works once:");
        say(format!("  {link}"));
    }
    if let Some(fingerprint) = server.fingerprint() {
        say("\nThis server has an authority of its own. On every device, open this page once and do what it says:");
        say(format!("  {}/trust", server.url()));
        say(format!("It shows the same fingerprint: SHA-256 {fingerprint}"));
    }
    if let Some(TlsMode::Auto(acme)) = &settings.tls {
        say(format!(
            "\nThe certificate for {} comes from {}, whose terms you accept by --tls auto.",
            acme.host, acme.directory
        ));
        say("The authority has to reach this server at port 443 of that host. Until it has, https is refused.");
    }
    let open = |listen: SocketAddr| !listen.ip().is_loopback();
    if open(server.addr()) && settings.url.is_none() {
        say("\nOther machines can reach this server. Tell it by which address, so that links are right: --url");
    }
    if open(server.addr()) && !server.url().starts_with("https://") {
        say("It speaks plain http: others on the network can read along, and browsers give no microphone, camera, \
             offline pages or push. --tls or a proxy adds https.");
    }
    say("\nStop it with Ctrl-C. Problems? \"meanwhile doctor\" looks for them.");
}

/// Every client needs an open file; systems give few unless one asks.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the number of open files stays as it is");
    }
}

/// Sets up the log, on the standard error.
pub(crate) fn log(settings: &Settings) -> anyhow::Result<()> {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(&settings.log_level).with_context(|| {
        format!(
            "{:?} is no log level; write error, warn, info, debug, or a filter such as info,engine=debug",
            settings.log_level
        )
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    match settings.log {
        crate::LogFormat::Text => log.init(),
        crate::LogFormat::Json => log.json().init(),
    }
    Ok(())
}
