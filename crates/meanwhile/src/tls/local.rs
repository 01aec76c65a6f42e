//! An authority of the server's own, for networks without a public name: devices are told once to trust it. It can speak
//! only for names and addresses that no one else on the internet has, and for the host of the configured url, so that a
//! stolen key is of little use.

use anyhow::{Context, anyhow};
use engine::Clock;
use jmap::UtcDate;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use rustls::sign::CertifiedKey;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;

use super::{TlsOptions, provider, shown::Shown};
use crate::folder::write_whole;
use crate::net::plain;

const DAY: i64 = 24 * 60 * 60 * 1000;
const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority.key";
/// How often the machine's addresses are looked at.
const LOOK: i64 = 60 * 1000;
/// How long a certificate of the server is good; a new one is made at each start, and long before it ends.
const LEAF_DAYS: i64 = 90;
/// How long devices need not be told again.
const AUTHORITY_YEARS: i64 = 10;
/// Names that nobody has on the internet: RFC 6761, RFC 6762, RFC 8375, and what routers use.
const NAMES: [&str; 5] = ["local", "localhost", "home.arpa", "internal", "lan"];
/// Addresses that nobody has on the internet.
const NETS: [(&str, u8); 8] = [
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("::1", 128),
    ("fc00::", 7),
];

/// The authority, as devices are told of it.
pub(crate) struct Authority {
    /// The certificate that devices trust.
    pub(crate) pem: String,
    /// SHA-256 of it, in pairs of hexadecimal digits, to be compared by eye.
    pub(crate) fingerprint: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// The authority at work.
pub(super) struct Local {
    pub(super) authority: Authority,
    host: Option<String>,
    clock: Arc<dyn Clock>,
    /// When the first certificate was issued.
    opened: UtcDate,
}

impl Local {
    pub(super) fn open(options: &TlsOptions, shown: &Shown) -> anyhow::Result<Local> {
        let now = options.clock.now();
        let host = options.host.clone();
        let authority = Authority::open(&options.folder, host.as_deref(), now)?;
        shown.show(authority.issue(&names(host.as_deref()), now)?);
        Ok(Local { authority, host, clock: options.clock.clone(), opened: now })
    }

    /// Issues anew when the machine has other addresses, and before the certificate ends.
    pub(super) async fn keep(&self, shown: &Shown) {
        let (mut for_names, mut since) = (names(self.host.as_deref()), self.opened);
        loop {
            self.clock.sleep_until(self.clock.now().plus_ms(LOOK)).await;
            let (names, now) = (names(self.host.as_deref()), self.clock.now());
            if names == for_names && now < since.plus_ms(LEAF_DAYS * DAY / 3) {
                continue;
            }
            match self.authority.issue(&names, now) {
                Ok(certificate) => {
                    tracing::info!(names = names.len(), "issued a certificate for the addresses of this machine");
                    shown.show(certificate);
                    (for_names, since) = (names, now);
                }
                Err(error) => tracing::error!("the old certificate stays in use: {error:#}"),
            }
        }
    }
}

/// What this machine is called here: its name, its addresses, and the host of the url.
fn names(host: Option<&str>) -> BTreeSet<String> {
    let mut names = BTreeSet::from(["localhost".to_string(), "127.0.0.1".to_string(), "::1".to_string()]);
    if let Some(machine) = machine() {
        names.insert(format!("{machine}.local"));
        names.insert(machine);
    }
    for interface in if_addrs::get_if_addrs().unwrap_or_default() {
        let address = plain(interface.ip());
        if permitted_address(address) {
            names.insert(address.to_string());
        }
    }
    names.extend(host.map(str::to_string));
    names
}

/// The machine's own name, if it can be one in a network.
fn machine() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().to_lowercase();
    let first = name.split('.').next().unwrap_or_default();
    let plain = !first.is_empty() && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (plain && first.parse::<IpAddr>().is_err()).then(|| first.to_string())
}

fn subnets() -> impl Iterator<Item = CidrSubnet> {
    NETS.iter().filter_map(|(base, bits)| Some(CidrSubnet::from_addr_prefix(base.parse().ok()?, *bits)))
}

fn permitted_address(address: IpAddr) -> bool {
    let nets = NETS.iter().filter_map(|(base, bits)| format!("{base}/{bits}").parse::<crate::net::Net>().ok());
    nets.into_iter().any(|net| net.has(address))
}

