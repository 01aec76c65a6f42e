//! Secrets as people and programs hold them: 32 random bytes as text. The store keeps their hash alone, which is also
//! the key they are found by.

use crate::random;

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Session,
    Token,
    Link,
}

/// The hash of a secret's text. The secret is random throughout, so a fast hash is enough.
pub(crate) type Hash = [u8; 32];

/// A secret that was just made; its text is shown once.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) text: String,
    /// Of the hash.
    pub(crate) key: String,
}

impl Use {
    const ALL: [Use; 3] = [Use::Session, Use::Token, Use::Link];

    /// Tells people, and scanners of source code, what they have before them.
    fn prefix(self) -> &'static str {
        match self {
            Use::Session => "mw_s_",
            Use::Token => "mw_t_",
            Use::Link => "mw_l_",
        }
    }

    /// The name of its keys.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Use::Session => "session",
            Use::Token => "token",
            Use::Link => "link",
        }
    }
}

/// A new one.
pub(crate) fn fresh(of: Use) -> Secret {
    made_of(of, &random::<32>())
}

/// The one with that random part.
pub(crate) fn made_of(of: Use, random: &[u8; 32]) -> Secret {
    let text = format!("{}{}", of.prefix(), data_encoding::BASE32_DNSSEC.encode(random));
    let key = key(&hash(&text));
    Secret { text, key }
}

/// The hash of a link's secret; `None` for anything else.
pub(crate) fn of_link(text: &str) -> Option<Hash> {
    read(text).filter(|(of, _)| *of == Use::Link).map(|(_, hash)| hash)
}

/// What a text is the secret of; `None` for what we never made.
pub(crate) fn read(text: &str) -> Option<(Use, Hash)> {
    let (of, rest) = Use::ALL.into_iter().find_map(|of| Some((of, text.strip_prefix(of.prefix())?)))?;
    let bytes = data_encoding::BASE32_DNSSEC.decode(rest.as_bytes()).ok()?;
    (bytes.len() == 32).then(|| (of, hash(text)))
}

/// The key by which it is found.
pub(crate) fn key(hash: &Hash) -> String {
    data_encoding::HEXLOWER.encode(hash)
}

fn hash(text: &str) -> Hash {
    *blake3::hash(text.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_as_what_it_is_for_and_nothing_near_it_is() {
        for of in Use::ALL {
            let secret = fresh(of);
            let (read_as, hash) = read(&secret.text).unwrap();
            assert_eq!((read_as, key(&hash)), (of, secret.key.clone()));
            let bare = &secret.text[5..];
            for bad in [bare.to_owned(), format!("mw_x_{bare}"), format!("{}0", secret.text), secret.text[..40].into()]
            {
                assert_eq!(read(&bad), None, "{bad}");
            }
            let other = Use::ALL.into_iter().find(|other| *other != of).unwrap();
            let disguised = format!("{}{bare}", other.prefix());
            assert_ne!(read(&disguised).map(|(_, hash)| key(&hash)), Some(secret.key));
        }
    }
}
