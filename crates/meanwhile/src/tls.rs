//! Certificates: read from files, and read anew when they were renewed.

use anyhow::{Context, anyhow};
use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

use crate::config::TlsFiles;

/// A certificate in use, and where it came from.
pub(crate) struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub(crate) fn open(files: TlsFiles) -> anyhow::Result<Tls> {
        let config = RwLock::new(Arc::new(read(&files)?));
        Ok(Tls { files, config })
    }

    /// What the next connection is made with.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.read().clone()
    }

    /// Reads the files again; where that fails, what was read before stays in use.
    pub(crate) fn reload(&self) -> anyhow::Result<()> {
        let fresh = read(&self.files)?;
        *self.config.write() = Arc::new(fresh);
        Ok(())
    }
}

/// Reads and checks certificate and key.
pub(crate) fn read(files: &TlsFiles) -> anyhow::Result<ServerConfig> {
    let (cert, key) = (files.cert.display(), files.key.display());
    let chain: Vec<CertificateDer> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| anyhow!("the certificate {cert} can't be read: {error}"))?;
    if chain.is_empty() {
        return Err(anyhow!("{cert} has no certificate in it; it has to be PEM, the server's own first"));
    }
    let private = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| anyhow!("the key {key} can't be read: {error}; it has to be PEM"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS can't be set up")?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{cert} and {key} do not belong together"))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
