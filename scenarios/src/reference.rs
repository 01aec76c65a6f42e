//! The reference pages of the protocol, written from the tables themselves: types, methods, errors, limits, addresses.
//! It decides nothing; what it can't find in a table it does not say.

mod errors;
mod typescript;
mod words;

use model::kind::{Kind, Place, Property, Shape, TypeDef, Writer};
use model::{AccountKind, Registry};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

pub use typescript::types;
use words::{default, linked, shape, writer};

const MADE: &str = "<!-- Made from the program's own tables. A test fails when this page is stale; \
                    `UPDATE_EXPECT=1 cargo nextest run -p scenarios --test house` writes it anew. -->\n\n";

/// Every generated page by its place under `docs/protocol/`. `session` is the Session object of a member.
pub fn pages(registry: &Registry, session: &Value) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for ty in shown(registry) {
        pages.insert(format!("types/{}.md", ty.name), type_page(registry, ty));
    }
    pages.insert("methods.md".to_string(), methods_page(registry));
    pages.insert("errors.md".to_string(), errors::page());
    pages.insert("limits.md".to_string(), limits_page(session));
    pages.insert("addresses.md".to_string(), addresses_page());
    pages.into_iter().map(|(name, text)| (name, format!("{MADE}{}\n", text.trim_end()))).collect()
}

fn shown(registry: &Registry) -> impl Iterator<Item = &'static TypeDef> + '_ {
    registry.types().iter().copied().filter(|ty| !ty.internal)
}

fn account(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Space => "a Space's account",
        AccountKind::Personal => "a personal account",
        AccountKind::Workspace => "the workspace account",
    }
}

fn type_page(registry: &Registry, ty: &'static TypeDef) -> String {
    let mut out = format!("# {}\n\n{}\n\n", ty.name, ty.about);
    let letter = char::from(ty.letter);
    let _ = writeln!(out, "- Lives in {}. Its ids begin with `{letter}`.", account(ty.account));
    if ty.founds == Some(AccountKind::Space) {
        let _ =
            writeln!(out, "- Created by a call to one's own personal account; the answer has the new account's id.");
    }
    let _ = writeln!(out, "- Created by {}; destroyed by {}.", writer(ty.create, ty), writer(ty.destroy, ty));
    let filters: Vec<String> = filters(ty).collect();
    let _ = writeln!(out, "- `{}/query` filters by {}; sorts by {}.", ty.name, or_nothing(&filters), sorts(ty));
    let _ = write!(out, "- Methods: {}.\n\n", verbs(ty).map(|verb| format!("`{}/{verb}`", ty.name)).join(", "));
    out += "## Properties\n\n";
    out += "`id` is there always. \"Head\" is what a replica fetches first, \"body\" what is long.\n\n";
    out += &table(ty, ty.properties);
    if ty.has_kinds {
        out += "\n## Kinds\n\nA record has the properties above, and those of its kind.\n";
        for kind in registry.kinds() {
            out += &kind_part(ty, kind);
        }
    }
    out
}

fn kind_part(ty: &TypeDef, kind: &Kind) -> String {
    let mut out = format!("\n### {}\n\n{}\n\n", kind.name, kind.about);
    if kind.properties.is_empty() {
        out += "No properties of its own.\n\n";
    } else {
        out += &table(ty, kind.properties);
        out.push('\n');
    }
    let example = serde_json::to_string_pretty(&(kind.example)()).expect("an example is JSON");
    let _ = write!(out, "A create:\n\n```json\n{example}\n```\n");
    out
}

fn table(ty: &TypeDef, properties: &'static [Property]) -> String {
    let mut out =
        "| property | what it is | value | written by | default | kept |\n|---|---|---|---|---|---|\n".to_string();
    for property in properties {
        row(&mut out, ty, property);
    }
    for property in properties {
        parts(&mut out, property.name, &property.shape);
    }
    out
}

fn row(out: &mut String, ty: &TypeDef, property: &Property) {
    let once = property.set == model::kind::SetWhen::Create && property.writer != Writer::Server;
    let when = if once { ", at creation only" } else { "" };
    let _ = writeln!(
        out,
        "| `{}` | {} | {} | {}{when} | {} | {} |",
        property.name,
        cell(property.about),
        cell(&shape(&property.shape)),
        writer(property.writer, ty),
        default(property),
        kept(property),
    );
}

/// The parts of an object, wherever it stands in the value of a property.
fn parts(out: &mut String, path: &str, of: &Shape) {
    match of {
        Shape::Object(properties) => {
            let _ = write!(out, "\nParts of `{path}`:\n\n| part | what it is | value | |\n|---|---|---|---|\n");
            for part in *properties {
                let required = if part.required { "required" } else { "" };
                let (about, value) = (cell(part.about), cell(&shape(&part.shape)));
                let _ = writeln!(out, "| `{}` | {about} | {value} | {required} |", part.name);
            }
            for part in *properties {
                parts(out, &format!("{path}/{}", part.name), &part.shape);
            }
        }
        Shape::List(inner, _) | Shape::Map(_, inner, _) => parts(out, path, inner),
        _ => {}
    }
}

