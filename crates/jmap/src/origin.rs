//! How a record came to be: shared by those who judge records and those who keep them.

/// How a record came to be. Never changes; readers with outward effects act on `Said` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Origin {
    /// Somebody said it here.
    Said = 0,
    /// An import brought it.
    Imported = 1,
    /// It came from another Space.
    Moved = 2,
    /// A restore or an upgrade brought it back.
    Restored = 3,
}

impl Origin {
    /// From its number.
    pub fn from_number(n: u8) -> Option<Origin> {
        [Origin::Said, Origin::Imported, Origin::Moved, Origin::Restored].into_iter().find(|o| *o as u8 == n)
    }

    /// As clients read it.
    pub fn word(self) -> &'static str {
        match self {
            Origin::Said => "said",
            Origin::Imported => "imported",
            Origin::Moved => "moved",
            Origin::Restored => "restored",
        }
    }
}
