//! Item: anything said or made in a Space, and Thread, what hangs below one. Each kind has a folder; kinds do not
//! import each other.

pub mod checkin;
pub mod decision;
pub mod file;
pub mod post;
pub mod topic;

mod answers;
mod asking;
mod closing;
mod named;
mod rules;
mod taking;
mod thread;
mod urgent;

pub use closing::{close_run, open_until, sealed_until};
pub use named::{groups_in, persons_in};
pub use rules::message_key;
pub use taking::{still_asked, wants_one};
pub use thread::THREAD;

use crate::caller::Role;
use crate::kind::{AccountKind, Author, Default, Keys, Must, Property, Shape, TypeDef, Writer, property};
use crate::limits;

const PERSON: Shape = Shape::AnyId(b"p");

const PERSON_OR_GROUP: Shape = Shape::OneOf(&[(b'p', "Member"), (b'g', "Group")]);

const ATTACHMENT: &[Property] = &[
    property("blobId", Shape::Blob, "the upload").required(),
    property("name", Shape::Text { max: limits::MAX_NAME }, "the file's name").required(),
    property("type", Shape::Text { max: 255 }, "its media type"),
    property("size", Shape::Integer { min: 0, max: i64::MAX }, "its size in bytes, set by the server"),
    property("width", SIDE, "of a picture, as people see it, in pixels: the author's word, so that its place is kept"),
    property("height", SIDE, "the same, of its height"),
];

/// Of a picture.
const SIDE: Shape = Shape::Integer { min: 1, max: 1_000_000 };

const EXPECTS: &[Property] = &[
    property("what", Shape::Choice(&["reply", "decision", "acknowledgement"]), "what is asked for").required(),
    property("by", Shape::Instant, "until when"),
    property("of", Shape::List(&PERSON_OR_GROUP, limits::MAX_OF), "of whom: persons, and groups that stand for theirs")
        .default(Default::Empty),
    property(
        "anyOne",
        Shape::Bool,
        "true: one of them is enough; the first answer closes it for all, and who takes it tells the others",
    ),
];

const ANSWER: &[Property] = &[
    property("itemId", Shape::AnyId(b"i"), "the post that answers; null for a \"Got it\" or an answer from elsewhere"),
    property("at", Shape::Instant, "when").required(),
];

const WHO_AND_WHEN: &[Property] =
    &[property("by", Shape::AnyId(b"p"), "who").required(), property("at", Shape::Instant, "when").required()];

/// Anything said or made in a Space.
pub const ITEM: TypeDef = TypeDef {
    name: "Item",
    number: 3,
    letter: b'i',
    account: AccountKind::Space,
    about: "Anything said or made in a Space; its kind says what.",
    properties: &[
        property("kind", Shape::Text { max: 32 }, "what it is; never changes").column().by(Writer::Author).once(),
        property("threadId", Shape::AnyId(b"i"), "the root of its thread: itself, or that of what it replies to")
            .column(),
        property(
            "seq",
            Shape::Integer { min: 1, max: i64::MAX },
            "its place in the Space, in order of arrival; sort by this",
        )
        .column(),
        property("version", Shape::Integer { min: 1, max: i64::MAX }, "counts the edits; for ifVersion").column(),
        property("origin", Shape::Choice(&["said", "imported", "moved", "restored"]), "how it came to be")
            .column()
            .by(Writer::Importer)
            .once(),
        property("parentId", Shape::Ref { to: "Item", must: Must::Exist }, "what it replies to")
            .once()
            .index("parent.1"),
        property("title", Shape::Text { max: limits::MAX_TITLE }, "a line that names it").versioned().searchable(),
        property("text", Shape::Markdown { max: limits::MAX_TEXT }, "what is said, in Markdown")
            .in_body()
            .versioned()
            .searchable(),
        property("excerpt", Shape::Text { max: 256 }, "the first words").server().default(Default::Empty),
        property("blobs", Shape::List(&Shape::Object(ATTACHMENT), limits::MAX_BLOBS), "its files")
            .versioned()
            .default(Default::Empty),
        property("createdBy", Shape::Ref { to: "Member", must: Must::Exist }, "whose it is")
            .once()
            .by(Writer::Importer)
            .default(Default::Caller),
        property("createdAt", Shape::Instant, "when it was said; for imports the date it bears")
            .once()
            .by(Writer::Importer)
            .default(Default::Now),
        property("receivedAt", Shape::Instant, "when it came into this Space").server().default(Default::Now),
        property("editedAt", Shape::Instant, "when it was last edited").server().imported(),
        property(
            "mentions",
            Shape::List(&PERSON_OR_GROUP, limits::MAX_OF),
            "whom it names, persons and groups; in the text [@Name](mw:<id>)",
        )
        .default(Default::Empty),
        property(
            "groups",
            Shape::Map(Keys::Group, &Shape::List(&PERSON, limits::MAX_OF), limits::MAX_OF),
            "for whom each group that it names stood when it was sent: its persons who were in this Space then",
        )
        .server()
        .imported()
        .default(Default::Empty),
        property(
            "expects",
            Shape::Object(EXPECTS),
            "what is asked, of whom, by when; null asks nothing. Its author may change it; once somebody has answered, \"what\" stays",
        )
        .versioned(),
        property(
            "unasked",
            Shape::Map(Keys::Person, &Shape::Instant, limits::MAX_OF),
            "whom it asked and does not ask any more, without an answer of theirs, and since when",
        )
        .server()
        .imported()
        .default(Default::Empty),
        property(
            "urgent",
            Shape::Text { max: limits::MAX_TITLE },
            "why it can't wait. It reaches whom it asks or names outside their hours too, where they let it (`rhythm/urgent`), and else in their next ones. Who may say so is in the Space's `whoMayInterrupt`; all who are there see it",
        )
        .once(),
        property("inAnswerTo", Shape::Ref { to: "Item", must: Must::Exist }, "the Item whose question this answers")
            .once(),
        property("answers", Shape::Map(Keys::Person, &Shape::Object(ANSWER), limits::MAX_OF), "who has answered. Set with the post that answers (`inAnswerTo`), and taken back with it; one's own \"Got it\" is set here, with `itemId` null")
            .by(Writer::SelfKey)
            .imported()
            .default(Default::Empty),
        property(
            "takenBy",
            Shape::Map(Keys::Person, &Shape::Instant, limits::MAX_OF),
            "of those of whom one is enough, who has said \"I take it\", and when; the instant is the server's. It waits for him alone then, until he answers it or gives it back",
        )
        .by(Writer::SelfKey)
        .imported()
        .default(Default::Empty),
        property(
            "reactions",
            Shape::Map(Keys::Text(64), &Shape::Map(Keys::Person, &Shape::Bool, limits::MAX_REACTIONS), 64),
            "emoji, then person, then true",
        )
        .by(Writer::SelfKey)
        .imported()
        .default(Default::Empty),
        property("closed", Shape::Object(WHO_AND_WHEN), "who closed it, and when").by(Writer::AuthorOr(Role::Admin)),
        property("deleted", Shape::Object(WHO_AND_WHEN), "set when it was emptied because something hangs below it")
            .server()
            .imported(),
        property("scheduleId", Shape::AnyId(b"r"), "the Schedule that said it, where one did")
            .server()
            .imported()
            .index("schedule.1"),
        property("messageId", Shape::Text { max: 998 }, "the Message-ID of the mail it came from")
            .once()
            .by(Writer::Importer),
    ],
    has_kinds: true,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::CreatedBy,
    create: Writer::Role(Role::Guest),
    destroy: Writer::AuthorOr(Role::Admin),
    rules: rules::RULES,
};