fn kept(property: &Property) -> String {
    let mut words = vec![match property.place {
        Place::Head | Place::Column => "head",
        Place::Body => "body",
        Place::Nowhere => "not kept",
    }];
    words.extend(property.versioned.then_some("a change makes a version"));
    words.extend(property.index.map(|_| "indexed"));
    words.join(", ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn filters(ty: &TypeDef) -> impl Iterator<Item = String> + '_ {
    let own = ty.has_kinds.then_some(["kind", "threadId"]).into_iter().flatten();
    own.chain(indexed(ty)).map(|name| format!("`{name}`"))
}

fn indexed(ty: &TypeDef) -> impl Iterator<Item = &'static str> + '_ {
    ty.properties.iter().filter(|p| p.index.is_some()).map(|p| p.name)
}

fn or_nothing(list: &[String]) -> String {
    if list.is_empty() { "nothing".to_string() } else { list.join(", ") }
}

fn sorts(ty: &TypeDef) -> String {
    let list: Vec<String> = std::iter::once("seq").chain(indexed(ty)).map(|name| format!("`{name}`")).collect();
    list.join(", ")
}

/// The verbs that can succeed.
fn verbs(ty: &TypeDef) -> Verbs {
    let set = ty.create != Writer::Server
        || ty.destroy != Writer::Server
        || ty.properties.iter().any(|p| p.writer != Writer::Server && p.set == model::kind::SetWhen::Always);
    Verbs(if set { &["get", "changes", "query", "set"] } else { &["get", "changes", "query"] })
}

struct Verbs(&'static [&'static str]);

impl Verbs {
    fn map(&self, with: impl Fn(&str) -> String) -> Vec<String> {
        self.0.iter().map(|verb| with(verb)).collect()
    }
}

fn methods_page(registry: &Registry) -> String {
    let mut out = "# Methods\n\nEvery type has the same verbs, derived from its table; no type has one of its own. \
                   [basics.md](basics.md) says what they take.\n\n\
                   | type | lives in | methods | created by | destroyed by |\n|---|---|---|---|---|\n"
        .to_string();
    for ty in shown(registry) {
        let verbs = verbs(ty).map(|verb| format!("`{verb}`")).join(" ");
        let (lives, create, destroy) = (account(ty.account), writer(ty.create, ty), writer(ty.destroy, ty));
        let _ = writeln!(out, "| {} | {lives} | {verbs} | {create} | {destroy} |", linked(ty.name, "types/"));
    }
    out += "\nBesides these:\n\n\
            - `Core/echo` (RFC 8620 4) gives back its arguments.\n\
            - `Search/query` in a personal account finds words in all of its owner's Spaces; see [search.md](search.md).\n\
            - `ItemVersion/query` and `ItemVersion/get` read the earlier versions of an Item, `ItemVersion/set` takes some \
            away for good; see [basics.md](basics.md#versions).\n\
            - `Moved/get`, in one's own account and by ids of the form `<spaceId>-<itemId>`, says where an Item is that was \
            there: its Space, its thread and its id. What is not open to the caller is in `notFound`, like what never was.\n\
            - `<type>/queryChanges` always answers `cannotCalculateChanges`: ask the query anew.\n\
            - `/copy` is not offered.\n";
    out
}

fn limits_page(session: &Value) -> String {
    let mut out =
        "# Capabilities and limits\n\nThe Session object names two capabilities. Every limit is in one of them \
                   under the name that a refusal gives. The values below are those of a new server.\n"
            .to_string();
    let capabilities = session["capabilities"].as_object().expect("a session has capabilities");
    for (name, limits) in capabilities {
        let _ = write!(out, "\n## {name}\n\n| name | value | what it limits |\n|---|---|---|\n");
        for (name, value) in limits.as_object().expect("a capability is an object") {
            let _ = writeln!(out, "| `{name}` | `{value}` | {} |", words::limit(name));
        }
    }
    out
}

fn addresses_page() -> String {
    let mut out = "# Addresses\n\nEvery address of the server. \"Somebody known\" sends a token \
                   (`Authorization: Bearer …`) or a browser's session cookie. Refusals are problem details (RFC 9457).\n\n\
                   | address | open to | what for |\n|---|---|---|\n"
        .to_string();
    for route in meanwhile::ROUTES {
        let who = match route.who {
            meanwhile::Who::Anyone => "anyone",
            meanwhile::Who::Person => "somebody known",
        };
        let (method, path) = (&route.method, route.path);
        let _ = writeln!(out, "| `{method} {path}` | {who} | {} |", words::address(method.as_str(), path));
    }
    out
}
