//! What a `Search/query` asks for, read from its arguments.

use jmap::{Id, MethodError, UtcDate};
use model::limits;
use serde_json::{Map, Value};
use store::search::{Words, flags};

use crate::Shared;
use crate::get::only_known;

/// A `Search/query`, read.
pub(crate) struct Ask {
    text: Option<String>,
    prefix_last: bool,
    pub(crate) from: Vec<Id>,
    /// `None`: in all of the caller's.
    pub(crate) spaces: Option<Vec<Id>>,
    pub(crate) before: Option<UtcDate>,
    pub(crate) after: Option<UtcDate>,
    pub(crate) flags: u64,
    pub(crate) unread: bool,
    pub(crate) kinds: Vec<u8>,
    pub(crate) newest: bool,
    pub(crate) position: usize,
    pub(crate) limit: usize,
    /// There are conditions besides the words.
    pub(crate) has_more: bool,
}

type Read<T> = Result<T, MethodError>;

fn invalid(why: impl Into<String>) -> MethodError {
    MethodError::invalid_arguments(why)
}

impl Ask {
    pub(crate) fn read(shared: &Shared, args: &Map<String, Value>) -> Read<Ask> {
        only_known(args, &["accountId", "filter", "sort", "position", "limit"])?;
        let filter = match args.get("filter") {
            Some(Value::Object(filter)) if filter.contains_key("operator") => {
                return Err(MethodError::unsupported_filter("filters are single conditions; there are no operators"));
            }
            Some(Value::Object(filter)) => filter,
            _ => return Err(invalid("\"filter\" takes an object that says what is looked for")),
        };
        let known = ["text", "prefixLast", "from", "in", "before", "after", "has", "is", "kind"];
        if let Some(name) = filter.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(MethodError::unsupported_filter(format!("a search takes {known:?}, not {name:?}")));
        }
        let there = |name: &str| filter.get(name).is_some_and(|value| !value.is_null());
        let has_more = known[2..].iter().any(|name| there(name));
        if !there("text") && !has_more {
            return Err(invalid("\"filter\" is empty: a search says what it looks for, by words or otherwise"));
        }
        let (has, is) = (words(filter, "has")?, words(filter, "is")?);
        let mut flags = 0;
        for word in &has {
            flags |=
                flag(word, &HAS).ok_or_else(|| invalid(format!("\"has\" takes {:?}, not {word:?}", names(&HAS))))?;
        }
        for word in is.iter().filter(|word| **word != "unread") {
            let unknown = || invalid(format!("\"is\" takes {:?} or \"unread\", not {word:?}", names(&IS)));
            flags |= flag(word, &IS).ok_or_else(unknown)?;
        }
        let kinds = words(filter, "kind")?.into_iter().map(|word| {
            let kind = shared.registry.kind_named(word).map(|kind| kind.number);
            kind.ok_or_else(|| invalid(format!("there is no kind {word:?}")))
        });
        Ok(Ask {
            text: optional(filter, "text", |value| value.as_str().map(str::to_string), "a text")?,
            prefix_last: optional(filter, "prefixLast", Value::as_bool, "true or false")?.unwrap_or(false),
            from: ids(filter, "from")?.unwrap_or_default(),
            spaces: ids(filter, "in")?,
            before: date(filter, "before")?,
            after: date(filter, "after")?,
            flags,
            unread: is.contains(&"unread"),
            kinds: kinds.collect::<Read<_>>()?,
            newest: newest(args)?,
            position: number(args, "position", 0)?,
            limit: number(args, "limit", 20)?.min(limits::MAX_SEARCH_LIMIT),
            has_more,
        })
    }

    /// Its words.
    pub(crate) fn words(&self) -> Option<Words<'_>> {
        self.text.as_deref().map(|text| Words { text, prefix_last: self.prefix_last })
    }
}

type Flags<const COUNT: usize> = [(&'static str, u64); COUNT];

const HAS: Flags<5> = [
    ("file", flags::FILE),
    ("image", flags::IMAGE),
    ("link", flags::LINK),
    ("reaction", flags::REACTION),
    ("question", flags::QUESTION),
];

const IS: Flags<4> =
    [("thread", flags::THREAD), ("reply", flags::REPLY), ("edited", flags::EDITED), ("open", flags::OPEN)];

fn flag(word: &str, flags: &[(&str, u64)]) -> Option<u64> {
    flags.iter().find(|(name, _)| *name == word).map(|(_, flag)| *flag)
}

fn names(flags: &[(&'static str, u64)]) -> Vec<&'static str> {
    flags.iter().map(|(name, _)| *name).collect()
}

fn optional<T>(
    args: &Map<String, Value>,
    name: &str,
    read: impl FnOnce(&Value) -> Option<T>,
    takes: &str,
) -> Read<Option<T>> {
    match args.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or_else(|| invalid(format!("{name:?} takes {takes}"))),
    }
}

fn words<'a>(filter: &'a Map<String, Value>, name: &str) -> Read<Vec<&'a str>> {
    let list = match filter.get(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(invalid(format!("{name:?} takes a list"))),
    };
    if list.is_empty() {
        return Err(invalid(format!("{name:?} is empty: leave it out, or say which")));
    }
    if list.len() > limits::MAX_SEARCH_IDS {
        return Err(MethodError::request_too_large("maxSearchIds", limits::MAX_SEARCH_IDS));
    }
    let words = list.iter().map(Value::as_str).collect::<Option<_>>();
    words.ok_or_else(|| invalid(format!("{name:?} takes a list of texts")))
}

fn ids(filter: &Map<String, Value>, name: &str) -> Read<Option<Vec<Id>>> {
    let words = words(filter, name)?;
    let wrong = |_| invalid(format!("{name:?} takes a list of ids"));
    let ids: Vec<Id> = words.into_iter().map(Id::parse).collect::<Result<_, _>>().map_err(wrong)?;
    Ok((!ids.is_empty()).then_some(ids))
}

fn date(filter: &Map<String, Value>, name: &str) -> Read<Option<UtcDate>> {
    optional(filter, name, |value| value.as_str().and_then(UtcDate::parse), "an instant such as 2026-11-22T09:00:00Z")
}

fn newest(args: &Map<String, Value>) -> Read<bool> {
    match args.get("sort") {
        None | Some(Value::Null) => Ok(false),
        Some(sort) if sort == "rank" => Ok(false),
        Some(sort) if sort == "newest" => Ok(true),
        Some(_) => Err(MethodError::unsupported_sort("\"sort\" takes \"rank\" or \"newest\"")),
    }
}

fn number(args: &Map<String, Value>, name: &str, default: usize) -> Read<usize> {
    let read = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    Ok(optional(args, name, read, "a whole number from 0")?.unwrap_or(default))
}
