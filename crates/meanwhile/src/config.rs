//! Settings: each is a flag, a `MEANWHILE_*` variable, or a line in one TOML file, in this order of precedence.
//! A key in the file that is not a setting is an error, since a misspelt one would be silently without effect.

use anyhow::{Context, anyhow, bail};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

mod reach;

pub use reach::{RelayOptions, Secrecy};

use crate::net::Net;
use crate::outbound::OutboundOptions;

/// Where the program listens unless it is told.
pub(crate) const DEFAULT_LISTEN: &str = "127.0.0.1:8600";

/// The name of the file in the data folder.
pub(crate) const FILE: &str = "meanwhile.toml";

/// Every setting by the name it has in the file.
pub(crate) const KNOWN: [&str; 17] = [
    "data",
    "database",
    "listen",
    "url",
    "tls",
    "acme_directory",
    "acme_contact",
    "outbound_allow",
    "outbound_ca",
    "mail_relay",
    "mail_from",
    "push",
    "trust_proxy",
    "metrics_from",
    "drain",
    "log",
    "log_level",
];

/// Seconds: whoever stops a server kills it at last.
const MAX_DRAIN: u32 = 3600;

/// The authority that is asked for certificates unless another one is named.
const ACME_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// The settings of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// Where the records are, if not in the data folder.
    pub database: Option<Database>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How browsers reach the server, without a slash at the end; `None`: as each request says.
    pub url: Option<String>,
    /// Where the certificate comes from; `None`: plain http.
    pub tls: Option<TlsMode>,
    /// Where requests of the server's own may go.
    pub outbound: OutboundOptions,
    /// Who takes mail; `None`: none is sent.
    pub relay: Option<RelayOptions>,
    /// Push services may be asked to show arrivals on devices.
    pub push: bool,
    /// The proxies whose word on the client's address is taken.
    pub trust_proxy: Vec<Net>,
    /// Who besides this machine may read `/metrics` without a token.
    pub metrics_from: Vec<Net>,
    /// Seconds that the server goes on while `/readyz` says that it leaves, before it stops.
    pub drain: u32,
    /// The shape of log lines.
    pub log: LogFormat,
    /// A level, or a filter such as `info,store=debug`.
    pub log_level: String,
}

/// The address of a PostgreSQL database. It may hold a password, so it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Database(String);

impl Database {
    /// Reads an address; its password is not repeated in an error.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Database> {
        read_database(text)
    }

    /// How its records are reached.
    pub(crate) fn options(&self) -> store::PostgresOptions {
        store::PostgresOptions::new(&*self.0)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a PostgreSQL database")
    }
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// It lies in files.
    Files(TlsFiles),
    /// It is ordered from an authority on the network, by ACME (RFC 8555).
    Auto(Acme),
    /// It is issued by an authority of this server's own, which devices have to trust.
    Local,
}

/// Who is asked for certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acme {
    /// The address of the authority's directory.
    pub directory: String,
    /// The host that the certificate is for.
    pub host: String,
    /// An address at which the authority may warn the operator.
    pub contact: Option<String>,
}

/// Certificate and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// The shape of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// What one source says, by setting.
pub(crate) type Said = BTreeMap<&'static str, String>;

impl Settings {
    /// Settings from what was said on the command line or in the environment, and in a file. `file` is the one that
    /// was asked for by name.
    pub(crate) fn resolve(said: &Said, file: Option<&Path>) -> anyhow::Result<Settings> {
        let data = said.get("data").map(PathBuf::from);
        let beside = data.clone().unwrap_or_else(|| PathBuf::from("data")).join(FILE);
        let from_file = match file {
            Some(path) => Some(path),
            None => Some(beside.as_path()).filter(|path| path.is_file()),
        };
        let lines = match from_file {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("the settings in {} can't be read", path.display()))?;
                read_file(&text, &path.display().to_string())?
            }
            None => BTreeMap::new(),
        };
        let find = |name: &'static str| -> (Option<&str>, String) {
            match (said.get(name), lines.get(name)) {
                (Some(value), _) => {
                    let flag = name.replace('_', "-");
                    (Some(value), format!("--{flag} or MEANWHILE_{}", name.to_uppercase()))
                }
                (None, Some(line)) => (Some(&line.value), line.place.clone()),
                (None, None) => (None, String::new()),
            }
        };
        build(find)
    }
}

