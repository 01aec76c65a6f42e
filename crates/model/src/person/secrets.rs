//! Secrets: internal types that no method shows. Each is found by a key that is a hash of what the person holds.

use crate::kind::{AccountKind, Author, Property, Rules, Shape, TypeDef, Writer, property};
use crate::limits;

const fn secret(
    name: &'static str,
    number: u8,
    account: AccountKind,
    about: &'static str,
    properties: &'static [Property],
) -> TypeDef {
    TypeDef {
        name,
        number,
        letter: b'k',
        account,
        about,
        properties,
        has_kinds: false,
        internal: true,
        founds: None,
        id_of: |_| None,
        author: Author::Owner,
        create: Writer::Server,
        destroy: Writer::Server,
        rules: Rules::NONE,
    }
}

/// The hash of a person's password.
pub const CREDENTIAL: TypeDef = secret(
    "Credential",
    30,
    AccountKind::Personal,
    "The hash of a password (Argon2id).",
    &[property("hash", Shape::Text { max: 512 }, "in the PHC string format")],
);

/// A browser that is signed in.
pub const SESSION: TypeDef = secret(
    "Session",
    31,
    AccountKind::Personal,
    "A browser that is signed in.",
    &[
        property("open", Shape::Bool, "true; by its index the sessions of a person are found").index("session.1"),
        property("client", Shape::Text { max: 300 }, "what it says it is"),
        property("createdAt", Shape::Instant, "since when"),
        property("expiresAt", Shape::Instant, "until when"),
        property("key", Shape::Text { max: 64 }, "the hash of its secret"),
    ],
);

/// A program's token.
pub const TOKEN: TypeDef = secret(
    "Token",
    32,
    AccountKind::Personal,
    "A program's token.",
    &[
        property("open", Shape::Bool, "true; by its index the tokens of a person are found").index("token.1"),
        property("name", Shape::Text { max: 300 }, "what it is for"),
        property("scopes", Shape::List(&Shape::Text { max: 16 }, 8), "what it may"),
        property("createdAt", Shape::Instant, "since when"),
        property("expiresAt", Shape::Instant, "until when"),
        property("key", Shape::Text { max: 64 }, "the hash of its secret"),
    ],
);

/// A link that works once. That of the first admin is in the workspace account, the others in the personal account of
/// whom they are for.
pub const LINK: TypeDef = secret(
    "Link",
    34,
    AccountKind::Personal,
    "A link that lets a person in once, to set a password.",
    &[
        property("kind", Shape::Choice(&["firstAdmin", "invitation", "reset"]), "what it does"),
        property("madeBy", Shape::AnyId(b"p"), "who made it"),
        property("createdAt", Shape::Instant, "when"),
        property("expiresAt", Shape::Instant, "until when it works"),
        property("key", Shape::Text { max: 64 }, "the hash of its secret"),
    ],
);

/// A link by which several persons come into a Space; a Space has at most one.
pub const SPACE_LINK: TypeDef = secret(
    "SpaceLink",
    35,
    AccountKind::Space,
    "A link by which several persons come into a Space.",
    &[
        property("role", Shape::Choice(&["member", "guest"]), "as what they come"),
        property("most", Shape::Integer { min: 1, max: limits::MAX_COMERS as i64 }, "how many it lets in"),
        property("came", Shape::Integer { min: 0, max: limits::MAX_COMERS as i64 }, "how many have come by it"),
        property("madeBy", Shape::AnyId(b"p"), "who made it"),
        property("createdAt", Shape::Instant, "when"),
        property("expiresAt", Shape::Instant, "until when it works"),
        property("key", Shape::Text { max: 64 }, "the hash of its secret"),
    ],
);

/// A key of the server itself.
pub const SERVER_KEY: TypeDef = secret(
    "ServerKey",
    33,
    AccountKind::Workspace,
    "A key of the server itself, shared by all nodes.",
    &[property("key", Shape::Text { max: 64 }, "32 bytes in hexadecimal digits")],
);
