//! The vocabulary in which types and kinds are declared: tables of properties, and two hooks, `check` and `effects`.
//! It knows no type and no kind.

use jmap::{Id, SetError, UtcDate};
use serde_json::{Map, Value};

use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::record::Record;

/// Which accounts hold a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountKind {
    /// One per Space; the members read it.
    Space,
    /// One per person; its owner alone reads it.
    Personal,
    /// One per server; members read it, guests do not.
    Workspace,
}

/// A type: a table, and two hooks behind it. Everything else (get, set, changes, query, docs) derives from it.
#[derive(Debug)]
pub struct TypeDef {
    /// As in `Item/get`.
    pub name: &'static str,
    /// Written down for ever, in the store.
    pub number: u8,
    /// The letter of its ids.
    pub letter: u8,
    /// Where its records live.
    pub account: AccountKind,
    /// What it is, for the reference pages.
    pub about: &'static str,
    /// Common to all its kinds.
    pub properties: &'static [Property],
    /// Whether records have a `kind` (then the kinds are in the registry).
    pub has_kinds: bool,
    /// Never shown by any method: secrets.
    pub internal: bool,
    /// A create opens an account with the record's id.
    pub founds: Option<AccountKind>,
    /// The id that a create must have, where it follows from the arguments.
    pub id_of: fn(&Naming) -> Option<Id>,
    /// Whom `Writer::Author` means.
    pub author: Author,
    /// Who may create one.
    pub create: Writer,
    /// Who may destroy one.
    pub destroy: Writer,
    /// The hooks.
    pub rules: Rules,
}

/// From what the id of a new record may follow.
pub struct Naming<'a> {
    /// The account of the call.
    pub account: Id,
    /// The workspace account.
    pub workspace: Id,
    /// The arguments of the create.
    pub args: &'a Map<String, Value>,
}

impl Naming<'_> {
    /// The id in an argument.
    pub fn arg(&self, name: &str) -> Option<Id> {
        Id::parse(self.args.get(name)?.as_str()?).ok()
    }
}

/// Whom `Writer::Author` means for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The person in `createdBy`.
    CreatedBy,
    /// The record is that person.
    Itself,
    /// The owner of the personal account.
    Owner,
    /// The person in `saidBy`, in whose name it speaks now.
    SaidBy,
}

/// A kind of Item: a folder, and one word in the registry.
#[derive(Debug)]
pub struct Kind {
    /// As clients write it.
    pub name: &'static str,
    /// Written down for ever, in the store.
    pub number: u8,
    /// The version of its own properties; older records are upgraded on read.
    pub schema: u16,
    /// What it is, for the reference pages.
    pub about: &'static str,
    /// Its own properties, besides the common ones.
    pub properties: &'static [Property],
    /// Title, plain text and excerpt.
    pub summary: fn(&Record) -> Summary,
    /// Brings the properties of an older schema up to date.
    pub upgrade: fn(u16, Map<String, Value>) -> Map<String, Value>,
    /// The hooks.
    pub rules: Rules,
    /// What follows when its `closesAt` has come; nothing of what does not end by itself.
    pub ended: fn(Id, &Record, UtcDate) -> Vec<Effect>,
    /// A create that is accepted: the example of the reference page and the seed of the fuzzer.
    pub example: fn() -> Value,
}

/// What a table can't say. Both are pure.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Refuses what may not be.
    pub check: fn(&Change) -> Result<(), SetError>,
    /// What follows from it, in the same transaction.
    pub effects: fn(&Change) -> Vec<Effect>,
}

impl Rules {
    /// Nothing to refuse, nothing that follows.
    pub const NONE: Rules = Rules { check: |_| Ok(()), effects: |_| Vec::new() };
}

/// What every kind gives: clients show an unknown kind by it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// A line.
    pub title: String,
    /// The words in Markdown, for excerpt, search and mail.
    pub text: String,
}

/// One property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// As on the wire.
    pub name: &'static str,
    /// What it is, for the reference pages.
    pub about: &'static str,
    /// What values it takes.
    pub shape: Shape,
    /// Where it is kept.
    pub place: Place,
    /// Who may write it.
    pub writer: Writer,
    /// When it may be written.
    pub set: SetWhen,
    /// The name of its index, with the version of the index in it.
    pub index: Option<&'static str>,
    /// Its words are searched.
    pub searchable: bool,
    /// A change of it makes a version.
    pub versioned: bool,
    /// Must be given at creation.
    pub required: bool,
    /// An import may set it at creation, of what was not said here.
    pub imported: bool,
    /// Where it is set, the rules see the hours of those whom the Item asks.
    pub in_hours: bool,
    /// What it is when nobody said.
    pub default: Default,
}

