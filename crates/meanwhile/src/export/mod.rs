//! `meanwhile export`: everything, a Space, or one person's own words, as Markdown to read and JSON lines to take
//! elsewhere (docs/protocol/export.md). It is written beside and put in place at the end; nobody's drafts, cursors or
//! earlier versions are in it but, on request, one's own.

mod out;
mod page;
mod record;

use anyhow::{Context, bail};
use engine::{Engine, Whole};
use jmap::Id;
use model::{delivery, person, space, submission};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;
use store::StoreError;

use crate::orders::{News, Tell};
use out::Out;
use record::{File, exported, item_files, lean};

/// The name of what this writes.
pub(crate) const FORMAT: &str = "meanwhile-export";
/// Its version; a reader refuses a higher one.
pub(crate) const VERSION: u64 = 1;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    All,
    Space(Id),
    /// What that person wrote and uploaded.
    Person(Id),
}

/// How it went, counted.
#[derive(Default)]
struct Count {
    spaces: u64,
    items: u64,
    files: u64,
    missing: Vec<String>,
}

/// Writes an export to a new folder, or to a zip file if the name ends so.
///
/// # Errors
/// A sentence for the operator: the place is taken or can't be written, the store fails, nobody listens any more.
pub(crate) async fn run(engine: &Engine, what: What, to: &Path, tell: &Tell) -> anyhow::Result<Value> {
    let mut out = Out::begin(to)?;
    let spaces = match what {
        What::Space(space) => vec![space],
        What::All | What::Person(_) => engine.all_spaces().await?,
    };
    let mut count = Count::default();
    let mut named = BTreeSet::new();
    for (at, space) in spaces.iter().enumerate() {
        let progress = News::Progress { what: "Exporting Spaces".into(), done: at as u64, of: spaces.len() as u64 };
        if tell.send(progress).is_err() {
            bail!("the export was stopped; what was written is in {}", out.part().display());
        }
        out = one_space(engine, what, *space, out, &mut count, &mut named).await?;
    }
    if let What::Person(person) = what {
        named.insert(person.to_string());
        out = own(engine, person, out, &mut count).await?;
    }
    out = people(engine, what, named, out).await?;
    let head = json!({
        "format": FORMAT,
        "version": VERSION,
        "of": match what { What::All => "all", What::Space(_) => "space", What::Person(_) => "person" },
        "workspace": engine.workspace(),
        "exportedAt": engine.clock().now(),
        "spaces": count.spaces,
        "items": count.items,
        "files": count.files,
        "missing": count.missing,
    });
    out.file("export.json", &pretty(&head))?;
    out.finish()?;
    Ok(json!({
        "to": to, "spaces": count.spaces, "items": count.items, "files": count.files, "missing": count.missing,
    }))
}

async fn one_space(
    engine: &Engine,
    what: What,
    space: Id,
    out: Out,
    count: &mut Count,
    named: &mut BTreeSet<String>,
) -> anyhow::Result<Out> {
    let read = engine.read_whole(space, move |at| write_space(at, what, space, out));
    let Some(written) = read.await? else { bail!("there is no Space {space}") };
    let Written { out, files, items, persons, folder } = written?;
    let mut out = out;
    if let Some(folder) = folder {
        count.spaces += 1;
        count.items += items;
        named.extend(persons);
        for file in files {
            copy(engine, space, &folder, &file, &mut out, count).await?;
        }
    }
    Ok(out)
}

/// What became of a Space.
struct Written {
    out: Out,
    files: Vec<File>,
    items: u64,
    persons: Vec<String>,
    /// `None`: nothing of it belongs into this export.
    folder: Option<String>,
}

