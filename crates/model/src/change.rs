//! A change as the hooks see it: one record before and after, what they may ask about others, and what follows.

use jmap::{Id, Origin, UtcDate};
use serde_json::{Map, Value};

use crate::caller::{Caller, Role};
use crate::kind::{Kind, TypeDef};
use crate::person::Rhythm;
use crate::record::Record;

/// One record before and after.
pub struct Change<'a> {
    /// Its type.
    pub ty: &'static TypeDef,
    /// Its kind, where the type has kinds.
    pub kind: Option<&'static Kind>,
    /// The account.
    pub account: Id,
    /// `None` for a create.
    pub before: Option<&'a Record>,
    /// `None` for a destroy.
    pub after: Option<&'a Record>,
    /// What a create says to properties that are kept nowhere.
    pub said: &'a Map<String, Value>,
    /// How a new record comes to be.
    pub origin: Origin,
    /// Who asks.
    pub by: &'a Caller,
    /// The caller's role in this account; `Role::None` if he has none.
    pub role: Role,
    /// The instant of the command.
    pub now: UtcDate,
    /// The workspace account.
    pub workspace: Id,
    /// Other records, as far as the table declares them.
    pub related: &'a dyn Related,
}

impl Change<'_> {
    /// The record as it will be, or, when it goes, as it was.
    pub fn record(&self) -> &Record {
        self.after.or(self.before).expect("a change has a record before or after")
    }

    /// True for a create.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// True if that property is another than before.
    pub fn changes(&self, name: &str) -> bool {
        self.before.and_then(|r| r.props.get(name)) != self.after.and_then(|r| r.props.get(name))
    }
}

/// A Group that is named.
#[derive(Clone, Debug)]
pub struct Named {
    /// The Group.
    pub group: Record,
    /// Those of its persons who are in the Space of the Item, and not deactivated.
    pub here: Vec<Id>,
}

/// What a rule may ask about other records: the declared references, and what hangs below.
pub trait Related {
    /// The targets of a reference property of the record that are there.
    fn all(&self, property: &str) -> Vec<&Record>;
    /// The first of them.
    fn get(&self, property: &str) -> Option<&Record> {
        self.all(property).first().copied()
    }
    /// The Space of the account, if it is one's.
    fn space(&self) -> Option<&Record>;
    /// The Workspace, for a Space.
    fn workspace(&self) -> Option<&Record>;
    /// The Thread of the record, if there is one yet.
    fn thread(&self) -> Option<&Record>;
    /// The Groups that an Item names and did not name before.
    fn groups(&self) -> &[Named];
    /// The hours of those whom an Item asks and whom things reach, where a property of it is counted in them and its end
    /// may be another by this change.
    fn hours(&self) -> &[(Id, Rhythm)];
    /// Of a Schedule that is new: how many the Space has.
    fn siblings(&self) -> usize;
    /// Who stands in now for somebody whom the record names as a Person.
    fn deputy(&self, of: Id) -> Option<Id>;
    /// On a destroy: the created_seq and the instant of the newest living post of origin said in its thread, the
    /// record itself and the root left out.
    fn newest_living_said(&self) -> Option<(u64, UtcDate)>;
    /// On a destroy: something living hangs below it.
    fn has_children(&self) -> bool;
}

/// What follows from a change, in the same transaction.
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Sets properties of a record of the same account (its own too), whoever may write them.
    Patch { ty: &'static str, id: Id, patch: Map<String, Value> },
    /// Writes a record that is not there, or replaces the properties of the one that is.
    Put { ty: &'static str, account: Id, id: Id, props: Map<String, Value> },
    /// A record of the server's making holds a file from now on, so that it is served where the record is.
    Hold { ty: &'static str, account: Id, id: Id, blob: Id },
    /// It holds it no more.
    LetGo { ty: &'static str, account: Id, id: Id, blob: Id },
    /// On a destroy: the record is emptied, not destroyed. What it was is kept until the retention time either way.
    Empty,
    /// Destroys a record that the server made, if it is there.
    Destroy { ty: &'static str, id: Id },
    /// Destroys an emptied Item below which nothing hangs any more, and so on upwards.
    Sweep { id: Id },
    /// A key of the account that leads to a record, whoever writes it; writing it again is the same.
    Lead { name: &'static str, key: String, to: Id },
    /// Takes a unique key, or refuses the change if somebody else has it.
    Claim { name: &'static str, key: String, property: &'static str },
    /// Lets a unique key go, if it is that of this record.
    Release { name: &'static str, key: String, of: Id },
    /// Something to be done later in an account.
    Job { account: Id, run: String, due: UtcDate, waits_for: Option<Id>, payload: Value },
    /// Not to be done any more.
    Cancel { account: Id, run: String },
    /// Begins with what a Move asks for; the record is the Move.
    Move,
    /// To be told outside.
    Outward { what: &'static str, value: Value },
}