impl Authority {
    /// The authority in the folder; made if there is none.
    fn open(folder: &Path, host: Option<&str>, now: UtcDate) -> anyhow::Result<Authority> {
        let authority = match Authority::there(folder)? {
            Some(authority) => authority,
            None => {
                let (pem, key) = found(host, now)?;
                // The certificate last: where it is, the key is there too.
                write_whole(&folder.join(KEY), key.as_bytes())?;
                write_whole(&folder.join(CERTIFICATE), pem.as_bytes())?;
                Authority::read(pem, &key)?
            }
        };
        let good = host.is_none_or(|host| authority.speaks_for(host));
        if !good {
            return Err(anyhow!(
                "the authority in {} was made for another url and can't speak for {}; remove authority.pem and \
                 authority.key there to make a new one, and tell every device again",
                folder.display(),
                host.unwrap_or_default()
            ));
        }
        Ok(authority)
    }

    /// The authority in the folder, if there is one.
    pub(super) fn there(folder: &Path) -> anyhow::Result<Option<Authority>> {
        let (cert, key) = (folder.join(CERTIFICATE), folder.join(KEY));
        if !cert.exists() {
            return Ok(None);
        }
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| {
                let (path, cert) = (path.display(), cert.display());
                format!("{path} can't be read; copy it from a backup, or remove {cert} to begin anew: devices are then told again")
            })
        };
        Authority::read(read(&cert)?, &read(&key)?).map(Some)
    }

    fn read(pem: String, key_pem: &str) -> anyhow::Result<Authority> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| anyhow!("authority.pem: {error}"))?;
        let key = KeyPair::from_pem(key_pem).context("authority.key is no key")?;
        let issuer = Issuer::from_ca_cert_der(&der, key).context("authority.pem is no authority")?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
        let pairs: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(Authority { pem, fingerprint: pairs.join(":"), der, issuer })
    }

    /// Whether its constraints let it speak for that host.
    fn speaks_for(&self, host: &str) -> bool {
        use x509_parser::extensions::GeneralName;
        let Ok((_, parsed)) = x509_parser::parse_x509_certificate(&self.der) else { return false };
        let Ok(Some(constraints)) = parsed.name_constraints() else { return false };
        let address = host.parse::<IpAddr>().ok();
        if address.is_some_and(permitted_address) {
            return true;
        }
        constraints.value.permitted_subtrees.iter().flatten().any(|tree| match (&tree.base, address) {
            (GeneralName::DNSName(name), None) => host == *name || host.ends_with(&format!(".{name}")),
            (GeneralName::IPAddress(bytes), Some(IpAddr::V4(four))) => {
                bytes.get(..4) == Some(&four.octets()[..]) && bytes.len() == 8
            }
            (GeneralName::IPAddress(bytes), Some(IpAddr::V6(six))) => {
                bytes.get(..16) == Some(&six.octets()[..]) && bytes.len() == 32
            }
            _ => false,
        })
    }

    /// A certificate for these names and addresses.
    fn issue(&self, names: &BTreeSet<String>, now: UtcDate) -> anyhow::Result<CertifiedKey> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        // One name beyond its constraints would spoil the whole certificate: the machine may have been renamed since.
        let names = names.iter().filter(|name| self.speaks_for(name));
        params.subject_alt_names = names.map(|name| alternative(name)).collect::<anyhow::Result<_>>()?;
        params.distinguished_name = called("Meanwhile");
        params.not_before = day(now.plus_ms(-DAY));
        params.not_after = day(now.plus_ms(LEAF_DAYS * DAY));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let chain = vec![certificate.der().clone(), self.der.clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(CertifiedKey::from_der(chain, key, &provider())?)
    }
}

/// A new authority: its certificate and its key.
fn found(host: Option<&str>, now: UtcDate) -> anyhow::Result<(String, String)> {
    let machine = machine();
    let mut trees: Vec<GeneralSubtree> = NAMES.iter().map(|name| GeneralSubtree::DnsName(name.to_string())).collect();
    trees.extend(machine.clone().map(GeneralSubtree::DnsName));
    trees.extend(subnets().map(GeneralSubtree::IpAddress));
    match host.map(|host| (host, host.parse::<IpAddr>())) {
        Some((_, Ok(address))) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            trees.push(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits)));
        }
        Some((host, Err(_))) => trees.push(GeneralSubtree::DnsName(host.to_string())),
        None => {}
    }
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = called(&format!("Meanwhile on {}", machine.as_deref().unwrap_or("this network")));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints { permitted_subtrees: trees, excluded_subtrees: Vec::new() });
    params.not_before = day(now.plus_ms(-DAY));
    params.not_after = day(now.plus_ms(AUTHORITY_YEARS * 365 * DAY));
    Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
}