fn build<'a>(find: impl Fn(&'static str) -> (Option<&'a str>, String)) -> anyhow::Result<Settings> {
    let (listen, place) = find("listen");
    let listen = listen.unwrap_or(DEFAULT_LISTEN);
    let listen = listen.parse().map_err(|_| {
        anyhow!("{place}: {listen:?} is not an address to listen on; write one with a port, such as {DEFAULT_LISTEN} or 0.0.0.0:8600")
    })?;
    let (database, place) = find("database");
    let database = database.map(|address| read_database(address).with_context(|| place)).transpose()?;
    let (url, place) = find("url");
    let url = url.map(|url| read_url(url).with_context(|| place)).transpose()?;
    let (tls, place) = find("tls");
    let acme = Said::from_iter(
        ["acme_directory", "acme_contact"].into_iter().filter_map(|name| Some((name, find(name).0?.to_string()))),
    );
    let tls = tls.map(|tls| read_tls(tls, url.as_deref(), &acme).with_context(|| place)).transpose()?;
    if tls.is_some() && url.as_deref().is_some_and(|url| url.starts_with("http://")) {
        bail!("tls is given, but url begins with http://; write https:// there");
    }
    let (relay, place) = find("mail_relay");
    let from = (find("mail_from").0, find("outbound_ca").0);
    let relay = relay.map(|relay| reach::read_relay(relay, from.0, from.1).with_context(|| place)).transpose()?;
    let (push, place) = find("push");
    let push = push.map_or(Ok(false), |push| reach::read_switch("push", push)).with_context(|| place)?;
    if url.is_none() && (relay.is_some() || push) {
        bail!("mail and push lead people back here: say by which address with --url https://work.example.org");
    }
    let nets = |name: &'static str| -> anyhow::Result<Vec<Net>> {
        let (list, place) = find(name);
        let list = list.unwrap_or("").split(',').map(str::trim).filter(|net| !net.is_empty());
        list.map(str::parse).collect::<Result<_, _>>().with_context(|| place)
    };
    let (drain, place) = find("drain");
    let drain = drain.unwrap_or("0").parse().ok().filter(|seconds| *seconds <= MAX_DRAIN);
    let drain = drain.with_context(|| format!("{place}: drain is a number of seconds, at most {MAX_DRAIN}"))?;
    let (log, place) = find("log");
    let log = match log.unwrap_or("text") {
        "text" => LogFormat::Text,
        "json" => LogFormat::Json,
        other => bail!("{place}: log is \"text\" or \"json\", not {other:?}"),
    };
    Ok(Settings {
        data: PathBuf::from(find("data").0.unwrap_or("data")),
        database,
        listen,
        url,
        tls,
        outbound: OutboundOptions { allow: nets("outbound_allow")?, ca: find("outbound_ca").0.map(PathBuf::from) },
        relay,
        push,
        trust_proxy: nets("trust_proxy")?,
        metrics_from: nets("metrics_from")?,
        drain,
        log,
        log_level: find("log_level").0.unwrap_or("info").to_string(),
    })
}

/// The address that browsers use: scheme, host and port, nothing behind them.
pub(crate) fn read_url(text: &str) -> anyhow::Result<String> {
    let what = "the url is what people type into their browser, such as https://work.example.org";
    let url: http::Uri = text.parse().map_err(|_| anyhow!("{text:?} is not a url; {what}"))?;
    let scheme = url.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
    let (Some(scheme), Some(authority)) = (scheme, url.authority()) else { bail!("{text:?} is not a url; {what}") };
    if !["", "/"].contains(&url.path()) || url.query().is_some() || text.contains('#') {
        bail!("{text:?} has something behind the host; the server needs a host of its own; {what}");
    }
    if authority.as_str().contains('@') {
        bail!("{text:?} has a user name in it; {what}");
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_lowercase()))
}

