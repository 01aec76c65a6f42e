//! Addresses of clients: which proxies are trusted, and what they say about who is behind them.

use http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses such as `10.0.0.0/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    base: u128,
    bits: u8,
}

/// The text is not a range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadNet(String);

impl std::fmt::Display for BadNet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is neither an address such as 127.0.0.1 nor a range such as 10.0.0.0/8", self.0)
    }
}

impl std::error::Error for BadNet {}

impl Net {
    /// True if the address lies in the range; an IPv4 address is the same in its IPv6 form.
    pub fn has(self, address: IpAddr) -> bool {
        let mask = mask(self.bits);
        number(address) & mask == self.base & mask
    }
}

impl FromStr for Net {
    type Err = BadNet;

    fn from_str(text: &str) -> Result<Net, BadNet> {
        let bad = || BadNet(text.to_string());
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| bad())?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let (most, before) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let bits = bits.unwrap_or(most);
        if bits > most {
            return Err(bad());
        }
        Ok(Net { base: number(address), bits: bits + before })
    }
}

fn mask(bits: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => four.to_ipv6_mapped().to_bits(),
        IpAddr::V6(six) => six.to_bits(),
    }
}

/// The same address, IPv4 where it is an IPv4 one in IPv6 clothes.
pub(crate) fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Who is at the other end: the peer, or, where the peer is a trusted proxy, whom it names. The list of hops is read
/// from its end, since only what trusted proxies have added can be believed.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Net]) -> IpAddr {
    let peer = plain(peer);
    let trusts = |address: IpAddr| trusted.iter().any(|net| net.has(address));
    if !trusts(peer) {
        return peer;
    }
    let forwarded =
        list(headers, "forwarded").map(|hops| last_untrusted(peer, hops.iter().map(|h| forwarded_for(h)), trusts));
    let x_forwarded = list(headers, "x-forwarded-for")
        .map(|hops| last_untrusted(peer, hops.iter().map(|hop| address_in(hop)), trusts));
    match (forwarded, x_forwarded) {
        // A proxy writes one of them and passes the other on as the client wrote it: which one can't be told.
        (Some(one), Some(other)) if one != other => peer,
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => peer,
    }
}

fn last_untrusted(
    peer: IpAddr,
    hops: impl DoubleEndedIterator<Item = Option<IpAddr>>,
    trusts: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut nearest = peer;
    for hop in hops.rev() {
        let Some(address) = hop else { break };
        nearest = address;
        if !trusts(address) {
            break;
        }
    }
    nearest
}

/// The elements of a list header, over all its lines.
fn list<'a>(headers: &'a HeaderMap, name: &str) -> Option<Vec<&'a str>> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    (!lines.is_empty()).then(|| lines.iter().flat_map(|line| line.split(',')).map(str::trim).collect())
}

/// `for` of an element of `Forwarded` (RFC 7239 4).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| address_in(value.trim().trim_matches('"')))?
    })
}

/// An address with or without a port; obfuscated names and `unknown` are none.
fn address_in(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']')?.0.parse::<Ipv6Addr>().ok().map(IpAddr::V6).map(plain);
    }
    let address = text.parse().ok().or_else(|| text.rsplit_once(':')?.0.parse().ok())?;
    Some(plain(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &str)], trusted: &[&str]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let trusted: Vec<Net> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &map, &trusted).to_string()
    }

    #[test]
    fn a_range_has_its_addresses_in_both_forms() {
        let net: Net = "10.0.0.0/8".parse().unwrap();
        assert!(net.has("10.255.0.1".parse().unwrap()) && net.has("::ffff:10.0.0.9".parse().unwrap()));
        assert!(!net.has("11.0.0.1".parse().unwrap()) && !net.has("::10.0.0.1".parse().unwrap()));
        assert!("::/0".parse::<Net>().unwrap().has("1.2.3.4".parse().unwrap()));
        assert!("fd00::/8".parse::<Net>().unwrap().has("fd12::1".parse().unwrap()));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0", "localhost", "10.0.0.0/x", "10.0.0.0/-1"] {
            assert!(bad.parse::<Net>().is_err(), "{bad}");
        }
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(client("9.9.9.9", &[("x-forwarded-for", "1.2.3.4")], &[]), "9.9.9.9");
        assert_eq!(client("9.9.9.9", &[("forwarded", "for=1.2.3.4")], &["10.0.0.0/8"]), "9.9.9.9");
    }

    #[test]
    fn what_the_client_wrote_before_the_proxy_is_not_believed() {
        let proxies = &["10.0.0.0/8"];
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 1.2.3.4")], proxies), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.2")], proxies), "1.2.3.4");
        let two_lines = &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "1.2.3.4")];
        assert_eq!(client("10.0.0.1", two_lines, proxies), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, rubbish")], proxies), "10.0.0.1");
        let planted = &[("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "1.2.3.4")];
        assert_eq!(client("10.0.0.1", planted, proxies), "10.0.0.1");
    }

    #[test]
    fn forwarded_is_read_as_its_rfc_writes_it() {
        let proxies = &["127.0.0.1"];
        let of = |value: &str| client("127.0.0.1", &[("forwarded", value)], proxies);
        assert_eq!(of("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
        assert_eq!(of("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
        assert_eq!(of("for=192.0.2.43, for=\"198.51.100.17:80\""), "198.51.100.17");
        assert_eq!(of("for=_hidden"), "127.0.0.1");
        assert_eq!(of("for=unknown, for=127.0.0.1"), "127.0.0.1");
        assert_eq!(of("proto=https"), "127.0.0.1");
        assert_eq!(client("::ffff:127.0.0.1", &[], proxies), "127.0.0.1");
    }
}
