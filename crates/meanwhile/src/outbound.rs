//! The only way out: an HTTP client for requests that the operator has asked for. It resolves a name once, refuses
//! addresses that are not public unless they are listed, connects to the very address that it checked, follows no
//! redirect, and reads no more than it may.

use anyhow::{Context, anyhow};
use bytes::{Bytes, BytesMut};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::net::Net;

/// How long one request may take in all.
const WITHIN: Duration = Duration::from_secs(30);

/// What no public host has: RFC 6890 and the registries that it founds, and addresses that hide another one.
const NOT_PUBLIC: [&str; 25] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/9",
    "ff00::/8",
];

/// Where requests may go, besides public addresses, and whom they believe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboundOptions {
    /// Addresses that are reached although they are not public.
    pub allow: Vec<Net>,
    /// Further certificate authorities, in PEM.
    pub ca: Option<PathBuf>,
}

/// The client.
pub(crate) struct Outbound {
    client: reqwest::Client,
    guard: Arc<Guard>,
}

/// Which addresses are reached.
struct Guard {
    allow: Vec<Net>,
    not_public: Vec<Net>,
}

impl Guard {
    fn lets(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|net| net.has(address)) || !self.not_public.iter().any(|net| net.has(address))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Guard { allow: self.allow.clone(), not_public: self.not_public.clone() };
        Box::pin(async move {
            let name = name.as_str().to_string();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let all = found.len();
            let open: Vec<SocketAddr> = found.into_iter().filter(|address| guard.lets(address.ip())).collect();
            if open.is_empty() && all > 0 {
                return Err(
                    format!("{name} has no public address; list it with --outbound-allow if it is yours").into()
                );
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

impl Outbound {
    pub(crate) fn new(options: &OutboundOptions) -> anyhow::Result<Outbound> {
        let not_public = NOT_PUBLIC.iter().map(|net| net.parse()).collect::<Result<_, _>>()?;
        let guard = Arc::new(Guard { allow: options.allow.clone(), not_public });
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("meanwhile/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .https_only(true)
            .timeout(WITHIN)
            .dns_resolver(guard.clone());
        if let Some(ca) = &options.ca {
            client = client.tls_certs_merge(authorities(ca)?);
        }
        Ok(Outbound { client: client.build().context("outbound requests can't be set up")?, guard })
    }

    /// Sends a request and reads at most `most` bytes of what is answered.
    pub(crate) async fn send(
        &self,
        request: http::Request<Bytes>,
        most: usize,
    ) -> anyhow::Result<http::Response<Bytes>> {
        let uri = request.uri().clone();
        let request = reqwest::Request::try_from(request).with_context(|| format!("{uri} can't be asked"))?;
        // As the client reads it, who knows more spellings of an address. In figures it is not resolved, so nobody else
        // looks at it.
        let host = request.url().host_str().unwrap_or("").trim_start_matches('[').trim_end_matches(']').to_string();
        if host.parse::<IpAddr>().is_ok_and(|address| !self.guard.lets(address)) {
            return Err(anyhow!("{host} is no public address; list it with --outbound-allow if it is yours"));
        }
        let mut answer = self.client.execute(request).await.with_context(|| format!("{host} can't be reached"))?;
        let mut out = http::Response::builder().status(answer.status());
        if let Some(headers) = out.headers_mut() {
            *headers = answer.headers().clone();
        }
        let mut body = BytesMut::new();
        while let Some(part) = answer.chunk().await.with_context(|| format!("{host} stopped in the middle"))? {
            if body.len() + part.len() > most {
                return Err(anyhow!("{host} answers with more than {most} bytes"));
            }
            body.extend_from_slice(&part);
        }
        Ok(out.body(body.freeze())?)
    }
}

fn authorities(ca: &Path) -> anyhow::Result<Vec<reqwest::Certificate>> {
    let pem = std::fs::read(ca).with_context(|| format!("the authorities in {} can't be read", ca.display()))?;
    let list = reqwest::Certificate::from_pem_bundle(&pem)
        .with_context(|| format!("{} has no certificates in PEM", ca.display()))?;
    if list.is_empty() {
        return Err(anyhow!("{} has no certificate in it; it has to be PEM", ca.display()));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str]) -> Guard {
        let nets = |list: &[&str]| list.iter().map(|net| net.parse().unwrap()).collect();
        Guard { allow: nets(allow), not_public: nets(&NOT_PUBLIC) }
    }

    #[test]
    fn only_public_addresses_are_reached() {
        let guard = guard(&[]);
        for public in ["1.1.1.1", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(guard.lets(public.parse().unwrap()), "{public}");
        }
        for other in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "192.168.1.1",
            "100.100.100.200",
            "0.0.0.0",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fec0::1",
            "fd00::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
            "239.1.2.3",
            "ff02::1",
        ] {
            assert!(!guard.lets(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn what_is_listed_is_reached() {
        let guard = guard(&["127.0.0.1", "fd00::/8"]);
        assert!(guard.lets("127.0.0.1".parse().unwrap()) && guard.lets("fd12::1".parse().unwrap()));
        assert!(!guard.lets("127.0.0.2".parse().unwrap()));
    }

    #[tokio::test]
    async fn an_address_of_this_machine_is_refused_by_name_and_in_figures() {
        let outbound = Outbound::new(&OutboundOptions::default()).unwrap();
        for host in
            ["localhost", "127.0.0.1", "[::1]", "2130706433", "127.1", "0x7f.1", "127.0.0.1.", "[::ffff:7f00:1]"]
        {
            let request = http::Request::get(format!("https://{host}:9/")).body(Bytes::new()).unwrap();
            let refused = format!("{:#}", outbound.send(request, 100).await.unwrap_err());
            assert!(refused.contains("--outbound-allow"), "{refused}");
        }
        let plain = http::Request::get("http://example.org/").body(Bytes::new()).unwrap();
        assert!(outbound.send(plain, 100).await.is_err(), "only https goes out");
    }
}