fn read_database(text: &str) -> anyhow::Result<Database> {
    // The text is not repeated: it may hold a password.
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        bail!("database is the address of a PostgreSQL database, such as postgres://user:password@host/name");
    }
    Ok(Database(text.to_string()))
}

fn read_tls(text: &str, url: Option<&str>, acme: &Said) -> anyhow::Result<TlsMode> {
    match text.split(',').map(str::trim).collect::<Vec<_>>()[..] {
        ["local"] => Ok(TlsMode::Local),
        ["auto"] => Ok(TlsMode::Auto(read_acme(url, acme)?)),
        [cert, key] if !cert.is_empty() && !key.is_empty() => {
            Ok(TlsMode::Files(TlsFiles { cert: cert.into(), key: key.into() }))
        }
        _ => bail!(
            "{text:?} is neither \"auto\" nor \"local\" nor two files; write cert.pem,key.pem: the certificate, a comma, its key"
        ),
    }
}

fn read_acme(url: Option<&str>, acme: &Said) -> anyhow::Result<Acme> {
    let what = "a certificate is ordered for the host that people use; name it with --url https://work.example.org";
    let host = url.and_then(host_of).context(what)?;
    if host.parse::<std::net::IpAddr>().is_ok() || !host.contains('.') {
        bail!("{host:?} is no name that an authority can look up; {what}, or use --tls local");
    }
    let directory = acme.get("acme_directory").map_or(ACME_DIRECTORY, String::as_str);
    if !directory.starts_with("https://") {
        bail!("acme_directory is the https address of an authority's directory, such as {ACME_DIRECTORY}");
    }
    let contact = acme.get("acme_contact").map(|contact| contact.trim_start_matches("mailto:").to_string());
    if contact.as_deref().is_some_and(|contact| !contact.contains('@')) {
        bail!("acme_contact is an e-mail address");
    }
    Ok(Acme { directory: directory.to_string(), host, contact })
}

/// The host of a url of [`read_url`], without port and brackets.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let url: http::Uri = url.parse().ok()?;
    Some(url.host()?.trim_start_matches('[').trim_end_matches(']').to_string())
}

#[derive(Debug)]
struct Line {
    value: String,
    place: String,
}

/// The lines of a settings file; `name` is for error texts.
fn read_file(text: &str, name: &str) -> anyhow::Result<BTreeMap<String, Line>> {
    let table = DeTable::parse(text).map_err(|error| anyhow!("{name} is not TOML: {error}"))?;
    let mut lines = BTreeMap::new();
    for (key, value) in table.get_ref() {
        let number = text[..key.span().start].matches('\n').count() + 1;
        let place = format!("{name}, line {number}");
        let key: &str = key.get_ref();
        if !KNOWN.contains(&key) {
            let near = KNOWN.iter().find(|known| known.replace('_', "") == key.replace(['_', '-'], "").to_lowercase());
            let meant = near.map(|near| format!(" (did you mean {near:?}?)")).unwrap_or_default();
            bail!("{place}: {key:?} is not a setting{meant}; there are {}", KNOWN.join(", "));
        }
        let value =
            plain_value(value.get_ref()).ok_or_else(|| anyhow!("{place}: {key:?} takes a text, or a list of texts"))?;
        lines.insert(key.to_string(), Line { value, place });
    }
    Ok(lines)
}

