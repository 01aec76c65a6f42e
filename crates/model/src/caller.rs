//! Who asks, and what he may.

use jmap::Id;

/// What a member may do; each includes those after it. In the workspace and in each Space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Invites, names, settles.
    Admin,
    /// Reads and writes.
    Member,
    /// From outside: reads and writes in the Spaces he was asked into, and knows nobody else.
    Guest,
    /// Left, never joined, or a placeholder for somebody named.
    None,
}

impl Role {
    /// The words of the `role` property.
    pub const WORDS: &'static [&'static str] = &["admin", "member", "guest", "none"];

    /// From its word; an unknown one gives no rights.
    pub fn from_word(word: &str) -> Role {
        match word {
            "admin" => Role::Admin,
            "member" => Role::Member,
            "guest" => Role::Guest,
            _ => Role::None,
        }
    }

    /// As clients read it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Member => "member",
            Role::Guest => "guest",
            Role::None => "none",
        }
    }

    /// True if this role is that one, or a higher one.
    pub fn at_least(self, other: Role) -> bool {
        let rank = |role| match role {
            Role::Admin => 3,
            Role::Member => 2,
            Role::Guest => 1,
            Role::None => 0,
        };
        rank(self) >= rank(other)
    }
}

/// What a token may do. A browser session may do everything its person may, but not import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Reads.
    pub const READ: Scopes = Scopes(1);
    /// Writes.
    pub const WRITE: Scopes = Scopes(2);
    /// Does what only workspace admins may.
    pub const ADMIN: Scopes = Scopes(4);
    /// Sets authors and dates. Only admins are given it.
    pub const IMPORT: Scopes = Scopes(8);
    /// What a browser session has.
    pub const SESSION: Scopes = Scopes(7);
    /// What the operator at the machine has.
    pub const ALL: Scopes = Scopes(15);

    const WORDS: [(&'static str, Scopes); 4] =
        [("read", Scopes::READ), ("write", Scopes::WRITE), ("admin", Scopes::ADMIN), ("import", Scopes::IMPORT)];

    /// Both.
    pub const fn and(self, other: Scopes) -> Scopes {
        Scopes(self.0 | other.0)
    }

    /// True if all of the other are among these.
    pub fn has(self, other: Scopes) -> bool {
        self.0 & other.0 == other.0
    }

    /// From words; `Err` names the one that is none.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Scopes, &'a str> {
        words.into_iter().try_fold(Scopes::default(), |scopes, word| {
            let found = Scopes::WORDS.iter().find(|(known, _)| *known == word);
            found.map(|(_, scope)| scopes.and(*scope)).ok_or(word)
        })
    }

    /// As words.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Scopes::WORDS.into_iter().filter(move |(_, scope)| self.has(*scope)).map(|(word, _)| word)
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub person: Id,
    /// His role in the workspace.
    pub role: Role,
    /// What his token or session may.
    pub scopes: Scopes,
}
