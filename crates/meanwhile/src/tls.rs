//! TLS: where the certificate comes from, and what a connection is shown. It is read from files, ordered from an
//! authority on the network, or issued by an authority of this server's own.

mod auto;
mod local;
mod shown;

use anyhow::{Context, anyhow};
use engine::Clock;
use jmap::UtcDate;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::config::{Acme, TlsFiles, TlsMode};
use crate::outbound::OutboundOptions;
use shown::Shown;

/// The protocol of validations (RFC 8737 3).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

/// What TLS is set up with.
pub(crate) struct TlsOptions {
    pub(crate) mode: TlsMode,
    /// Where keys and certificates of our own are kept; made if it is missing.
    pub(crate) folder: PathBuf,
    /// The host of the configured url.
    pub(crate) host: Option<String>,
    pub(crate) outbound: OutboundOptions,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The certificate in use, and where it comes from.
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    shown: Arc<Shown>,
    source: Source,
}

enum Source {
    Files(TlsFiles),
    Auto(auto::Auto),
    Local(local::Local),
}

impl Tls {
    pub(crate) fn open(options: TlsOptions) -> anyhow::Result<Tls> {
        let shown = Arc::new(Shown::default());
        let auto = matches!(options.mode, TlsMode::Auto(_));
        if !matches!(options.mode, TlsMode::Files(_)) {
            crate::folder::make(&options.folder)?;
        }
        let source = match options.mode {
            TlsMode::Files(ref files) => {
                shown.show(read(files)?);
                Source::Files(files.clone())
            }
            TlsMode::Auto(ref acme) => Source::Auto(auto::Auto::open(acme.clone(), &options)?),
            TlsMode::Local => Source::Local(local::Local::open(&options, &shown)?),
        };
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .context("TLS can't be set up")?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        if auto {
            config.alpn_protocols.push(ACME_TLS.to_vec());
        }
        Ok(Tls { config: Arc::new(config), shown, source })
    }

    /// What the next connection is made with.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// Reads the files again; where that fails, what was read before stays in use.
    pub(crate) fn reload(&self) -> anyhow::Result<()> {
        if let Source::Files(files) = &self.source {
            self.shown.show(read(files)?);
        }
        Ok(())
    }

    /// Keeps the certificate good until the server stops.
    pub(crate) async fn keep(&self, stopping: CancellationToken) {
        let kept = async {
            match &self.source {
                Source::Files(_) => std::future::pending().await,
                Source::Auto(auto) => auto.keep(&self.shown).await,
                Source::Local(local) => local.keep(&self.shown).await,
            }
        };
        tokio::select! {
            () = stopping.cancelled() => {}
            () = kept => {}
        }
    }

    /// Waits until a certificate is in use that is not this one, and gives it, in DER.
    pub(crate) async fn other_than(&self, known: &[u8]) -> Option<Vec<u8>> {
        let mut heard = self.shown.heard();
        let own = |certificate: &Option<Arc<CertifiedKey>>| Some(certificate.as_ref()?.cert.first()?.to_vec());
        let shown = heard.wait_for(|certificate| own(certificate).is_some_and(|own| own != known)).await.ok()?;
        own(&shown)
    }

    /// The authority that devices have to trust, if it is our own.
    pub(crate) fn authority(&self) -> Option<&local::Authority> {
        match &self.source {
            Source::Local(local) => Some(&local.authority),
            _ => None,
        }
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Reads and checks certificate and key.
pub(crate) fn read(files: &TlsFiles) -> anyhow::Result<CertifiedKey> {
    let (cert, key) = (files.cert.display(), files.key.display());
    let chain: Vec<CertificateDer> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| anyhow!("the certificate {cert} can't be read: {error}"))?;
    if chain.is_empty() {
        return Err(anyhow!("{cert} has no certificate in it; it has to be PEM, the server's own first"));
    }
    let private = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| anyhow!("the key {key} can't be read: {error}; it has to be PEM"))?;
    CertifiedKey::from_der(chain, private, &provider())
        .with_context(|| format!("{cert} and {key} do not belong together"))
}

/// From when to when a certificate is good.
pub(crate) fn validity(certificate: &CertifiedKey) -> anyhow::Result<(UtcDate, UtcDate)> {
    let own = certificate.cert.first().context("there is no certificate")?;
    let (_, parsed) = x509_parser::parse_x509_certificate(own).context("the certificate is not X.509")?;
    let instant = |time: x509_parser::time::ASN1Time| UtcDate::from_ms(time.timestamp().saturating_mul(1000));
    Ok((instant(parsed.validity().not_before), instant(parsed.validity().not_after)))
}

/// Where the certificate that was ordered for a host lies: with its key in one file, so that the two always belong together.
pub(crate) fn ordered(folder: &Path, acme: &Acme) -> TlsFiles {
    let file = folder.join(format!("{}.pem", acme.host));
    TlsFiles { cert: file.clone(), key: file }
}

/// The fingerprint of the authority in the folder, if there is one.
pub(crate) fn fingerprint(folder: &Path) -> anyhow::Result<Option<String>> {
    Ok(local::Authority::there(folder)?.map(|authority| authority.fingerprint))
}
