//! Validates creates and patches of every type by its table: what exists, what shape it has, who may write it.
//! Pure; loading references and committing is for the caller.

use jmap::{Id, Origin, Patch, SetError, UtcDate};
use serde_json::{Map, Value};

use crate::caller::{Caller, Role, Scopes};
use crate::kind::{Author, Default, Kind, Place, Property, SetWhen, Shape, TypeDef, Writer};
use crate::limits;
use crate::plain::plain;
use crate::record::Record;
use crate::registry::Registry;
use crate::shape::{self, Found};

/// Bytes of an excerpt.
const EXCERPT: usize = 200;

/// Under which circumstances a change is judged.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// Types and kinds.
    pub registry: &'a Registry,
    /// The account.
    pub account: Id,
    /// Who asks.
    pub by: &'a Caller,
    /// His role in the account.
    pub role: Role,
    /// The instant of the command.
    pub now: UtcDate,
}

/// A create that agrees with the table.
pub struct New {
    /// The record; `thread`, numbers and `seq` are for the committer.
    pub record: Record,
    /// Its kind.
    pub kind: Option<&'static Kind>,
    /// Properties that are kept nowhere.
    pub said: Map<String, Value>,
    /// What has to be looked up.
    pub found: Found,
}

/// An update that agrees with the table.
pub struct Updated {
    /// The record as it will be.
    pub record: Record,
    /// A versioned property is another than before.
    pub makes_version: bool,
    /// What has to be looked up.
    pub found: Found,
}

/// Judges a create.
pub fn create(ty: &'static TypeDef, id: Id, args: &Map<String, Value>, at: Circumstances) -> Result<New, SetError> {
    let kind = kind_of(ty, args, at.registry)?;
    let mut origin = Origin::Said;
    let importing = at.by.scopes.has(Scopes::IMPORT);
    // What others did to it comes along only with what bears the mark of an import.
    let brought = importing && args.get("origin").is_some();
    let mut props = Map::new();
    let mut said = Map::new();
    let mut found = Found::default();
    for (name, value) in args {
        let Some(property) = at.registry.property(ty, kind, name) else { return Err(unknown(ty, kind, name)) };
        if name == "kind" && ty.has_kinds {
            continue;
        }
        let may = match property.writer {
            Writer::Server => false,
            Writer::Importer => importing,
            Writer::Role(role) => at.role.at_least(role),
            Writer::AuthorOr(_) | Writer::Author => true,
            Writer::SelfKey => false,
        };
        if !(may || brought && property.imported) {
            return Err(not_yours(property, "at creation"));
        }
        if name == "origin" {
            origin = match value.as_str() {
                Some("imported") => Origin::Imported,
                Some("restored") => Origin::Restored,
                _ => {
                    let takes = "at creation \"origin\" takes \"imported\" or \"restored\", or is left out";
                    return Err(SetError::invalid("origin", takes));
                }
            };
            continue;
        }
        judge_value(property, value, at, &mut found)?;
        let to = if property.place == Place::Nowhere { &mut said } else { &mut props };
        to.insert(name.clone(), value.clone());
    }
    for property in at.registry.properties(ty, kind) {
        if property.required && args.get(property.name).is_none_or(Value::is_null) {
            return Err(SetError::invalid(property.name, format!("{:?} is missing; it is required", property.name)));
        }
        if matches!(property.place, Place::Head | Place::Body) && !props.contains_key(property.name) {
            props.insert(property.name.to_string(), default(property, at));
        }
    }
    let version = u32::from(at.registry.properties(ty, kind).any(|p| p.versioned));
    let kind_number = kind.map_or(0, |k| k.number);
    let mut record = Record { id, kind: kind_number, thread: None, created_seq: 0, seq: 0, version, origin, props };
    finish(kind, &mut record)?;
    Ok(New { record, kind, said, found })
}