fn called(name: &str) -> DistinguishedName {
    let mut called = DistinguishedName::new();
    called.push(DnType::OrganizationName, "Meanwhile");
    called.push(DnType::CommonName, name);
    called
}

fn alternative(name: &str) -> anyhow::Result<SanType> {
    Ok(match name.parse::<IpAddr>() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) => SanType::DnsName(name.try_into().with_context(|| format!("{name:?} can't stand in a certificate"))?),
    })
}

/// Midnight of that instant's day.
fn day(at: UtcDate) -> OffsetDateTime {
    let seconds = at.ms().div_euclid(DAY) * (DAY / 1000);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::pki_types::{ServerName, UnixTime};

    #[test]
    fn a_machine_that_was_renamed_keeps_its_certificate() {
        let now = UtcDate::parse("2026-11-25T09:00:00Z").unwrap();
        let (pem, key) = found(None, now).unwrap();
        let authority = Authority::read(pem, &key).unwrap();
        let names = ["another-name", "localhost", "another-name.local"].map(str::to_string);
        let certificate = authority.issue(&BTreeSet::from(names), now).unwrap();
        assert_eq!(shown_to("localhost", &authority, &certificate, now), Ok(()));
        assert_eq!(shown_to("another-name.local", &authority, &certificate, now), Ok(()));
        assert!(shown_to("another-name", &authority, &certificate, now).is_err());
    }

    fn believed(authority: &Authority, name: &str, now: UtcDate) -> Result<(), rustls::Error> {
        let mut named = authority.issue(&BTreeSet::from(["localhost".to_string()]), now).unwrap();
        if authority.speaks_for(name) {
            named = authority.issue(&BTreeSet::from([name.to_string()]), now).unwrap();
        }
        shown_to(name, authority, &named, now)
    }

    fn shown_to(
        name: &str,
        authority: &Authority,
        certificate: &CertifiedKey,
        now: UtcDate,
    ) -> Result<(), rustls::Error> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.der.clone()).unwrap();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider()).build().unwrap();
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_millis(now.ms() as u64));
        let name = ServerName::try_from(name.to_string()).unwrap();
        verifier.verify_server_cert(&certificate.cert[0], &certificate.cert[1..], &name, &[], at).map(drop)
    }

    #[test]
    fn a_stolen_key_speaks_for_nobody_on_the_internet() {
        let now = UtcDate::parse("2026-11-25T09:00:00Z").unwrap();
        let (pem, key) = found(Some("work.example.org"), now).unwrap();
        let authority = Authority::read(pem, &key).unwrap();
        for own in ["work.example.org", "nas.local", "localhost", "10.1.2.3", "192.168.1.5", "fd00::1", "wiki.lan"] {
            assert_eq!(believed(&authority, own, now), Ok(()), "{own}");
            assert!(authority.speaks_for(own), "{own}");
        }
        for other in ["example.org", "bank.example.com", "8.8.8.8", "2606:4700::1111", "notlocal", "local.example.com"]
        {
            assert!(believed(&authority, other, now).is_err(), "{other}");
            assert!(!authority.speaks_for(other), "{other}");
        }
    }

    #[test]
    fn certificates_end_when_they_say() {
        let now = UtcDate::parse("2026-11-25T09:00:00Z").unwrap();
        let (pem, key) = found(None, now).unwrap();
        let authority = Authority::read(pem, &key).unwrap();
        let certificate = authority.issue(&names(None), now).unwrap();
        let (from, to) = super::super::validity(&certificate).unwrap();
        assert_eq!(
            (from.to_string().as_str(), to.to_string().as_str()),
            ("2026-11-24T00:00:00Z", "2027-02-23T00:00:00Z")
        );
        assert!(names(None).contains("localhost") && names(Some("a.example")).contains("a.example"));
    }
}
