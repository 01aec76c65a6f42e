//! The types of the protocol for TypeScript, written from the same tables as the pages. It knows no screen.

use model::kind::{Default, Keys, Kind, Place, Property, Shape, TypeDef, Writer};
use model::{AccountKind, Registry};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

use super::shown;

const HEAD: &str = "\
// Made from the server's own tables: do not edit. A test fails when this file is stale;
// `UPDATE_EXPECT=1 cargo nextest run -p scenarios --test house` writes it anew.
//
// An interface is what `/get` answers when it is asked for whole records. `name?: T | null`: the server may leave it out
// or say null, and both mean that nothing is there. Everything else is always there.

/** A letter that says the type, and 26 characters of lower-case base32. */
export type Id = string;

/** An instant in UTC, `2026-11-22T09:00:00Z`. */
export type UTCDate = string;

/** A calendar day, `2026-11-22`. */
export type Day = string;
";

/// The file `web/src/generated/types.ts`. `session` is the Session object of a member.
pub fn types(registry: &Registry, session: &Value) -> String {
    let mut out = HEAD.to_string();
    let kinds: Vec<String> = registry.kind_names().iter().map(|name| format!("{name:?}")).collect();
    let _ = write!(
        out,
        "\n/** The kinds of Item that this server knows. A client shows others by their common properties. */\n\
         export const KINDS = [{}] as const;\n\n/** One of them. */\nexport type Kind = (typeof KINDS)[number];\n",
        kinds.join(", ")
    );
    for ty in shown(registry) {
        interfaces(&mut out, registry, ty);
    }
    tables(&mut out, registry);
    capabilities(&mut out, session);
    out
}

fn interfaces(out: &mut String, registry: &Registry, ty: &TypeDef) {
    let mut inner = Vec::new();
    let mut body = format!("/** {} */\nexport interface {} {{\n  id: Id;\n", ty.about, ty.name);
    for property in ty.properties.iter().filter(|p| p.place != Place::Nowhere) {
        let value = if ty.has_kinds && property.name == "kind" {
            "Kind | (string & {})".to_string()
        } else {
            value(&property.shape, &part_name(ty.name, property), &mut inner)
        };
        member(&mut body, property.about, property, &value, may_be_absent(ty, property));
    }
    for (property, kinds) in own_properties(ty, registry.kinds()) {
        let value = value(&property.shape, &part_name(ty.name, property), &mut inner);
        member(&mut body, &format!("Of a {}: {}", kinds.join(" or a "), property.about), property, &value, true);
    }
    body += "}\n";
    for part in inner {
        *out += &format!("\n{part}");
    }
    *out += &format!("\n{body}");
}