/// Judges a patch.
pub fn update(ty: &'static TypeDef, before: &Record, patch: &Patch, at: Circumstances) -> Result<Updated, SetError> {
    let kind = if ty.has_kinds { at.registry.kind(before.kind) } else { None };
    let author = is_author(ty, before, at);
    for (path, value) in patch.paths() {
        let name = path[0].as_str();
        let Some(property) = at.registry.property(ty, kind, name) else { return Err(unknown(ty, kind, name)) };
        // RFC 8620 5.3: what can't be set may be there if it is what it was.
        if path.len() == 1 && before.props.get(name) == Some(value) {
            continue;
        }
        let may = match property.writer {
            Writer::Server | Writer::Importer => false,
            Writer::Author => author,
            Writer::AuthorOr(role) => author || at.role.at_least(role),
            Writer::Role(role) => at.role.at_least(role),
            Writer::SelfKey => {
                path.len() == 1 + depth(&property.shape)
                    && path.last().is_some_and(|key| *key == at.by.person.to_string())
            }
        };
        if property.set == SetWhen::Create {
            return Err(SetError::invalid(name, format!("{name:?} is fixed at creation")));
        }
        if !may {
            return Err(not_yours(property, "here"));
        }
    }
    let mut record = before.clone();
    make_way(patch, &mut record, ty, kind, at.registry);
    patch.apply(&mut record.props).map_err(|e| SetError::invalid_patch(e.describe()))?;
    let mut found = Found::default();
    for name in patch.properties() {
        let Some(property) = at.registry.property(ty, kind, name) else { continue };
        clear_empty_maps(property, &mut record);
        let value = record.props.get(name).cloned().unwrap_or(Value::Null);
        let value = if value.is_null() && !property.nullable() { default(property, at) } else { value };
        judge_value(property, &value, at, &mut found)?;
        record.props.insert(name.to_string(), value);
    }
    let makes_version =
        at.registry.properties(ty, kind).any(|p| p.versioned && before.props.get(p.name) != record.props.get(p.name));
    if makes_version {
        record.version += 1;
    }
    let dated = at.registry.property(ty, kind, "editedAt").is_some();
    // Where there are no versions, every change is an edit.
    if dated && (makes_version || record.version == 0 && record.props != before.props) {
        record.props.insert("editedAt".into(), Value::from(at.now.to_string()));
    }
    finish(kind, &mut record)?;
    Ok(Updated { record, makes_version, found })
}

/// The references and blobs of a whole record, those of an embedded one among them.
pub fn found(registry: &Registry, ty: &TypeDef, record: &Record) -> Found {
    let mut found = Found::default();
    for property in registry.properties(ty, registry.kind(record.kind)) {
        let Some(value) = record.props.get(property.name).filter(|value| !value.is_null()) else { continue };
        // The record agreed with the table when it was written; a part that no longer does refers to nothing.
        let _ = shape::validate(&property.shape, property.name, value, &mut found);
        if let (Shape::Embedded(name), Some(Value::Object(props))) = (property.shape, Some(value)) {
            let inner = registry.type_named(name).expect("an embedded type is in the registry");
            let kind = props.get("kind").and_then(Value::as_str).and_then(|kind| registry.kind_named(kind));
            let embedded = Record { props: props.clone(), kind: kind.map_or(0, |k| k.number), ..record.clone() };
            found.blobs.extend(self::found(registry, inner, &embedded).blobs);
        }
    }
    found
}

/// What stays of an Item that is deleted while something hangs below it: its place, its author and its dates.
pub fn emptied(ty: &TypeDef, before: &Record, at: Circumstances) -> Record {
    const STAYS: [&str; 4] = ["parentId", "createdBy", "createdAt", "receivedAt"];
    let kind = at.registry.kind(before.kind);
    let mut record = before.clone();
    for property in at.registry.properties(ty, kind).filter(|p| !STAYS.contains(&p.name)) {
        if let Some(value) = record.props.get_mut(property.name) {
            *value = match property.default {
                Default::Null => Value::Null,
                _ => shape::empty(&property.shape),
            };
        }
    }
    let who = serde_json::json!({ "by": at.by.person, "at": at.now });
    record.props.insert("deleted".into(), who);
    record.version += 1;
    record
}

/// Whether the caller may create or destroy, as the type says.
pub fn may(ty: &TypeDef, writer: Writer, record: Option<&Record>, at: Circumstances) -> bool {
    match writer {
        Writer::Server => false,
        Writer::Importer => at.by.scopes.has(Scopes::IMPORT),
        Writer::Author => record.is_none_or(|r| is_author(ty, r, at)),
        Writer::AuthorOr(role) => record.is_none_or(|r| is_author(ty, r, at)) || at.role.at_least(role),
        Writer::Role(role) => at.role.at_least(role),
        Writer::SelfKey => record.is_some_and(|r| r.id == at.by.person),
    }
}

fn is_author(ty: &TypeDef, record: &Record, at: Circumstances) -> bool {
    match ty.author {
        Author::CreatedBy => record.id("createdBy") == Some(at.by.person),
        Author::Itself => record.id == at.by.person,
        Author::Owner => at.account == at.by.person,
        Author::SaidBy => record.id("saidBy") == Some(at.by.person),
    }
}

fn kind_of(ty: &TypeDef, args: &Map<String, Value>, registry: &Registry) -> Result<Option<&'static Kind>, SetError> {
    if !ty.has_kinds {
        return Ok(None);
    }
    let Some(name) = args.get("kind").and_then(Value::as_str) else {
        return Err(SetError::invalid(
            "kind",
            format!("\"kind\" is missing; it is one of {:?}", registry.kind_names()),
        ));
    };
    let kind = registry.kind_named(name);
    let unknown = || SetError::invalid("kind", format!("{name:?} is no kind; there are {:?}", registry.kind_names()));
    kind.map(Some).ok_or_else(unknown)
}

