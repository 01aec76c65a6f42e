//! The list of types and kinds: one word each. A value, so that a test can add one.

use crate::kind::{AccountKind, Kind, Property, TypeDef};
use crate::{delivery, importing, items, moving, person, schedule, space, submission};

/// Types and kinds, by their written-down numbers and names.
#[derive(Clone, Debug)]
pub struct Registry {
    types: Vec<&'static TypeDef>,
    kinds: Vec<&'static Kind>,
}

impl Registry {
    /// What Meanwhile consists of.
    pub fn standard() -> Registry {
        Registry {
            types: vec![
                &space::SPACE,
                &space::MEMBER,
                &items::ITEM,
                &items::THREAD,
                &schedule::SCHEDULE,
                &space::SPACE_CARD,
                &person::WORKSPACE,
                &person::PERSON,
                &person::GROUP,
                &submission::SUBMISSION,
                &submission::DRAFT,
                &moving::MOVE,
                &importing::IMPORT,
                &delivery::DELIVERY,
                &delivery::CURSOR,
                &delivery::FOLLOW,
                &delivery::PUSH_SUBSCRIPTION,
                &space::MEMBERSHIP,
                &person::SETTINGS,
                &person::SAVED_SEARCH,
                &person::CREDENTIAL,
                &person::SESSION,
                &person::TOKEN,
                &person::LINK,
                &person::SPACE_LINK,
                &person::SERVER_KEY,
            ],
            kinds: vec![
                &items::topic::TOPIC,
                &items::post::POST,
                &items::file::FILE,
                &items::decision::DECISION,
                &items::checkin::CHECKIN,
            ],
        }
    }

    /// The same with one kind more.
    pub fn with(mut self, kind: &'static Kind) -> Registry {
        self.kinds.push(kind);
        self
    }

    /// All types.
    pub fn types(&self) -> &[&'static TypeDef] {
        &self.types
    }

    /// The types that clients see of an account.
    pub fn types_of(&self, account: AccountKind) -> impl Iterator<Item = &'static TypeDef> + '_ {
        self.types.iter().copied().filter(move |ty| ty.account == account && !ty.internal)
    }

    /// All kinds.
    pub fn kinds(&self) -> &[&'static Kind] {
        &self.kinds
    }

    /// A type by its name.
    pub fn type_named(&self, name: &str) -> Option<&'static TypeDef> {
        self.types.iter().copied().find(|ty| ty.name == name)
    }

    /// A type by its number.
    pub fn type_numbered(&self, number: u8) -> Option<&'static TypeDef> {
        self.types.iter().copied().find(|ty| ty.number == number)
    }

    /// A kind by its name.
    pub fn kind_named(&self, name: &str) -> Option<&'static Kind> {
        self.kinds.iter().copied().find(|kind| kind.name == name)
    }

    /// A kind by its number.
    pub fn kind(&self, number: u8) -> Option<&'static Kind> {
        self.kinds.iter().copied().find(|kind| kind.number == number)
    }

    /// The names of the kinds.
    pub fn kind_names(&self) -> Vec<&'static str> {
        self.kinds.iter().map(|kind| kind.name).collect()
    }

    /// The properties of a type, and of a kind of it.
    pub fn properties<'a>(
        &'a self,
        ty: &'a TypeDef,
        kind: Option<&'a Kind>,
    ) -> impl Iterator<Item = &'static Property> + 'a {
        ty.properties.iter().chain(kind.map_or(&[][..], |kind| kind.properties))
    }

    /// One of them by its name.
    pub fn property(&self, ty: &TypeDef, kind: Option<&Kind>, name: &str) -> Option<&'static Property> {
        let own = kind.map_or(&[][..], |kind| kind.properties);
        ty.properties.iter().find(|p| p.name == name).or_else(|| own.iter().find(|p| p.name == name))
    }
}
