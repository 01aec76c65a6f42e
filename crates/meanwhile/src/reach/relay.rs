//! The relay: takes mail, or says why not. Whether that is its own trouble or the letter's is told apart by its code.

use anyhow::Context;
use engine::Failed;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::error::Error;
use std::time::Duration;

use crate::config::{RelayOptions, Secrecy};

/// How long the relay may take for one answer.
const WITHIN: Duration = Duration::from_secs(10);

pub(super) struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    place: String,
}

impl Relay {
    pub(super) fn new(options: &RelayOptions) -> anyhow::Result<Relay> {
        let parameters = || -> anyhow::Result<TlsParameters> {
            let mut builder = TlsParameters::builder(options.host.clone());
            if let Some(ca) = &options.ca {
                let pem = std::fs::read(ca).with_context(|| format!("{} can't be read", ca.display()))?;
                builder = builder.add_root_certificate(Certificate::from_pem(&pem)?);
            }
            builder.build().context("TLS to the mail relay can't be set up")
        };
        let tls = match options.secrecy {
            Secrecy::Tls => Tls::Wrapper(parameters()?),
            Secrecy::StartTls => Tls::Required(parameters()?),
            Secrecy::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(options.host.clone())
            .port(options.port)
            .timeout(Some(WITHIN))
            .tls(tls);
        if let Some((user, password)) = options.login.clone() {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Relay { transport: builder.build(), place: format!("{}:{}", options.host, options.port) })
    }

    pub(super) async fn send(&self, letter: anyhow::Result<Message>) -> Result<(), Failed> {
        let letter = letter.map_err(|error| Failed::Refused(format!("no mail can be made of it: {error:#}")))?;
        let Err(error) = self.transport.send(letter).await else { return Ok(()) };
        let code = error.status().map(u16::from);
        let mut why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        if let Some(code) = code {
            why = format!("{code} {why}");
        }
        Err(match code {
            // It does not let this server in, or has no room for anybody.
            Some(421 | 454 | 530 | 534 | 535 | 538) => Failed::Down(format!("{} says: {why}", self.place)),
            Some(400..500) => Failed::Later(format!("{} says: {why}", self.place)),
            Some(500..) => Failed::Refused(format!("{} says: {why}", self.place)),
            _ => Failed::Down(format!("{} can't be used: {error}", self.place)),
        })
    }
}
