//! How much strangers read, counted by where they come from, so that one of them does not take the server from all
//! others. In memory, for a minute, and never by what was read.

use jmap::UtcDate;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;

/// Pages and files of one client in that time.
pub(crate) const MOST: u32 = 600;
const WINDOW_MS: i64 = 60_000;
/// Clients that are remembered; more begin anew.
const CLIENTS: usize = 20_000;

/// Who has asked for how much since when.
#[derive(Default)]
pub(crate) struct Crowd(Mutex<HashMap<IpAddr, (UtcDate, u32)>>);

impl Crowd {
    /// Counts a request; `Err` has the seconds after which the client may go on.
    pub(crate) fn count(&self, client: IpAddr, now: UtcDate) -> Result<(), i64> {
        let mut clients = self.0.lock();
        let fresh = |since: UtcDate| since <= now && now < since.plus_ms(WINDOW_MS);
        if clients.len() >= CLIENTS {
            clients.retain(|_, (since, _)| fresh(*since));
            if clients.len() >= CLIENTS {
                clients.clear();
            }
        }
        let entry = clients.entry(network(client)).or_insert((now, 0));
        if !fresh(entry.0) {
            *entry = (now, 0);
        }
        entry.1 = entry.1.saturating_add(1);
        let left = entry.0.plus_ms(WINDOW_MS).ms() - now.ms();
        if entry.1 <= MOST { Ok(()) } else { Err((left + 999) / 1000) }
    }
}

/// Of IPv6 a client commonly has 64 bits for itself.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => IpAddr::from((u128::from(ip) >> 64 << 64).to_be_bytes()),
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_reads_so_much_in_a_minute_and_others_are_not_concerned() {
        let crowd = Crowd::default();
        let now = UtcDate::from_ms(0);
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same: IpAddr = "2001:db8::2".parse().unwrap();
        let other: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..MOST {
            assert_eq!(crowd.count(one, now), Ok(()));
        }
        assert_eq!(crowd.count(same, now.plus_ms(1000)), Err(59));
        assert_eq!(crowd.count(other, now), Ok(()));
        assert_eq!(crowd.count(one, now.plus_ms(60_000)), Ok(()));
    }
}
