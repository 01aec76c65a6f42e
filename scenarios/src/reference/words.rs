//! The words of the tables: shapes, writers, defaults, limits and addresses as people read them.

use model::Role;
use model::kind::{Author, Default, Keys, Place, Property, Shape, TypeDef, Writer};

/// A link to a type's page.
pub(super) fn linked(name: &str, folder: &str) -> String {
    format!("[{name}]({folder}{name}.md)")
}

/// What values a property takes.
pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Text { max } => format!("a line of at most {max} bytes"),
        Shape::Markdown { max } => format!("text of at most {max} bytes"),
        Shape::Integer { min, max } if *max == i64::MAX => format!("a whole number from {min}"),
        Shape::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Shape::Bool => "`true` or `false`".to_string(),
        Shape::Instant => "a UTCDate".to_string(),
        Shape::Day => "a day, `2026-11-22`".to_string(),
        Shape::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Shape::Ref { to, .. } => format!("the id of {}", one(to)),
        Shape::OneOf(types) => {
            let types: Vec<String> = types.iter().map(|(_, to)| one(to)).collect();
            format!("the id of {}", types.join(" or "))
        }
        Shape::AnyId(letters) => {
            let letters: Vec<String> = letters.iter().map(|letter| format!("`{}`", char::from(*letter))).collect();
            format!("an id that begins with {}", letters.join(" or "))
        }
        Shape::Blob => "a blobId".to_string(),
        Shape::Picture { max } => format!("a blobId of a PNG, JPEG or WebP picture of at most {max} bytes"),
        Shape::List(inner, max) => format!("a list of at most {max}: {}", self::shape(inner)),
        Shape::Map(Keys::Person, inner, max) => format!("at most {max} person ids, each with: {}", self::shape(inner)),
        Shape::Map(Keys::Group, inner, max) => format!("at most {max} group ids, each with: {}", self::shape(inner)),
        Shape::Map(Keys::Ref(to), inner, max) => {
            format!("at most {max} ids, each that of {}, each with: {}", one(to), self::shape(inner))
        }
        Shape::Map(Keys::Text(bytes), inner, max) => {
            format!("at most {max} keys of at most {bytes} bytes, each with: {}", self::shape(inner))
        }
        Shape::Object(_) => "an object, see below".to_string(),
        Shape::Embedded(ty) => format!("the whole of {}, as its create takes it", one(ty)),
        Shape::Free { max } => format!("any object of at most {max} bytes"),
    }
}

/// One of a type, with the link to its page.
fn one(ty: &str) -> String {
    let article = if ty.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} {}", linked(ty, ""))
}

/// Who writes, for this type.
pub(super) fn writer(writer: Writer, ty: &TypeDef) -> String {
    let author = match ty.author {
        Author::CreatedBy => "the author",
        Author::Itself => "the person itself",
        Author::Owner => "the account's owner",
        Author::SaidBy => "the person in `saidBy`",
    };
    match writer {
        Writer::Server => "the server".to_string(),
        Writer::Importer => "an import".to_string(),
        Writer::Author => author.to_string(),
        Writer::AuthorOr(role) => format!("{author} or {}", self::role(role)),
        Writer::Role(role) => self::role(role),
        Writer::SelfKey => "each person their own entry".to_string(),
    }
}

fn role(role: Role) -> String {
    match role {
        Role::Admin => "an admin".to_string(),
        Role::None => "anyone the rules let".to_string(),
        Role::Member | Role::Guest => format!("a {} or higher", role.word()),
    }
}

/// What a property is when nobody said.
pub(super) fn default(property: &Property) -> String {
    if property.required || (property.place == Place::Column && property.writer == Writer::Author) {
        return "required".to_string();
    }
    if property.place == Place::Column {
        return String::new();
    }
    match property.default {
        Default::Null => "`null`".to_string(),
        Default::Empty => format!("`{}`", model::shape::empty(&property.shape)),
        Default::Word(word) => format!("`{word:?}`"),
        Default::Now => "now".to_string(),
        Default::Caller => "the caller".to_string(),
        Default::Set => String::new(),
    }
}

