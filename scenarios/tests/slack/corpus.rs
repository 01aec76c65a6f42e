//! A Slack export of the shapes that real ones have, written anew for each run: channels of all sorts, threads, edits,
//! reactions, files that are there and files that are not, and records that are broken.

use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Writes an export. `more`: with what was said a day later.
pub(crate) fn write(folder: &Path, more: bool) {
    let user = |id: &str, name: &str, email: Option<&str>| {
        json!({ "id": id, "name": name.to_lowercase(), "real_name": name, "deleted": email.is_none(),
                "profile": { "real_name": name, "email": email } })
    };
    put(
        folder,
        "users.json",
        &json!([
            user("U1", "Ana Reis", Some("ana@example.org")),
            user("U2", "Bo Lind", Some("BO@example.org")),
            user("U3", "Cy Park", Some("cy@old.example")),
            user("U4", "Cy at home", Some("cy@old.example")),
            user("U5", "Dan Gone", None),
            "no user",
        ]),
    );
    put(
        folder,
        "channels.json",
        &json!([
            { "id": "C1", "name": "general", "creator": "U3", "members": ["U1", "U2", "U3", "U5"],
              "purpose": { "value": "All of us &amp; more" }, "topic": { "value": "" } },
            { "id": "C2", "name": "old", "creator": "U5", "members": [], "is_archived": true },
        ]),
    );
    put(
        folder,
        "groups.json",
        &json!([
            { "id": "G1", "name": "secret", "creator": "U2", "members": ["U2", "U3"] },
            { "id": "G2", "name": "nobody", "creator": "U5", "members": ["U5"] },
        ]),
    );
    put(folder, "dms.json", &json!([{ "id": "D1", "members": ["U1", "U2"] }, { "id": "D9", "members": ["U1", "U5"] }]));
    put(folder, "mpims.json", &json!([{ "id": "M1", "name": "mpdm-a-b-c", "members": ["U1", "U2", "U3"] }]));
    put(folder, "general/2016-05-02.json", &monday());
    put(folder, "general/2016-05-03.json", &tuesday());
    put(folder, "old/2015-01-01.json", &json!([said("1420106400.000001", "U5", "The *first* of all.")]));
    put(folder, "secret/2016-05-02.json", &json!([said("1462176000.000001", "U3", "Between us.")]));
    put(folder, "nobody/2016-05-02.json", &json!([said("1462176000.000001", "U5", "Into the void.")]));
    put(
        folder,
        "D1/2016-05-02.json",
        &json!([said("1462176000.000001", "U1", "Lunch?"), said("1462176060.000001", "U2", ":+1:")]),
    );
    put(folder, "mpdm-a-b-c/2016-05-02.json", &json!([said("1462176000.000001", "U3", "The three of us.")]));
    put(folder, "strange/2016-05-02.json", &json!([said("1462176000.000001", "U1", "In no list.")]));
    fs::create_dir_all(folder.join("__uploads/F1")).expect("a folder");
    fs::write(folder.join("__uploads/F1/plan.txt"), "the plan\n").expect("written");
    fs::write(
        folder.join("general/2016-05-05.json"),
        "[{\"ts\": \"1462435200.000001\", \"user\": \"U1\", \"text\": \"Cut",
    )
    .expect("written");
    if more {
        let late = json!([with(
            said("1462521600.000001", "U2", "Late, but here."),
            json!({ "thread_ts": "1462186800.000002" })
        )]);
        put(folder, "general/2016-05-06.json", &late);
    }
}

fn monday() -> Value {
    json!([
        with(said("1462176000.000001", "U3", "<@U3> has joined the channel"), json!({ "subtype": "channel_join" })),
        said("1462179600.000001", "U1", "Good morning &amp; hello <@U2>, see <#C1|general> and <#G1|secret>"),
        said("1462179660.000001", "U2", "*Morning*!"),
        with(said("1462186800.000002", "U1", "How do we _name_ it?\n&gt; Anything but that."),
             json!({ "thread_ts": "1462186800.000002", "reply_count": 2,
                     "edited": { "user": "U1", "ts": "1462186900.000000" },
                     "reactions": [{ "name": "+1::skin-tone-4", "users": ["U2", "U3", "U9"], "count": 3 },
                                   { "name": "party_parrot", "users": ["U2"] }] })),
        with(said("1462190400.000001", "U3", "Like <https://t.slack.com/archives/C1/p1462179600000001|this>"),
             json!({ "thread_ts": "1462186800.000002" })),
        with(said("1462190460.000001", "U2", "Here:"),
             json!({ "thread_ts": "1462186800.000002",
                     "files": [{ "id": "F1", "name": "plan.txt", "mimetype": "text/plain", "size": 9 },
                               { "id": "F2", "name": "../../lost.pdf", "mimetype": "application/pdf", "size": 34567 }] })),
        { "type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "github", "ts": "1462193000.000001", "text": "",
          "attachments": [{ "title": "Build 7", "title_link": "http://ci.example/7", "text": "failed" }] },
    ])
}

fn tuesday() -> Value {
    let long = format!("{}\n{}", "A long story.", "And on it goes. ".repeat(30_000));
    json!([
        with(said("1462262400.000001", "U2", "Yes to that."), json!({ "thread_ts": "1400000000.000001" })),
        with(said("1462262460.000001", "U5", "Me too."), json!({ "thread_ts": "1400000000.000001" })),
        said("yesterday", "U1", "No time."),
        { "ts": "1462262500.000001", "user": "U1", "text": ["not", "a text"] },
        said("1462262600.000001", "U1", &long),
        17,
    ])
}

pub(crate) fn said(ts: &str, user: &str, text: &str) -> Value {
    json!({ "type": "message", "ts": ts, "user": user, "text": text })
}

fn with(mut record: Value, more: Value) -> Value {
    if let (Some(record), Value::Object(more)) = (record.as_object_mut(), more) {
        record.extend(more);
    }
    record
}

pub(crate) fn put(folder: &Path, name: &str, value: &Value) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
    fs::write(path, value.to_string()).expect("written");
}

/// Packs a folder, within a folder of its own, as people do.
pub(crate) fn pack(folder: &Path, to: &Path) {
    let mut zip = zip::ZipWriter::new(fs::File::create(to).expect("a file"));
    for path in scenarios::process::files_below(folder) {
        let name = path.strip_prefix(folder).expect("below").to_str().expect("UTF-8").to_string();
        zip.start_file(format!("export/{name}"), zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(&fs::read(&path).expect("readable")).expect("written");
    }
    zip.finish().expect("finished");
}