fn plain_value(value: &DeValue) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(|item| item.get_ref().as_str()).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> anyhow::Result<Settings> {
        let lines = read_file(text, "meanwhile.toml")?;
        build(|name| {
            lines.get(name).map_or((None, String::new()), |line| (Some(line.value.as_str()), line.place.clone()))
        })
    }

    fn complaint(text: &str) -> String {
        format!("{:#}", file(text).unwrap_err())
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_known_ones() {
        let said = complaint("listen = \"0.0.0.0:80\"\n\n# proxies\ntrust-proxy = \"10.0.0.1\"\n");
        assert!(said.contains("meanwhile.toml, line 4: \"trust-proxy\" is not a setting"), "{said}");
        assert!(said.contains("did you mean \"trust_proxy\"?") && said.contains("metrics_from"), "{said}");
        assert!(complaint("[serve]\nlisten = \"x\"").contains("line 1: \"serve\" is not a setting"));
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        assert!(complaint("\nlisten = \"80\"").starts_with("meanwhile.toml, line 2"));
        assert!(complaint("listen = 80").contains("takes a text"));
        assert!(complaint("log = \"xml\"").contains("\"text\" or \"json\""));
        assert!(complaint("trust_proxy = [\"10.0.0.0/99\"]").contains("10.0.0.0/99"));
        assert!(complaint("tls = \"auto\"").contains("--url"));
        for host in ["localhost", "10.0.0.7", "[::1]:8600"] {
            let said = complaint(&format!("tls = \"auto\"\nurl = \"https://{host}\""));
            assert!(said.contains("--tls local"), "{said}");
        }
        let with = |line: &str| complaint(&format!("tls = \"auto\"\nurl = \"https://a.example\"\n{line}"));
        assert!(with("acme_directory = \"http://a.example\"").contains("https address"));
        assert!(with("acme_contact = \"ana\"").contains("e-mail"));
        assert!(with("outbound_allow = \"here\"").contains("neither an address"));
        assert!(complaint("tls = \"cert.pem\"").contains("two files"));
        assert!(complaint("listen = ").contains("is not TOML"));
        let said = complaint("database = \"mysql://ada:hunter2@host/work\"");
        assert!(said.contains("postgres://") && !said.contains("hunter2"), "{said}");
        assert!(complaint("url = \"http://a.example\"\ntls = \"c,k\"").contains("write https://"));
    }

    #[test]
    fn a_url_is_scheme_host_and_port() {
        assert_eq!(read_url("https://Work.Example.org/").unwrap(), "https://work.example.org");
        assert_eq!(read_url("http://[::1]:8600").unwrap(), "http://[::1]:8600");
        for bad in ["work.example.org", "ftp://a", "https://a/b", "https://a?b", "https://u@a", "https://a/#b", ""] {
            assert!(read_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_database_is_named_without_its_password() {
        let settings = file("database = \"postgres://ada:hunter2@host/work\"").unwrap();
        assert_eq!(settings.database.as_ref().unwrap().options().url, "postgres://ada:hunter2@host/work");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn flags_go_before_the_file_and_the_file_before_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.toml");
        std::fs::write(&path, "listen = \"0.0.0.0:1\"\nlog = \"json\"\ntrust_proxy = [\"10.0.0.1\", \"fd00::/8\"]")
            .unwrap();
        let said = Said::from([("listen", "127.0.0.1:2".to_string())]);
        let settings = Settings::resolve(&said, Some(&path)).unwrap();
        assert_eq!(settings.listen, "127.0.0.1:2".parse().unwrap());
        assert_eq!((settings.log, settings.trust_proxy.len(), settings.data), (LogFormat::Json, 2, "data".into()));
        assert_eq!(settings.log_level, "info");
        let beside = Said::from([("data", folder.path().display().to_string())]);
        assert_eq!(Settings::resolve(&beside, None).unwrap().listen, DEFAULT_LISTEN.parse().unwrap());
        std::fs::write(folder.path().join(FILE), "listen = \"0.0.0.0:3\"").unwrap();
        assert_eq!(Settings::resolve(&beside, None).unwrap().listen, "0.0.0.0:3".parse().unwrap());
    }
}
