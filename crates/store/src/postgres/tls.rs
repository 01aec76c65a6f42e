//! TLS to the database: rustls, as everywhere in the program. What `sslmode` and `sslrootcert` in the address mean is as
//! with libpq, but nothing is tried without TLS where it was asked for.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

use crate::StoreError;

/// How much of the server's certificate is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// No TLS.
    Disable,
    /// Nothing; with a CA file, what `VerifyCa` asks.
    Require,
    /// That the authority made it.
    VerifyCa,
    /// That it made it for this host.
    VerifyFull,
}

/// What an address says of TLS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    pub(super) mode: Mode,
    /// The authority's file, in PEM; else the system's authorities.
    pub(super) root: Option<PathBuf>,
}

fn wrong(why: impl Into<String>) -> StoreError {
    StoreError::Unavailable(why.into())
}

impl Asked {
    /// Takes what is ours out of an address.
    pub(super) fn of(url: &str) -> Result<(String, Asked), StoreError> {
        let mut asked = Asked { mode: Mode::Disable, root: None };
        let Some((address, query)) = url.split_once('?') else { return Ok((url.to_owned(), asked)) };
        let mut others = Vec::new();
        for part in query.split('&') {
            match part.split_once('=') {
                Some(("sslmode", mode)) => {
                    asked.mode = match mode {
                        "disable" => Mode::Disable,
                        "require" => Mode::Require,
                        "verify-ca" => Mode::VerifyCa,
                        "verify-full" => Mode::VerifyFull,
                        other => {
                            return Err(wrong(format!(
                                "sslmode={other} is not known; there are disable, require, verify-ca and verify-full"
                            )));
                        }
                    };
                }
                Some(("sslrootcert", file)) => asked.root = Some(plain(file)?.into()),
                _ => others.push(part),
            }
        }
        if asked.root.is_some() && asked.mode == Mode::Disable {
            return Err(wrong("sslrootcert is given without a TLS to check; add sslmode=verify-full"));
        }
        let query = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
        Ok((format!("{address}{query}"), asked))
    }

    /// What connections are made with.
    pub(super) fn connector(&self) -> Result<Tls, StoreError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let checks = match (self.mode, &self.root) {
            (Mode::Disable, _) | (Mode::Require, None) => Checks { inner: None, host: false },
            (mode, root) => {
                let roots = Arc::new(roots(root.as_deref())?);
                let inner = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
                let inner = inner.map_err(|error| wrong(format!("no authority to check the database by: {error}")))?;
                Checks { inner: Some(inner), host: mode == Mode::VerifyFull }
            }
        };
        let checks = Verifier { checks, provider: provider.clone() };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(format!("TLS can't be set up: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(checks))
            .with_no_client_auth();
        Ok(Tls(TlsConnector::from(Arc::new(config))))
    }
}

/// A value of an address, with its `%` taken back.
fn plain(text: &str) -> Result<String, StoreError> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(hex.ok_or_else(|| wrong("the database's address has a % with no two digits behind it"))?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| wrong("the database's address is not UTF-8"))
}

fn roots(file: Option<&std::path::Path>) -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(wrong(
                "this machine knows no certificate authority; name the database's with sslrootcert=FILE",
            ));
        }
        return Ok(roots);
    };
    let name = file.display();
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let read = read.map_err(|error| wrong(format!("the authority's certificate {name} can't be read: {error}")))?;
    if read.is_empty() {
        return Err(wrong(format!("{name} has no certificate in it; it has to be PEM")));
    }
    for certificate in read {
        roots.add(certificate).map_err(|error| wrong(format!("{name} is no authority's certificate: {error}")))?;
    }
    Ok(roots)
}

#[derive(Debug)]
struct Checks {
    inner: Option<Arc<WebPkiServerVerifier>>,
    host: bool,
}

/// Asks of a certificate what the mode says; that the server has its key, always.
#[derive(Debug)]
struct Verifier {
    checks: Checks,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(inner) = &self.checks.inner else { return Ok(ServerCertVerified::assertion()) };
        match inner.verify_server_cert(certificate, between, name, ocsp, now) {
            // The host is looked at last.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks.host => Ok(ServerCertVerified::assertion()),
            checked => checked,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Makes the TLS of a connection.
#[derive(Clone)]
pub(super) struct Tls(TlsConnector);

/// To one host; on a socket there is none.
pub(super) struct ToHost(TlsConnector, Option<ServerName<'static>>);

impl<S> MakeTlsConnect<S> for Tls
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Secured<S>;
    type TlsConnect = ToHost;
    type Error = Infallible;

    /// Asked also where there will be no TLS.
    fn make_tls_connect(&mut self, host: &str) -> Result<ToHost, Infallible> {
        Ok(ToHost(self.0.clone(), ServerName::try_from(host).ok().map(|name| name.to_owned())))
    }
}

impl<S> TlsConnect<S> for ToHost
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Secured<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Secured<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let host = self.1.ok_or_else(|| io::Error::other("no certificate can be for such a host"))?;
            Ok(Secured(self.0.connect(host, stream).await?))
        })
    }
}

/// A connection inside TLS.
pub(super) struct Secured<S>(tokio_rustls::client::TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Secured<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Secured<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context, into: &mut ReadBuf) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Secured<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_taken_out_of_an_address() {
        let (address, asked) =
            Asked::of("postgres://a:b@h/d?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fetc%2Fmy%20ca.pem")
                .unwrap();
        assert_eq!(address, "postgres://a:b@h/d?connect_timeout=3");
        assert_eq!(asked, Asked { mode: Mode::VerifyFull, root: Some("/etc/my ca.pem".into()) });
        let (address, asked) = Asked::of("postgres://a@h/d?sslmode=require").unwrap();
        assert_eq!((address.as_str(), asked.mode), ("postgres://a@h/d", Mode::Require));
        assert_eq!(Asked::of("postgres://a@h/d").unwrap().1.mode, Mode::Disable);
        for (bad, words) in [
            ("postgres://a@h/d?sslmode=prefer", "sslmode=prefer is not known"),
            ("postgres://a@h/d?sslrootcert=ca.pem", "add sslmode=verify-full"),
            ("postgres://a@h/d?sslmode=require&sslrootcert=%zz", "no two digits"),
        ] {
            let why = Asked::of(bad).unwrap_err().to_string();
            assert!(why.contains(words), "{bad}: {why}");
        }
    }
}
