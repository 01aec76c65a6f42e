//! Failed attempts, counted in the store so that all nodes know them: per person or address, and per client. Attempts
//! are counted before they are judged, so that many at once are no way round; success takes them back.

use jmap::{Id, UtcDate};
use std::net::IpAddr;
use store::{Miss, Snapshot, StoreError, Tx};

use super::SignInError;
use crate::Shared;
use crate::work::{Done, write};

/// After its first failure a counter is forgotten after so long.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Failures in that time.
const PER_SUBJECT: u64 = 10;
const PER_CLIENT: u64 = 30;

/// The counters of one attempt: name and limit.
#[derive(Clone)]
pub(crate) struct Tries {
    subject: Option<String>,
    client: Option<String>,
}

impl Tries {
    /// Of an address, whether somebody has it or not.
    pub(crate) fn of_address(shared: &Shared, email: &str) -> Tries {
        Tries { subject: Some(name(shared, "address", &address_key(email))), client: None }
    }

    /// Of a client.
    pub(crate) fn of_client(shared: &Shared, address: &str) -> Tries {
        Tries { subject: None, client: Some(name(shared, "client", &network(address))) }
    }

    /// Both of these.
    pub(crate) fn and(self, other: Tries) -> Tries {
        Tries { subject: self.subject.or(other.subject), client: self.client.or(other.client) }
    }

    /// Of a person who says the password again.
    pub(crate) fn of_person(shared: &Shared, person: Id) -> Tries {
        Tries { subject: Some(name(shared, "person", &person.to_string())), client: None }
    }

    /// Counts an attempt, or refuses it.
    pub(crate) async fn count(&self, shared: &Shared) -> Result<(), SignInError> {
        let (me, now) = (self.clone(), shared.clock.now());
        let work = move |tx: &mut dyn Tx| -> Result<Done<Option<UtcDate>>, Miss> {
            let mut retry_at = None;
            for (name, limit) in me.all() {
                let (count, expires) = living(tx.counter(name)?, now).unwrap_or((0, now.plus_ms(WINDOW_MS)));
                if count >= limit {
                    retry_at = retry_at.max(Some(expires));
                }
                tx.set_counter(name, count + 1, expires);
            }
            Ok(if retry_at.is_some() { Done::Undo(retry_at) } else { Done::Keep(None) })
        };
        // Under the lock of the workspace account two nodes do not count over each other.
        match write(&*shared.store, vec![shared.workspace], None, work).await? {
            Some(retry_at) => Err(SignInError::TooMany { retry_at }),
            None => Ok(()),
        }
    }

    /// Until when attempts are refused.
    pub(crate) fn refused_until(&self, at: &dyn Snapshot, now: UtcDate) -> Result<Option<UtcDate>, StoreError> {
        let mut until = None;
        for (name, limit) in self.all() {
            let counter = living(at.counter(name)?, now).filter(|(count, _)| *count >= limit);
            until = until.max(counter.map(|(_, expires)| expires));
        }
        Ok(until)
    }

    /// The attempt that was counted went well: the subject starts anew, the client has one failure less.
    pub(crate) fn succeeded(&self, tx: &mut dyn Tx, now: UtcDate) -> Result<(), Miss> {
        if let Some(subject) = &self.subject
            && living(tx.counter(subject)?, now).is_some()
        {
            tx.set_counter(subject, 0, now);
        }
        if let Some(client) = &self.client
            && let Some((count, expires)) = living(tx.counter(client)?, now)
        {
            tx.set_counter(client, count.saturating_sub(1), expires);
        }
        Ok(())
    }

    fn all(&self) -> impl Iterator<Item = (&str, u64)> {
        let subject = self.subject.as_deref().map(|name| (name, PER_SUBJECT));
        subject.into_iter().chain(self.client.as_deref().map(|name| (name, PER_CLIENT)))
    }
}

fn living(counter: Option<(u64, UtcDate)>, now: UtcDate) -> Option<(u64, UtcDate)> {
    counter.filter(|(_, expires)| *expires > now)
}

/// Keyed, so that the table of counters tells nobody who tried from where.
fn name(shared: &Shared, of: &str, what: &str) -> String {
    let hash = blake3::keyed_hash(&shared.key, format!("{of} {what}").as_bytes());
    format!("failed/{of}/{}", data_encoding::HEXLOWER.encode(&hash.as_bytes()[..16]))
}

fn address_key(email: &str) -> String {
    model::person::email_key(email).unwrap_or_else(|| email.trim().to_lowercase())
}

/// Of IPv6 a client commonly has 64 bits for itself.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => format!("{:x?}", &ip.segments()[..4]),
        Ok(ip) => ip.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_apart_by_their_network() {
        assert_eq!(network("2001:db8:1:2::7"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }
}