/// What a limit of a capability limits. A name without a sentence fails the test that makes the page.
pub(super) fn limit(name: &str) -> &'static str {
    match name {
        "maxSizeUpload" => "bytes of one upload",
        "maxConcurrentUpload" => "uploads of one person at the same time",
        "maxSizeRequest" => "bytes of a request",
        "maxConcurrentRequests" => "requests of one person at the same time",
        "maxCallsInRequest" => "calls of a request",
        "maxObjectsInGet" => "records of a `/get`, and of a `/query` or `/changes` page",
        "maxObjectsInSet" => "records of a `/set`",
        "maxObjectsInRequest" => "records named in all calls of a request together",
        "maxSizeResponse" => "bytes of all answers of a request together",
        "collationAlgorithms" => "none: sorting is by number and instant",
        "kinds" => "not a limit: the kinds of Item that this server knows",
        "maxSizeText" => "bytes of an Item's text",
        "maxSizeHead" => "bytes of all short properties of a record together",
        "maxSizeTitle" => "bytes of a title or name",
        "maxSizeQuery" => "bytes of a saved search",
        "maxBlobs" => "files of an Item",
        "maxReactions" => "reactions to an Item, over all emoji and persons",
        "maxOpenUploads" => "uploads of one person at `/upload` that are begun and not yet whole",
        "uploadDays" => "days that such an upload waits for its next bytes",
        "maxPersonsAsked" => "persons whom an Item names or asks",
        "maxItemsMoved" => "Items of one move",
        "maxItemsMovedFrom" => "Items of a thread of which a part is moved",
        "maxPersonsInGroup" => "persons in a Group",
        "maxSizePicture" => "bytes of a person's picture",
        "maxSizeWorkingWith" => "bytes of what a person says about working together",
        "maxComers" => "persons whom the link of a Space lets in",
        "maxTemplates" => "templates of a Space",
        "maxSchedules" => "Schedules of a Space",
        "maxSizeTemplate" => "bytes of the text of a template",
        "spaceLinkDays" => "days that such a link works, at most",
        "maxDirectPersons" => "persons of a direct Space",
        "maxSizeSearchText" => "bytes of the words of a search",
        "maxSearchWords" => "words and phrases of a search",
        "maxSearchIds" => "persons, Spaces or kinds of one condition of a search",
        "maxSearchLimit" => "hits of one answer to a search; more are not given",
        "maxSearchHits" => "hits of a search that are counted and can be paged to",
        "undoSeconds" => "not a limit: seconds that Send can be undone when the client says nothing",
        "maxUndoSeconds" => "seconds that a Submission may wait",
        "invitationDays" => "days that an invitation works",
        "resetDays" => "days that a link to a new password works",
        other => panic!("the limit {other:?} has no sentence in scenarios/src/reference/words.rs"),
    }
}

