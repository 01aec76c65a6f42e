//! Previews are made before anybody looks, so that nobody can tell who has looked; and they go with what they are of.

use engine::operator;
use jmap::{DAY_MS, Id};
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use scenarios::process::{Machine, files_below};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A GIF of one pixel.
const PICTURE: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

async fn uploads(desk: &Direct, who: &Caller, space: Id, bytes: &[u8]) -> String {
    let mut upload = desk.engine.begin_upload(who, space).await.expect("open");
    upload.write(bytes).expect("room");
    desk.engine.end_upload(who, space, upload, "image/gif").await.expect("kept").blob_id.to_string()
}

fn with(blob: &str, media_type: &str) -> Value {
    json!({ "kind": "topic", "title": "Beach", "blobs": [{ "blobId": blob, "name": "beach.gif", "type": media_type }] })
}

async fn says(desk: &Direct, who: &Caller, space: Id, item: Value) -> String {
    let answer = desk.one(who, "Item/set", json!({ "accountId": space, "create": { "k": item } })).await;
    answer["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
}

/// The files of a blob's previews.
fn previews(desk: &Direct, blob: &str) -> Vec<PathBuf> {
    let folder = desk.folder().join("previews");
    // It is made with the first of them.
    let all = if folder.exists() { files_below(&folder) } else { Vec::new() };
    all.into_iter().filter(|path| path.to_string_lossy().contains(blob)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_are_made_of_what_is_said_before_anybody_looks() {
    on_all_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Trips").await;
        let said = uploads(&desk, &ana, space, PICTURE).await;
        says(&desk, &ana, space, with(&said, "image/gif")).await;
        // The same content by another name has its own: what is there already shows nowhere.
        let twin = uploads(&desk, &ana, space, PICTURE).await;
        says(&desk, &ana, space, with(&twin, "image/gif")).await;
        let broken = uploads(&desk, &ana, space, &PICTURE[..20]).await;
        says(&desk, &ana, space, with(&broken, "image/gif")).await;
        let words = uploads(&desk, &ana, space, b"words").await;
        says(&desk, &ana, space, with(&words, "text/plain")).await;
        let unsaid = uploads(&desk, &ana, space, PICTURE).await;
        let old = uploads(&desk, &operator(), space, PICTURE).await;
        let mut imported = with(&old, "image/gif");
        imported["origin"] = json!("imported");
        imported["createdBy"] = json!(ana.person);
        says(&desk, &operator(), space, imported).await;
        desk.settle().await;
        let count = |desk: &Direct, blob: &str| previews(desk, blob).len();
        assert_eq!((count(&desk, &said), count(&desk, &twin)), (4, 4));
        for none in [&broken, &words, &unsaid, &old] {
            assert_eq!(count(&desk, none), 0, "{none}");
        }
        // What was read of the log is not read again.
        let files = previews(&desk, &twin);
        desk.restart_after(|| files.iter().for_each(|file| std::fs::remove_file(file).expect("it is there"))).await;
        desk.settle().await;
        assert_eq!((count(&desk, &said), count(&desk, &twin)), (4, 0));
        // Where the folder is gone, what is not old is made once more.
        let folder = desk.folder().join("previews");
        desk.restart_after(|| std::fs::remove_dir_all(&folder).expect("it is there")).await;
        desk.settle().await;
        assert_eq!((count(&desk, &said), count(&desk, &twin)), (4, 4));
        desk.clock.advance(40 * DAY_MS);
        desk.restart_after(|| std::fs::remove_dir_all(&folder).expect("it is there")).await;
        desk.settle().await;
        assert_eq!((count(&desk, &said), count(&desk, &twin)), (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_go_when_what_they_are_of_has_gone() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Trips").await;
        let stays = uploads(&desk, &ana, space, PICTURE).await;
        says(&desk, &ana, space, with(&stays, "image/gif")).await;
        let mut other = PICTURE.to_vec();
        other[13] = 9;
        let goes = uploads(&desk, &ana, space, &other).await;
        let id = says(&desk, &ana, space, with(&goes, "image/gif")).await;
        desk.settle().await;
        assert_eq!((previews(&desk, &stays).len(), previews(&desk, &goes).len()), (4, 4));
        desk.one(&ana, "Item/set", json!({ "accountId": space, "destroy": [id] })).await;
        for _ in 0..33 {
            desk.clock.advance(DAY_MS);
            desk.settle().await;
        }
        assert_eq!((previews(&desk, &stays).len(), previews(&desk, &goes).len()), (4, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_both_have_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("first");
    let database = store::contract::postgres::Server::shared().database();
    let machine = Machine::default().set("MEANWHILE_DATABASE", &database);
    let one = machine.serve(&data).await;
    let second = folder.path().join("second");
    std::fs::create_dir(&second).expect("a folder can be made");
    std::os::unix::fs::symlink(data.join("blobs"), second.join("blobs")).expect("a link can be made");
    std::fs::copy(data.join("blobs.key"), second.join("blobs.key")).expect("the key is there");
    let two = machine.serve(&second).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&one.url, "Trips").await;
    let blob = ana.upload(&one.url, &space, PICTURE.to_vec()).await.expect("uploads");
    let create = json!({ "accountId": space, "create": { "k": with(&blob, "image/gif") } });
    let made = ana.one(&one.url, "Item/set", create).await.expect("the server runs");
    assert!(made["created"]["k"].is_object(), "{made}");
    let mut answers = Vec::new();
    for (url, width) in [(&one.url, 320), (&two.url, 320), (&two.url, 2048), (&one.url, 2048)] {
        let path = format!("{url}/jmap/download/{space}/{blob}/beach.gif?width={width}");
        let answer = ana.http.get(path).bearer_auth(&ana.token).send().await.expect("the server runs");
        assert_eq!(answer.status(), reqwest::StatusCode::OK);
        let etag = answer.headers()["etag"].to_str().expect("text").to_string();
        answers.push((width, etag, answer.bytes().await.expect("all of it")));
    }
    assert_eq!((&answers[0], &answers[2]), (&answers[1], &answers[3]), "a cache may have it from either");
    one.terminate().await;
    two.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_comes_with_a_mail_keeps_its_place() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, mail) = (folder.path().join("data"), folder.path().join("box"));
        // The picture above, in Base64.
        let letter = "From ana@example.org Mon Nov 23 09:00:00 2026\n\
        From: Ana <ana@example.org>\nSubject: Beach\nMessage-ID: <1@example.org>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n\
        MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\nContent-Type: text/plain\n\nLook.\n\
        --b\nContent-Type: image/gif; name=beach.gif\nContent-Disposition: attachment; filename=beach.gif\n\
        Content-Transfer-Encoding: base64\n\nR0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=\n\
        --b\nContent-Type: image/png; name=none.png\nContent-Disposition: attachment; filename=none.png\n\n\
        no picture\n--b--\n";
        std::fs::write(&mail, letter).expect("written");
        let server = machine.serve(&data).await;
        let ana = machine.person(&data, "Ana").await;
        let made = machine.order(&data, &["space", "add", "--name", "Archive", "--member", "ana@example.org"]).await;
        let space = made["spaceId"].as_str().expect("made").to_string();
        machine.order(&data, &["import", "mbox", mail.to_str().expect("UTF-8"), "--space", "Archive"]).await;
        let got = ana.one(&server.url, "Item/get", json!({ "accountId": space, "ids": null })).await.expect("answers");
        let files = got["list"][0]["blobs"].as_array().expect("files");
        let sides = |n: usize| (&files[n]["name"], &files[n]["width"], &files[n]["height"]);
        assert_eq!(sides(0), (&json!("beach.gif"), &json!(1), &json!(1)));
        assert_eq!(sides(1), (&json!("none.png"), &Value::Null, &Value::Null));
        server.terminate().await;
    }
}