/// Writes the records of a Space, all of one snapshot; its files follow. The inner error is that of the disk.
fn write_space(at: &Whole, what: What, id: Id, mut out: Out) -> Result<anyhow::Result<Written>, StoreError> {
    let Some(record) = at.space()? else {
        return Ok(Ok(Written { out, files: Vec::new(), items: 0, persons: Vec::new(), folder: None }));
    };
    let members = at.members()?;
    let person = match what {
        What::Person(person) => Some(person.to_string()),
        _ => None,
    };
    let is_in = |person: &String| members.iter().any(|member| member.get("id").and_then(Value::as_str) == Some(person));
    if person.as_ref().is_some_and(|person| !is_in(person)) {
        return Ok(Ok(Written { out, files: Vec::new(), items: 0, persons: Vec::new(), folder: None }));
    }
    let folder = format!("spaces/{}", record::space_folder(&record, id));
    let names: HashMap<String, String> = members
        .iter()
        .filter_map(|member| Some((member.get("id")?.as_str()?.into(), member.get("name")?.as_str()?.into())))
        .collect();
    let there = at.item_ids()?;
    let (mut files, mut roots, mut lines, mut items) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut failed = None;
    if let Err(error) = out.begin_file(&format!("{folder}/items.jsonl")) {
        return Ok(Err(error));
    }
    at.items(&mut |item| {
        if person.is_some() && item.get("createdBy").and_then(Value::as_str) != person.as_deref() {
            return true;
        }
        items += 1;
        let own = item_files(&item);
        if item.get("id") == item.get("threadId") && person.is_none() {
            roots.push(item["id"].as_str().and_then(|id| Id::parse(id).ok()));
        }
        if person.is_some() {
            lines.push(item.clone());
        }
        let line = exported(item, &own, |id| there.contains(&id), person.as_deref());
        files.extend(own);
        failed = out.write(format!("{}\n", Value::Object(line)).as_bytes()).err();
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Ok(Err(error));
    }
    let pages = || -> Result<anyhow::Result<Out>, StoreError> {
        for root in roots.into_iter().flatten() {
            let thread = at.thread(root)?;
            let (name, text) = page::thread(&thread, &record, &names);
            if let Err(error) = out.file(&format!("{folder}/threads/{name}"), text.as_bytes()) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(out))
    };
    let mut out = match pages()? {
        Ok(out) => out,
        Err(error) => return Ok(Err(error)),
    };
    let about = space_record(&record, &members, person.is_none());
    let words = (person.is_some() && items > 0).then(|| page::words(&lines, &record, &names));
    let done = out.file(&format!("{folder}/space.json"), &pretty(&about)).and_then(|()| match words {
        Some(words) => out.file(&format!("{folder}/words.md"), words.as_bytes()),
        None => Ok(()),
    });
    let persons = match &person {
        Some(_) => Vec::new(),
        None => names.into_keys().collect(),
    };
    Ok(done.map(|()| Written { out, files, items, persons, folder: Some(folder) }))
}

/// A Space with its members, without what a server sets of its own.
fn space_record(record: &Map<String, Value>, members: &[Map<String, Value>], with_members: bool) -> Value {
    // Who may read it elsewhere is for those there to say: no export makes anything public.
    let mut about =
        lean(record, &["readableBy", "indexed", "createdBy", "createdAt", "receivedAt", "seq", "version", "persons"]);
    let direct = record.get("kind").is_some_and(|kind| kind == "direct");
    if direct {
        about.remove("id");
        let mut persons: Vec<&str> =
            record["persons"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        persons.sort_unstable();
        about.insert("persons".into(), json!(persons));
    }
    if with_members {
        let roles: BTreeMap<&str, &Value> = members
            .iter()
            .filter_map(|member| Some((member.get("id")?.as_str()?, member.get("role")?)))
            .filter(|(id, _)| id.starts_with('p'))
            .collect();
        let members: Vec<Value> = roles.into_iter().map(|(id, role)| json!({ "id": id, "role": role })).collect();
        about.insert("members".into(), json!(members));
    } else {
        // They are others' words.
        about.remove("templates");
    }
    Value::Object(about)
}

/// What a person has not sent yet, and how far he or she has read: for that person alone.
async fn own(engine: &Engine, person: Id, mut out: Out, count: &mut Count) -> anyhow::Result<Out> {
    let read = engine.read_whole(person, |at| {
        Ok([
            ("drafts", at.own(&submission::DRAFT)?),
            ("submissions", at.own(&submission::SUBMISSION)?),
            ("cursors", at.own(&delivery::CURSOR)?),
            ("deliveries", at.own(&delivery::DELIVERY)?),
            ("settings", at.own(&person::SETTINGS)?),
        ])
    });
    for (name, records) in read.await?.into_iter().flatten() {
        let mut lines = String::new();
        let mut files = Vec::new();
        for record in records {
            let mut record = lean(&record, &["seq", "version"]);
            // Its own id: what is being written may say anything of itself.
            let id = record.get("id").cloned().unwrap_or_default();
            if let Some(Value::Object(item)) = record.get_mut("item") {
                item.insert("id".into(), id);
                let own = item_files(item);
                record::name_files(item, &own);
                files.extend(own);
            }
            lines.push_str(&format!("{}\n", Value::Object(record)));
        }
        out.file(&format!("own/{name}.jsonl"), lines.as_bytes())?;
        for file in files {
            copy(engine, person, "own", &file, &mut out, count).await?;
        }
    }
    Ok(out)
}

async fn people(engine: &Engine, what: What, named: BTreeSet<String>, mut out: Out) -> anyhow::Result<Out> {
    let read = engine.read_whole(engine.workspace(), |at| Ok((at.persons()?, at.groups()?)));
    let (persons, groups) = read.await?.context("the workspace has no account")?;
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for person in persons {
        let Some(id) = person.get("id").and_then(Value::as_str).map(str::to_string) else { continue };
        if what != What::All && !named.contains(&id) {
            continue;
        }
        let mut person = lean(&person, &["createdBy", "createdAt", "picture", "placeholder", "seq", "version"]);
        // What somebody may in a workspace is no content of it: the next one has admins of its own.
        if person.get("role").is_some_and(|role| role == "admin") {
            person.insert("role".into(), json!("member"));
        }
        lines.insert(id, format!("{}\n", Value::Object(person)));
    }
    out.file("people.jsonl", lines.into_values().collect::<String>().as_bytes())?;
    if !matches!(what, What::Person(_)) {
        let mut lines: BTreeMap<String, String> = BTreeMap::new();
        for group in groups {
            let id = group.get("id").and_then(Value::as_str).unwrap_or("").to_string();
            let group = lean(&group, &["createdBy", "createdAt", "seq", "version"]);
            lines.insert(id, format!("{}\n", Value::Object(group)));
        }
        out.file("groups.jsonl", lines.into_values().collect::<String>().as_bytes())?;
    }
    Ok(out)
}

/// Copies the content of a file; what is gone meanwhile, or can't be read to its end, is told in `export.json`.
async fn copy(
    engine: &Engine,
    account: Id,
    folder: &str,
    file: &File,
    out: &mut Out,
    count: &mut Count,
) -> anyhow::Result<()> {
    let path = format!("{folder}/{}", file.path);
    let caller = match account.letter() {
        b'p' => model::Caller { person: account, role: model::Role::Member, scopes: model::Scopes::ALL },
        _ => engine::operator(),
    };
    let Some(opened) = engine.open_blob(&caller, account, file.blob).await? else {
        count.missing.push(path);
        return Ok(());
    };
    let mut content = opened.file;
    count.files += 1;
    tokio::task::block_in_place(|| -> anyhow::Result<()> {
        out.begin_file(&path)?;
        let mut piece = vec![0; 256 * 1024];
        loop {
            match content.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(read) => out.write(&piece[..read])?,
                // What the disk does not give any more is told; the rest goes on.
                Err(_) => {
                    count.files -= 1;
                    count.missing.push(path);
                    return Ok(());
                }
            }
        }
    })
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

/// The id that a conversation has in exports: it follows from its persons alone.
pub(crate) fn direct_name(persons: &[Id]) -> Id {
    space::direct_id(Id::derived(b'w', [0; 16]), persons)
}