/// What an address is for. An address without a sentence fails the test that makes the page.
pub(super) fn address(method: &str, path: &str) -> &'static str {
    match (method, path) {
        ("GET", "/") => "the web app; without one in the build, a plain page that says what this is",
        ("GET", "/{*page}") => {
            "the same page at every path of the web app, such as `/join` behind a one-time link; and its files at the root"
        }
        ("GET", "/assets/{*file}") => "the parts of the web app",
        ("GET", "/trust") => {
            "how a device learns to trust the server's own authority (`--tls local`), in plain http too"
        }
        ("GET", "/trust/authority.crt") => "the certificate of that authority",
        ("GET", "/public/{space}") => {
            "a public Space as a plain page: its threads, newest activity first; of every other Space, and of none, the same 404"
        }
        ("GET", "/public/{space}/feed.xml") => "what was said there last, as a feed (Atom, RFC 4287)",
        ("GET", "/public/{space}/{item}") => {
            "a thread of it, 50 posts a page (`?page=`); a post leads to its place in its thread"
        }
        ("GET", "/public/{space}/{item}/{blob}/{name}") => {
            "a file that this Item holds now, with ranges; the name is decoration"
        }
        ("GET", "/answer/{link}") => {
            "what a link of a mail asks, as a plain page; to read changes nothing. A link is good for one question of one person"
        }
        ("POST", "/answer/{link}") => {
            "answers it by that page: a form with `act` (`answer`, `gotIt`, `undo`), and `text` and `id` of an answer"
        }
        ("GET", "/mail-off/{link}") => "asks whether somebody wants no more mail",
        ("POST", "/mail-off/{link}") => "turns it off, by the page or by a mail program at one click (RFC 8058)",
        ("GET", "/healthz") => "the process is alive",
        ("GET", "/readyz") => "the database answers",
        ("GET", "/health") => {
            "What `meanwhile doctor` says, as JSON: `findings`, each with `what` was looked at, `how` it is (`good`, `look`, `bad`) and what that `says`. For admins; a token needs the scope `admin`."
        }
        ("GET", "/metrics") => {
            "counters for Prometheus; only from this machine, from `metrics_from`, or with an admin's token"
        }
        ("GET", "/.well-known/jmap") => "leads to the session (RFC 8620 2.2)",
        ("GET", "/jmap/session") => "the Session object (RFC 8620 2)",
        ("POST", "/jmap/api") => "requests (RFC 8620 3.3)",
        ("GET", "/jmap/events") => "the event stream (RFC 8620 7.3)",
        ("POST", "/jmap/upload/{account}") => "uploads (RFC 8620 6.1)",
        ("OPTIONS", "/upload" | "/upload/{upload}") => "what of tus 1.0 there is",
        ("POST", "/upload") => "begins an upload that can be resumed ([uploads.md](uploads.md))",
        ("HEAD", "/upload/{upload}") => "how far it is, and its blobId once it is whole",
        ("PATCH", "/upload/{upload}") => "its next bytes",
        ("POST", "/upload/{upload}") => "the same as the method that `X-HTTP-Method-Override` names",
        ("DELETE", "/upload/{upload}") => "gives it up",
        ("GET", "/jmap/download/{account}/{blob}/{name}") => {
            "downloads (RFC 8620 6.2), with ranges; with `?width=` a preview of a picture ([previews.md](previews.md))"
        }
        ("POST", "/auth/sign-in") => "address and password to a session",
        ("POST", "/auth/sign-out") => "ends the session that is shown",
        ("POST", "/auth/link/look") => "whom a link is for, or which Space it leads to",
        ("POST", "/auth/link") => {
            "uses a link: sets the password and signs in; by that of a Space one comes as a new person"
        }
        ("POST", "/auth/links") => {
            "makes a one-time link for a person; the earlier one of its kind ends; with `\"mail\": true` it goes to the person's address too (admins)"
        }
        ("GET", "/auth/links") => {
            "the one-time links of persons that work now, without their secrets, and who never set a password (admins)"
        }
        ("POST", "/auth/links/end") => "ends one of them before its time (admins)",
        ("POST", "/auth/link/join") => "joins the Space of a link for several persons, as who is signed in",
        ("GET", "/auth/spaces/{space}/link") => {
            "the link by which several come into a Space, without its secret, and how many have (admins of the Space)"
        }
        ("POST", "/auth/spaces/{space}/link") => {
            "makes it: `role` (`member` or `guest`), `most` persons, `expiresAt`; the earlier one ends (admins of the Space)"
        }
        ("POST", "/auth/spaces/{space}/link/end") => "ends it (admins of the Space)",
        ("GET", "/auth/sessions") => "one's own signed-in browsers",
        ("POST", "/auth/sessions/end") => "ends one of them",
        ("POST", "/auth/password") => "changes one's own password",
        ("GET", "/auth/tokens") => "one's own tokens, without their secrets",
        ("POST", "/auth/tokens") => "makes a token; its secret is in this answer alone",
        ("POST", "/auth/tokens/revoke") => "ends a token",
        other => panic!("the address {other:?} has no sentence in scenarios/src/reference/words.rs"),
    }
}