fn judge_value(property: &Property, value: &Value, at: Circumstances, found: &mut Found) -> Result<(), SetError> {
    if value.is_null() {
        let refused = || SetError::invalid(property.name, format!("{:?} can't be null", property.name));
        return if property.nullable() { Ok(()) } else { Err(refused()) };
    }
    shape::validate(&property.shape, property.name, value, found)?;
    if let (Shape::Embedded(name), Some(inner)) = (property.shape, value.as_object()) {
        let ty = at.registry.type_named(name).expect("an embedded type is in the registry");
        let inner = create(ty, at.by.person, inner, at).map_err(|error| SetError {
            properties: error.properties.iter().map(|p| format!("{}/{p}", property.name)).collect(),
            ..error
        })?;
        // Its references are judged again where it is published; its files must be there now, to be kept until then.
        found.blobs.extend(inner.found.blobs.into_iter().map(|(p, id)| (format!("{}/{p}", property.name), id)));
    }
    Ok(())
}

fn default(property: &Property, at: Circumstances) -> Value {
    match property.default {
        // What the server sets follows with the effects.
        Default::Null | Default::Set => Value::Null,
        Default::Empty => shape::empty(&property.shape),
        Default::Word(word) => Value::from(word),
        Default::Now => Value::from(at.now.to_string()),
        Default::Caller => Value::from(at.by.person.to_string()),
    }
}

/// A patch of `reactions/👍/<me>` may be the first of its emoji: objects on the way of a map are made.
fn make_way(patch: &Patch, record: &mut Record, ty: &TypeDef, kind: Option<&Kind>, registry: &Registry) {
    for (path, value) in patch.paths() {
        let is_map =
            registry.property(ty, kind, &path[0]).is_some_and(|p| matches!(p.shape, Shape::Map(_, Shape::Map(..), _)));
        if path.len() == 3 && is_map && !value.is_null() {
            let outer = record.props.entry(path[0].clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Some(outer) = outer.as_object_mut() {
                outer.entry(path[1].clone()).or_insert_with(|| Value::Object(Map::new()));
            }
        }
    }
}

/// How many maps lie in each other.
fn depth(shape: &Shape) -> usize {
    if let Shape::Map(_, inner, _) = shape { 1 + depth(inner) } else { 0 }
}

fn clear_empty_maps(property: &Property, record: &mut Record) {
    if let (Shape::Map(_, Shape::Map(..), _), Some(Value::Object(outer))) =
        (property.shape, record.props.get_mut(property.name))
    {
        outer.retain(|_, inner| inner.as_object().is_none_or(|inner| !inner.is_empty()));
    }
}

/// What follows from the rest: the excerpt, and the limit of the head.
fn finish(kind: Option<&'static Kind>, record: &mut Record) -> Result<(), SetError> {
    if let Some(kind) = kind {
        let summary = (kind.summary)(record);
        record.props.insert("excerpt".into(), Value::from(plain(&summary.text, EXCERPT)));
    }
    let reactions: usize = match record.props.get("reactions") {
        Some(Value::Object(all)) => all.values().filter_map(Value::as_object).map(Map::len).sum(),
        _ => 0,
    };
    if reactions > limits::MAX_REACTIONS {
        return Err(SetError::too_large("reactions", "maxReactions", limits::MAX_REACTIONS, reactions));
    }
    Ok(())
}

fn unknown(ty: &TypeDef, kind: Option<&Kind>, name: &str) -> SetError {
    let of = kind.map_or(ty.name, |k| k.name);
    SetError::invalid(name, format!("a {of} has no property {name:?}; the reference page of {} lists them", ty.name))
}

fn with(role: Role) -> String {
    // Whoever is an admin wonders otherwise why a token of his can't.
    let token = if role == Role::Admin { " (in the workspace by a token with the scope \"admin\")" } else { "" };
    format!("a person with the role {:?}{token}", role.word())
}

fn not_yours(property: &Property, when: &str) -> SetError {
    let who = match property.writer {
        Writer::Server => "the server sets it".to_string(),
        Writer::Importer => "an import sets it; a token with the scope \"import\" may".to_string(),
        Writer::Author => "its author sets it".to_string(),
        Writer::AuthorOr(role) => format!("its author or {} sets it", with(role)),
        Writer::Role(role) => format!("{} sets it", with(role)),
        Writer::SelfKey => "each person sets his own entry, by a path that ends in his id".to_string(),
    };
    let description = format!("{:?} can't be written {when} by you: {who}", property.name);
    match property.writer {
        Writer::Server | Writer::SelfKey => SetError::invalid(property.name, description),
        _ => SetError { properties: vec![property.name.to_string()], ..SetError::forbidden(description) },
    }
}
