//! What a TLS connection is shown: the certificate in use, or the answer to a validation that is under way.

use parking_lot::RwLock;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use tokio::sync::watch;

use super::ACME_TLS;

/// Certificates by what a client asks for.
#[derive(Debug, Default)]
pub(super) struct Shown {
    current: watch::Sender<Option<Arc<CertifiedKey>>>,
    validation: RwLock<Option<Arc<CertifiedKey>>>,
}

impl Shown {
    /// From now on this one; connections that are open keep theirs.
    pub(super) fn show(&self, certificate: CertifiedKey) {
        self.current.send_replace(Some(Arc::new(certificate)));
    }

    /// Hears of each certificate that comes into use.
    pub(super) fn heard(&self) -> watch::Receiver<Option<Arc<CertifiedKey>>> {
        self.current.subscribe()
    }

    /// What the authority is shown when it looks whether the name is ours; `None` when that is over.
    pub(super) fn validate(&self, certificate: Option<CertifiedKey>) {
        *self.validation.write() = certificate.map(Arc::new);
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let validates = hello.alpn().is_some_and(|mut names| names.any(|name| name == ACME_TLS));
        if validates { self.validation.read().clone() } else { self.current.borrow().clone() }
    }
}
