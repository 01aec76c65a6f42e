//! Passwords: which are accepted, and their hashes (Argon2id with the parameters that OWASP gives as a minimum).

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use jmap::SetError;
use std::sync::Arc;
use store::StoreError;
use tokio::sync::Semaphore;

/// Fewer characters are refused.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// More bytes are refused, so that nobody keeps us busy with hashing.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Each hash takes 19 MiB, and a core for some tens of milliseconds.
const AT_ONCE: usize = 2;

/// (KiB, passes, lanes). Tests of this crate hash often; what they show does not depend on the cost.
const COST: (u32, u32, u32) = if cfg!(test) { (64, 1, 1) } else { OWASP };
const OWASP: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Hashes passwords beside the requests, few at a time.
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Semaphore>);

/// Refuses what is too short, too long, or what everybody knows of the person.
pub(crate) fn check(password: &str, name: &str, email: &str) -> Result<(), SetError> {
    let chars = password.chars().count();
    if chars < MIN_PASSWORD_CHARS {
        let why = format!("a password has at least {MIN_PASSWORD_CHARS} characters; this one has {chars}");
        return Err(SetError::invalid("password", why));
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(SetError::too_large("password", "the limit in bytes", MAX_PASSWORD_BYTES, password.len()));
    }
    let same = |known: &str| known.trim().to_lowercase() == password.trim().to_lowercase();
    if same(name) || same(email) {
        return Err(SetError::invalid("password", "a password is neither one's name nor one's address; take another"));
    }
    Ok(())
}

impl Hasher {
    pub(crate) fn new() -> Hasher {
        Hasher(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The hash of a password with a fresh salt, in the PHC string format.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, StoreError> {
        let password = password.to_owned();
        self.run(move || hash_at(COST, &password)).await?
    }

    /// Whether a password is the one of that hash. Without a hash the answer is no, after the same work.
    pub(crate) async fn fits(&self, password: &str, hash: Option<String>) -> Result<bool, StoreError> {
        let password = password.to_owned();
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(nobodys);
            let parsed = PasswordHash::new(&hash)
                .map_err(|error| StoreError::Corrupt(format!("the hash of a password can't be read: {error}")))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
        let permit = self.0.clone().acquire_owned().await.expect("the semaphore is never closed");
        // The permit goes along: who asked may leave, the work goes on.
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|error| StoreError::Broken(format!("hashing a password did not end: {error}")))
    }
}

fn hash_at((kib, passes, lanes): (u32, u32, u32), password: &str) -> Result<String, StoreError> {
    let params = Params::new(kib, passes, lanes, None).expect("the parameters are within Argon2's limits");
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(password.as_bytes());
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| StoreError::Broken(format!("hashing a password failed: {error}")))
}

/// A hash of no password, at the cost of the others.
fn nobodys() -> String {
    let (kib, passes, lanes) = COST;
    format!("$argon2id$v=19$m={kib},t={passes},p={lanes}${}${}", "A".repeat(22), "A".repeat(43))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_not_what_everybody_knows() {
        let refused = |password: &str| check(password, "Ana Sousa Lima", "ana@example.org").unwrap_err().description;
        insta::assert_snapshot!(refused("short"), @"a password has at least 10 characters; this one has 5");
        insta::assert_snapshot!(refused("ANA@example.org "), @"a password is neither one's name nor one's address; take another");
        insta::assert_snapshot!(refused("ana sousa lima"), @"a password is neither one's name nor one's address; take another");
        insta::assert_snapshot!(refused(&"ä".repeat(513)), @r#""password" has 1026; the limit in bytes is 1024"#);
        assert!(check("ääääääääää", "Ana Sousa Lima", "ana@example.org").is_ok());
        assert!(check(&"a".repeat(1024), "Ana Sousa Lima", "ana@example.org").is_ok());
    }

    #[test]
    fn hashes_cost_what_owasp_asks_for() {
        assert!(hash_at(OWASP, "correct horse").unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[tokio::test]
    async fn only_the_same_password_fits_and_nobodys_hash_fits_none() {
        let hasher = Hasher::new();
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(hasher.fits("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!hasher.fits("correct horsf", Some(hash)).await.unwrap());
        assert!(!hasher.fits("correct horse", None).await.unwrap());
        assert!(PasswordHash::new(&nobodys()).is_ok());
    }
}