/// The properties that kinds add, each once, with the kinds that have it.
fn own_properties(ty: &TypeDef, kinds: &[&'static Kind]) -> Vec<(&'static Property, Vec<&'static str>)> {
    let mut found: Vec<(&'static Property, Vec<&'static str>)> = Vec::new();
    for kind in kinds.iter().filter(|_| ty.has_kinds) {
        for property in kind.properties.iter().filter(|p| p.place != Place::Nowhere) {
            match found.iter_mut().find(|(there, _)| there.name == property.name) {
                Some((_, kinds)) => kinds.push(kind.name),
                None => found.push((property, vec![kind.name])),
            }
        }
    }
    found
}

/// Records that clients create have every property; those that the server alone makes, what it sets.
fn may_be_absent(ty: &TypeDef, property: &Property) -> bool {
    if property.place == Place::Column {
        return false;
    }
    let sure = property.required || property.default == Default::Set;
    property.nullable() || (ty.create == Writer::Server && !sure)
}

fn member(out: &mut String, about: &str, property: &Property, value: &str, absent: bool) {
    let mark = if absent { "?" } else { "" };
    let null = if property.nullable() && property.place != Place::Column { " | null" } else { "" };
    let _ = write!(out, "  /** {} */\n  {}{mark}: {value}{null};\n", sentence(about), property.name);
}

fn sentence(about: &str) -> String {
    let mut letters = about.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The type of a value. Objects become interfaces of their own, which are appended to `inner` before what names them.
fn value(shape: &Shape, name: &str, inner: &mut Vec<String>) -> String {
    match shape {
        Shape::Text { .. } | Shape::Markdown { .. } => "string".to_string(),
        Shape::Integer { .. } => "number".to_string(),
        Shape::Bool => "boolean".to_string(),
        Shape::Instant => "UTCDate".to_string(),
        Shape::Day => "Day".to_string(),
        Shape::Choice(words) => words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" | "),
        Shape::Ref { .. } | Shape::OneOf(_) | Shape::AnyId(_) | Shape::Blob | Shape::Picture { .. } => "Id".to_string(),
        Shape::List(of, _) => {
            let of = value(of, name, inner);
            if of.contains(' ') { format!("Array<{of}>") } else { format!("{of}[]") }
        }
        Shape::Map(keys, of, _) => {
            let key = if matches!(keys, Keys::Text(_)) { "string" } else { "Id" };
            format!("Record<{key}, {}>", value(of, name, inner))
        }
        Shape::Object(parts) => {
            let mut body = format!("export interface {name} {{\n");
            for part in *parts {
                let value = value(&part.shape, &part_name(name, part), inner);
                member(&mut body, part.about, part, &value, !part.required);
            }
            inner.push(body + "}\n");
            name.to_string()
        }
        Shape::Embedded(ty) => format!("Pick<{ty}, \"kind\"> & Partial<{ty}>"),
        Shape::Free { .. } => "Record<string, unknown>".to_string(),
    }
}

/// How the interface of an object is called: after its place, in the singular where there are many.
fn part_name(of: &str, property: &Property) -> String {
    let many = matches!(property.shape, Shape::List(..) | Shape::Map(..));
    let name = if many { property.name.strip_suffix('s').unwrap_or(property.name) } else { property.name };
    format!("{of}{}", sentence(name).trim_end_matches('.'))
}

fn tables(out: &mut String, registry: &Registry) {
    *out += "\n/** Every type by its name. */\nexport interface Types {\n";
    for ty in shown(registry) {
        let _ = writeln!(out, "  {0}: {0};", ty.name);
    }
    *out += "}\n\n/** The name of a type. */\nexport type TypeName = keyof Types;\n\n\
             /** Which accounts hold a type. */\nexport type AccountKind = \"space\" | \"personal\" | \"workspace\";\n\n\
             /** Of each type: the accounts that hold it, the letter of its ids, what a replica fetches first, and what is\n \
             * long. The properties of all kinds are among them. */\nexport const TYPES = {\n";
    for ty in shown(registry) {
        let account = match ty.account {
            AccountKind::Space => "space",
            AccountKind::Personal => "personal",
            AccountKind::Workspace => "workspace",
        };
        let (letter, head, body) = (char::from(ty.letter), placed(registry, ty, true), placed(registry, ty, false));
        let _ = write!(
            out,
            "  {}: {{\n    account: \"{account}\",\n    letter: \"{letter}\",\n    head: [{head}],\n    body: [{body}],\n  }},\n",
            ty.name
        );
    }
    *out += "} as const satisfies {\n  [T in TypeName]: {\n    account: AccountKind;\n    letter: string;\n    \
             head: readonly (keyof Types[T])[];\n    body: readonly (keyof Types[T])[];\n  };\n};\n";
}

fn placed(registry: &Registry, ty: &TypeDef, head: bool) -> String {
    let own = own_properties(ty, registry.kinds());
    let all = ty.properties.iter().chain(own.iter().map(|(property, _)| *property));
    let here = all.filter(|p| match p.place {
        Place::Head | Place::Column => head,
        Place::Body => !head,
        Place::Nowhere => false,
    });
    here.map(|p| format!("{:?}", p.name)).collect::<Vec<_>>().join(", ")
}

fn capabilities(out: &mut String, session: &Value) {
    let capabilities = session["capabilities"].as_object().expect("a session has capabilities");
    let names: Vec<String> = capabilities.keys().map(|name| format!("{name:?}")).collect();
    let _ = write!(
        out,
        "\n/** What the Session object names, and `using` of every request. */\nexport const CAPABILITIES = [{}] as const;\n",
        names.join(", ")
    );
    let limits = capabilities.values().filter_map(Value::as_object).flatten();
    let limits: BTreeSet<&String> = limits.filter(|(_, value)| value.is_number()).map(|(name, _)| name).collect();
    let names: String = limits.iter().map(|name| format!("\n  | {name:?}")).collect();
    let _ = write!(out, "\n/** The name of a limit; its value is in a capability. */\nexport type Limit ={names};\n");
}