/// What values a property takes.
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A line of at most `max` bytes, without control characters.
    Text { max: usize },
    /// Text of at most `max` bytes; line ends and tabs are allowed.
    Markdown { max: usize },
    /// A whole number.
    Integer { min: i64, max: i64 },
    /// true or false.
    Bool,
    /// A UTCDate.
    Instant,
    /// A calendar day, `2026-11-22`.
    Day,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The id of a record of that type.
    Ref { to: &'static str, must: Must },
    /// The id of a record of one of those types, told apart by the letters of their ids; it must be there.
    OneOf(&'static [(u8, &'static str)]),
    /// An id with one of these letters, of which nothing else is checked.
    AnyId(&'static [u8]),
    /// A blobId that the caller may refer to.
    Blob,
    /// A blobId of a picture of at most `max` bytes, of a kind that browsers show and the server can read.
    Picture { max: usize },
    /// At most so many of these.
    List(&'static Shape, usize),
    /// Keys, values, and how many at most.
    Map(Keys, &'static Shape, usize),
    /// An object with these properties.
    Object(&'static [Property]),
    /// A whole record of that type, as a create would take it.
    Embedded(&'static str),
    /// Any object of at most `max` bytes.
    Free { max: usize },
}

/// The keys of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Ids of persons.
    Person,
    /// Ids of records of that type; they must be there.
    Ref(&'static str),
    /// Ids of groups.
    Group,
    /// Lines of at most so many bytes.
    Text(usize),
}

/// What a reference asks of its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// It is there, in the account that holds its type, and not destroyed.
    Exist,
    /// Only the form is checked.
    Nothing,
}

/// Where a property is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// With what replicas fetch first.
    Head,
    /// With what is long.
    Body,
    /// A column of the record itself.
    Column,
    /// Not at all: it only speaks to `effects`.
    Nowhere,
}

/// When a property may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetWhen {
    /// With the create, never after.
    Create,
    /// Always.
    Always,
}

/// What a property is when nobody said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// null.
    Null,
    /// `[]`, `{}`, `""`, `false` or `0`, by shape.
    Empty,
    /// This word.
    Word(&'static str),
    /// The instant of the create.
    Now,
    /// The caller's person.
    Caller,
    /// Never absent: the server sets it when it makes the record.
    Set,
}

/// Who may write a property, or create or destroy a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The server alone.
    Server,
    /// An import (a token with that scope, on create); else the server.
    Importer,
    /// The author of the record.
    Author,
    /// The author, or that role or a higher one.
    AuthorOr(Role),
    /// That role or a higher one, in the account.
    Role(Role),
    /// Each reader his own entry: a path through all its maps, of which the last part is the caller's id.
    SelfKey,
}

/// A property with the defaults that most have: in the head, written by its author, always, null.
pub const fn property(name: &'static str, shape: Shape, about: &'static str) -> Property {
    Property {
        name,
        about,
        shape,
        place: Place::Head,
        writer: Writer::Author,
        set: SetWhen::Always,
        index: None,
        searchable: false,
        versioned: false,
        required: false,
        imported: false,
        in_hours: false,
        default: Default::Null,
    }
}

impl Property {
    /// Kept with what is long.
    pub const fn in_body(self) -> Property {
        Property { place: Place::Body, ..self }
    }
    /// A column of the record, set by the server.
    pub const fn column(self) -> Property {
        Property { place: Place::Column, writer: Writer::Server, ..self }
    }
    /// Only speaks to `effects`, at creation.
    pub const fn nowhere(self) -> Property {
        Property { place: Place::Nowhere, set: SetWhen::Create, ..self }
    }
    /// Set by the server.
    pub const fn server(self) -> Property {
        Property { writer: Writer::Server, ..self }
    }
    /// Set by the server when it makes the record, so that it is always there.
    pub const fn set(self) -> Property {
        Property { writer: Writer::Server, default: Default::Set, ..self }
    }
    /// Written by these.
    pub const fn by(self, writer: Writer) -> Property {
        Property { writer, ..self }
    }
    /// Fixed at creation.
    pub const fn once(self) -> Property {
        Property { set: SetWhen::Create, ..self }
    }
    /// Must be given at creation.
    pub const fn required(self) -> Property {
        Property { required: true, ..self }
    }
    /// Has an index of that name.
    pub const fn index(self, name: &'static str) -> Property {
        Property { index: Some(name), ..self }
    }
    /// Its words are searched.
    pub const fn searchable(self) -> Property {
        Property { searchable: true, ..self }
    }
    /// A change of it makes a version.
    pub const fn versioned(self) -> Property {
        Property { versioned: true, ..self }
    }
    /// An import may set it at creation, whoever writes it later.
    pub const fn imported(self) -> Property {
        Property { imported: true, ..self }
    }
    /// Counted in hours of those whom the Item asks: where it is set, the rules see them.
    pub const fn in_hours(self) -> Property {
        Property { in_hours: true, ..self }
    }
    /// What it is when nobody said.
    pub const fn default(self, default: Default) -> Property {
        Property { default, ..self }
    }
    /// True if null is a value of it.
    pub fn nullable(&self) -> bool {
        self.default == Default::Null && !self.required
    }
}
