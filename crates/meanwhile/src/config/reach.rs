//! Settings of what goes out: the mail relay, and whether push services may be asked.

use anyhow::{Context, anyhow, bail};
use std::fmt;
use std::path::PathBuf;

use crate::http::percent_decode;

/// A relay that takes mail.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayOptions {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept secret.
    pub secrecy: Secrecy,
    /// Name and password, if it asks for them.
    pub login: Option<(String, String)>,
    /// From whom mail comes: an address, with or without a name before it.
    pub from: String,
    /// Further authorities, in PEM, that may vouch for it.
    pub ca: Option<PathBuf>,
}

/// How the way to a relay is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything of mail is said; without it nothing is.
    StartTls,
    /// Not at all.
    None,
}

/// It may hold a password, which is not shown.
impl fmt::Debug for RelayOptions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let login = if self.login.is_some() { " with a password" } else { "" };
        write!(f, "{}:{} ({:?}{login}) from {}", self.host, self.port, self.secrecy, self.from)
    }
}

const WHAT: &str = "mail_relay is smtp://host:port, or smtps://host:port for TLS from the first byte, with user:password@ \
                    before the host where the relay asks for one";

/// Reads the address of a relay. It is not repeated in an error, since it may hold a password.
pub(super) fn read_relay(text: &str, from: Option<&str>, ca: Option<&str>) -> anyhow::Result<RelayOptions> {
    let (scheme, rest) = text.split_once("://").with_context(|| WHAT)?;
    let (rest, asked) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let (login, place) = rest.trim_end_matches('/').rsplit_once('@').map_or((None, rest), |(a, b)| (Some(a), b));
    let place: http::uri::Authority = place.trim_end_matches('/').parse().map_err(|_| anyhow!(WHAT))?;
    let host = place.host().trim_start_matches('[').trim_end_matches(']').to_string();
    let near = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let secrecy = match (scheme, asked) {
        ("smtps", None) => Secrecy::Tls,
        ("smtp", None) if near => Secrecy::None,
        ("smtp", None | Some("tls=starttls")) => Secrecy::StartTls,
        ("smtp", Some("tls=none")) => Secrecy::None,
        ("smtp" | "smtps", Some(_)) => bail!("behind the \"?\" of mail_relay stands tls=starttls or tls=none"),
        _ => bail!(WHAT),
    };
    let login = login.map(|login| {
        let (user, password) = login.split_once(':').with_context(|| WHAT)?;
        anyhow::Ok((percent_decode(&user.replace('+', "%2b")), percent_decode(&password.replace('+', "%2b"))))
    });
    let login = login.transpose()?;
    if login.is_some() && secrecy == Secrecy::None && !near {
        bail!(
            "mail_relay has a password, and everybody on the way could read it; take smtps://, or smtp:// without tls=none"
        );
    }
    let port = place.port_u16().unwrap_or(match secrecy {
        Secrecy::Tls => 465,
        Secrecy::StartTls => 587,
        Secrecy::None => 25,
    });
    let from = from.context("mail needs a sender: say --mail-from \"Meanwhile <meanwhile@example.org>\"")?;
    if from.parse::<lettre::message::Mailbox>().is_err() {
        bail!(
            "{from:?} is not an address to send mail from; write meanwhile@example.org, or Name <meanwhile@example.org>"
        );
    }
    Ok(RelayOptions { host, port, secrecy, login, from: from.to_string(), ca: ca.map(PathBuf::from) })
}

/// A switch.
pub(super) fn read_switch(name: &str, text: &str) -> anyhow::Result<bool> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        other => bail!("{name} is \"on\" or \"off\", not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<RelayOptions> {
        read_relay(text, Some("Meanwhile <mw@example.org>"), None)
    }

    #[test]
    fn a_relay_is_kept_secret_unless_it_is_on_this_machine() {
        let of = |text: &str| read(text).map(|relay| (relay.host, relay.port, relay.secrecy)).unwrap();
        assert_eq!(of("smtp://mail.example.org"), ("mail.example.org".into(), 587, Secrecy::StartTls));
        assert_eq!(of("smtps://mail.example.org"), ("mail.example.org".into(), 465, Secrecy::Tls));
        assert_eq!(of("smtp://localhost"), ("localhost".into(), 25, Secrecy::None));
        assert_eq!(of("smtp://[::1]:2525/"), ("::1".into(), 2525, Secrecy::None));
        assert_eq!(of("smtp://localhost?tls=starttls"), ("localhost".into(), 587, Secrecy::StartTls));
        assert_eq!(of("smtp://mailpit:1025?tls=none"), ("mailpit".into(), 1025, Secrecy::None));
    }

    #[test]
    fn a_password_is_decoded_and_never_shown() {
        let relay = read("smtps://ada%40example.org:hunter%2F2+x@mail.example.org").unwrap();
        assert_eq!(relay.login, Some(("ada@example.org".into(), "hunter/2+x".into())));
        assert!(!format!("{relay:?}").contains("hunter"));
        for bad in
            ["smtp://ada:hunter2@mail.example.org?tls=none", "ftp://ada:hunter2@x", "smtp://hunter2@x", "hunter2"]
        {
            let said = format!("{:#}", read(bad).unwrap_err());
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn mail_has_a_sender() {
        let said = |from| format!("{:#}", read_relay("smtp://localhost", from, None).unwrap_err());
        assert!(said(None).contains("--mail-from") && said(Some("nobody")).contains("not an address"));
    }
}
