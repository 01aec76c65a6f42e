//! A certificate that is ordered from an authority on the network (ACME, RFC 8555), and ordered anew before it ends. The
//! authority looks at the host's port 443 (RFC 8737), where this server shows it what it asked for.

use anyhow::{Context, anyhow, bail};
use bytes::Bytes;
use engine::Clock;
use http_body_util::BodyExt;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeType, HttpClient,
    Identifier, NewAccount, NewOrder, OrderStatus, RetryPolicy,
};
use jmap::UtcDate;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use super::{TlsOptions, ordered, provider, read, shown::Shown, validity};
use crate::config::{Acme, TlsFiles};
use crate::folder::write_whole;
use crate::outbound::Outbound;

const MINUTE: i64 = 60 * 1000;
/// How long is waited after a failure, then after the next one, and so on. Authorities refuse for an hour whoever fails
/// five times in one.
const AFTER_FAILURE: [i64; 5] = [2 * MINUTE, 15 * MINUTE, 30 * MINUTE, 120 * MINUTE, 360 * MINUTE];
/// The least time between a certificate and the order of the next one.
const BETWEEN: i64 = 60 * MINUTE;
/// The most that an authority's answer may be long.
const ANSWER: usize = 1024 * 1024;

/// The order of certificates.
pub(super) struct Auto {
    acme: Acme,
    account: PathBuf,
    files: TlsFiles,
    outbound: Arc<Outbound>,
    clock: Arc<dyn Clock>,
}

/// The account at an authority, as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    directory: String,
    credentials: AccountCredentials,
}

impl Auto {
    pub(super) fn open(acme: Acme, options: &TlsOptions) -> anyhow::Result<Auto> {
        let files = ordered(&options.folder, &acme);
        let outbound = Arc::new(Outbound::new(&options.outbound)?);
        Ok(Auto { acme, account: options.folder.join("acme.json"), files, outbound, clock: options.clock.clone() })
    }

    /// Shows what there is, and orders what is missing or has seen two thirds of its time.
    pub(super) async fn keep(&self, shown: &Shown) {
        let mut failures = 0;
        let mut due = self.show(shown);
        loop {
            if let Some(due) = due {
                self.clock.sleep_until(due).await;
            }
            match self.order(shown).await {
                Ok(()) => {
                    failures = 0;
                    // However short its time is said to be, or whatever became of the file: never one after the other.
                    let soonest = self.clock.now().plus_ms(BETWEEN);
                    due = Some(self.show(shown).map_or(soonest, |due| due.max(soonest)));
                    tracing::info!(host = self.acme.host, "a new certificate is in use");
                }
                Err(error) => {
                    let wait = AFTER_FAILURE[failures.min(AFTER_FAILURE.len() - 1)];
                    tracing::error!(
                        host = self.acme.host,
                        "no certificate: {error:#}; the authority has to reach this server at port 443 of the host; \
                         tried again in {} minutes",
                        wait / MINUTE
                    );
                    failures += 1;
                    due = Some(self.clock.now().plus_ms(wait));
                }
            }
        }
    }

    /// Shows the certificate that is kept, if there is a good one, and tells when the next is due.
    fn show(&self, shown: &Shown) -> Option<UtcDate> {
        let certificate = read(&self.files).ok()?;
        let (from, to) = validity(&certificate).ok()?;
        shown.show(certificate);
        Some(from.plus_ms((to.ms() - from.ms()) / 3 * 2))
    }

    async fn order(&self, shown: &Shown) -> anyhow::Result<()> {
        let account = self.account().await?;
        let host = Identifier::Dns(self.acme.host.clone());
        let mut order = account.new_order(&NewOrder::new(&[host])).await.context("the order was not taken")?;
        let validated = async {
            let mut authorizations = order.authorizations();
            while let Some(authorization) = authorizations.next().await {
                let mut authorization = authorization?;
                if authorization.status == AuthorizationStatus::Valid {
                    continue;
                }
                let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
                    bail!("the authority does not offer tls-alpn-01, the only validation that this server answers");
                };
                shown.validate(Some(answer(&self.acme.host, challenge.key_authorization().digest().as_ref())?));
                challenge.set_ready().await?;
            }
            match order.poll_ready(&RetryPolicy::default()).await? {
                OrderStatus::Ready | OrderStatus::Valid => Ok(()),
                _ => Err(anyhow!("the authority could not validate that {} is this server", self.acme.host)),
            }
        }
        .await;
        shown.validate(None);
        validated?;
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec![self.acme.host.clone()])?;
        params.distinguished_name = DistinguishedName::new();
        order.finalize_csr(params.serialize_request(&key)?.der()).await.context("the order was not finished")?;
        let chain = order.poll_certificate(&RetryPolicy::default()).await.context("the certificate was not issued")?;
        write_whole(&self.files.cert, format!("{}{chain}", key.serialize_pem()).as_bytes())
    }

    /// The account at the authority; made at the first order, and when another authority is named.
    async fn account(&self) -> anyhow::Result<Account> {
        let client = || Box::new(Client(self.outbound.clone()));
        if let Some(kept) = kept(&self.account).filter(|kept| kept.directory == self.acme.directory) {
            let account = Account::builder_with_http(client()).from_credentials(kept.credentials).await;
            return account.context("the account at the authority can't be opened");
        }
        let contact = self.acme.contact.as_ref().map(|contact| format!("mailto:{contact}"));
        let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
        let new = NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let made = Account::builder_with_http(client()).create(&new, self.acme.directory.clone(), None).await;
        let (account, credentials) = made.with_context(|| format!("no account at {}", self.acme.directory))?;
        let kept = Kept { directory: self.acme.directory.clone(), credentials };
        write_whole(&self.account, serde_json::to_string(&kept)?.as_bytes())?;
        Ok(account)
    }
}

fn kept(account: &Path) -> Option<Kept> {
    serde_json::from_str(&std::fs::read_to_string(account).ok()?).ok()
}

/// What a validation is shown (RFC 8737 3): the name, and the digest of what was agreed.
fn answer(host: &str, digest: &[u8]) -> anyhow::Result<CertifiedKey> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![host.to_string()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = params.self_signed(&key)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // Not compared with each other: the extension is critical, and the comparison would refuse what it does not know.
    let key = provider().key_provider.load_private_key(key)?;
    Ok(CertifiedKey::new(vec![certificate.der().clone()], key))
}

/// The way out, as the ACME client wants it.
struct Client(Arc<Outbound>);

impl HttpClient for Client {
    fn request(
        &self,
        request: http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, instant_acme::Error>> + Send>> {
        let outbound = self.0.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let answer = outbound.send(http::Request::from_parts(head, body), ANSWER).await;
            let answer = answer.map_err(|error| instant_acme::Error::Other(format!("{error:#}").into()))?;
            Ok(BytesResponse::from(answer.map(http_body_util::Full::new)))
        })
    }
}
