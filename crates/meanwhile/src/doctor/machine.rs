//! What a server stands on: the machine, its settings, its folder.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{Finding, How, finding};
use crate::config::{Settings, TlsMode};
use crate::folder::{self, BLOBS_KEY, Taken};
use crate::server::KEYS;
use crate::tls;

/// Below so many bytes of free space it is time.
const LITTLE: u64 = 1024 * 1024 * 1024;
/// Below so many nothing works for long.
const NONE: u64 = 64 * 1024 * 1024;
/// No release was made before; a clock that says so is wrong.
const NOT_BEFORE: &str = "2026-01-01T00:00:00Z";

/// Looks at all of it. `serving`: the server itself asks.
pub(super) fn findings(settings: &Settings, serving: bool) -> Vec<Finding> {
    let mut findings = vec![clock(), url(settings)];
    findings.extend(certificate(settings));
    let data = &settings.data;
    if !data.is_dir() {
        let says =
            format!("{} is not there; name it with --data, or run \"meanwhile serve\" to make it", data.display());
        findings.push(finding("folder", How::Bad, says));
        return findings;
    }
    findings.extend([owner(data), space(data)]);
    if !serving {
        findings.push(lock(data));
    }
    findings.push(key(settings, data));
    if folder::is_founded(settings, data) {
        findings.push(index(data));
    } else {
        let says = "there is no workspace in the folder yet; \"meanwhile serve\" makes one";
        findings.push(finding("database", How::Doubtful, says));
    }
    findings
}

fn clock() -> Finding {
    let now = engine::Clock::now(&engine::SystemClock);
    let earliest = jmap::UtcDate::parse(NOT_BEFORE).unwrap_or_default();
    if now < earliest {
        return finding("clock", How::Bad, format!("the machine says it is {now}; set its clock, and let NTP keep it"));
    }
    finding("clock", How::Good, format!("{now}"))
}

fn url(settings: &Settings) -> Finding {
    let outside = !settings.listen.ip().is_loopback();
    match &settings.url {
        Some(url) => finding("url", How::Good, url.clone()),
        None if outside || !settings.trust_proxy.is_empty() => finding(
            "url",
            How::Doubtful,
            "others reach this server; say by which address with --url, so that links are right",
        ),
        None => finding("url", How::Good, format!("http://{}, from this machine alone", settings.listen)),
    }
}

fn certificate(settings: &Settings) -> Option<Finding> {
    let files = match settings.tls.as_ref()? {
        TlsMode::Files(files) => files.clone(),
        TlsMode::Auto(acme) => tls::ordered(&settings.data.join(KEYS), acme),
        TlsMode::Local => return Some(authority(settings)),
    };
    let ordered = matches!(settings.tls, Some(TlsMode::Auto(_)));
    let told = tls::read(&files).and_then(|certificate| tls::validity(&certificate));
    Some(match told {
        Ok((_, to)) => until(&files.cert, to, ordered),
        Err(_) if ordered && !files.cert.exists() => {
            let says = "none was issued yet; look into the server's log: it says what the authority answered";
            finding("certificate", How::Bad, says)
        }
        Err(error) => finding("certificate", How::Bad, format!("{error:#}")),
    })
}

fn until(cert: &Path, to: jmap::UtcDate, ordered: bool) -> Finding {
    let days = (to.ms() - engine::Clock::now(&engine::SystemClock).ms()).div_euclid(24 * 60 * 60 * 1000);
    let what = if ordered {
        "the server's log says why it was not ordered anew"
    } else {
        "renew it, and send the server SIGHUP"
    };
    let says = format!("{} is good until {to}", cert.display());
    match days {
        ..0 => finding("certificate", How::Bad, format!("{} ended on {to}; {what}", cert.display())),
        0..14 => finding("certificate", How::Doubtful, format!("{says}; {what}")),
        _ => finding("certificate", How::Good, says),
    }
}

fn authority(settings: &Settings) -> Finding {
    match tls::fingerprint(&settings.data.join(KEYS)) {
        Ok(Some(fingerprint)) => {
            finding("certificate", How::Good, format!("of the server's own authority, SHA-256 {fingerprint}"))
        }
        Ok(None) => finding("certificate", How::Good, "the authority is made when the server starts"),
        Err(error) => finding("certificate", How::Bad, format!("{error:#}")),
    }
}

fn owner(data: &Path) -> Finding {
    let mode = std::fs::metadata(data).map(|folder| folder.permissions().mode() & 0o777);
    let probe = data.join("doctor.part");
    let writes = std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe));
    match (mode, writes) {
        (_, Err(error)) => {
            let says = format!("{} can't be written: {error}; give it to the user who runs the server", data.display());
            finding("folder", How::Bad, says)
        }
        (Ok(mode), Ok(())) if mode & 0o077 != 0 => {
            let says = format!("others on this machine may look into {}", data.display());
            finding("folder", How::Doubtful, says).mended_by(format!("chmod 700 {}", data.display()))
        }
        _ => finding("folder", How::Good, data.display().to_string()),
    }
}

fn space(data: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(data) else {
        return finding("disk", How::Doubtful, "the free space can't be told");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let says = format!("{} MiB are free", free / 1024 / 1024);
    if free < NONE {
        finding("disk", How::Bad, format!("{says}; free some space: nothing can be written for long"))
    } else if free < LITTLE {
        finding("disk", How::Doubtful, format!("{says}; free some space soon"))
    } else {
        finding("disk", How::Good, says)
    }
}

fn lock(data: &Path) -> Finding {
    match folder::take(data) {
        Ok(Taken::Ours(_)) => finding("server", How::Good, "none runs in this folder"),
        Ok(Taken::Others(process)) => {
            let process = process.map(|process| format!("process {process}")).unwrap_or_else(|| "a process".into());
            finding("server", How::Good, format!("{process} works in this folder"))
        }
        Err(error) => finding("server", How::Bad, format!("{error:#}")),
    }
}

fn key(settings: &Settings, data: &Path) -> Finding {
    let path = data.join(BLOBS_KEY);
    // Whether a database is new, only the database knows.
    let may_be_new = settings.database.is_some() || !folder::is_founded(settings, data);
    if may_be_new && !path.exists() {
        return finding("key", How::Good, "is made with the workspace");
    }
    match folder::blobs_key(&path, false) {
        Ok(_) => finding("key", How::Good, "is there"),
        Err(error) => finding("key", How::Bad, format!("{error:#}")),
    }
}

/// The index for search, as it lies there.
fn index(data: &Path) -> Finding {
    if data.join(search::FOLDER).is_dir() {
        finding("search", How::Good, "the index is there")
    } else {
        finding("search", How::Good, "there is no index yet; a server makes one from the records")
    }
}
