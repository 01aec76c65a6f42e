//! What stands in files is found, and by which file.

use super::*;

/// A PDF with one line on one page.
pub(super) fn pdf(line: &str) -> String {
    let content = format!("BT /F1 12 Tf 20 700 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".into(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into(),
    ];
    // Without a list of places; readers find the objects themselves.
    let bodies = objects.iter().enumerate().map(|(i, object)| format!("{} 0 obj\n{object}\nendobj\n", i + 1));
    format!("%PDF-1.4\n{}trailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n", bodies.collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_in_files_are_found_with_the_file_and_the_place() {
    for store in STORES {
        let (office, ana, bo, gil) = team(store).await;
        let files = [
            ("notes.txt", "text/plain", "The vendor said: keelhaul it, then ship.".to_string()),
            ("page.html", "text/html", "<style>keelhaul</style><p>Fran&ccedil;ois &amp; co</p>".into()),
            ("plan.md", "text/markdown", "# Plan\n\n- **windlass** first".into()),
            ("contract.pdf", "application/pdf", pdf("The party of the bowsprit part")),
            ("junk.pdf", "application/pdf", "not a PDF".into()),
        ];
        let mut blobs = Vec::new();
        for (name, media_type, content) in &files {
            let blob = ana.uploads(id('s', 1), content).await;
            blobs.push(json!({ "blobId": blob, "name": name, "type": media_type }));
        }
        let mut topic = topic("Papers", "All that we have.");
        topic["blobs"] = json!(blobs);
        ana.posts(id('s', 1), item(1), topic).await;
        office.desk.settle().await;
        for (text, file, marked_snippet) in [
            ("keelhaul", Some(0), "The vendor said: [keelhaul] it, then ship."),
            ("francois", Some(1), "[François] & co"),
            ("windlass", Some(2), "Plan [windlass] first"),
            ("bowsprit", Some(3), "The party of the [bowsprit] part"),
            ("contract", Some(3), "[contract].pdf"),
            ("bowsprit papers", Some(3), "The party of the [bowsprit] part"),
            ("papers", None, "All that we have."),
        ] {
            let answer = search(&bo, json!({ "text": text })).await;
            assert_eq!(answer["total"], 1, "{text}: {answer}");
            let hit = &answer["hits"][0];
            assert_eq!(marked(hit["snippet"].as_str().unwrap(), &hit["marks"]), marked_snippet, "{text}");
            assert_eq!(hit["blobId"], file.map_or(Value::Null, |file: usize| blobs[file]["blobId"].clone()), "{text}");
            assert_eq!(hit["blobName"].as_str(), file.map(|file| files[file].0), "{text}");
        }
        assert_eq!(search(&gil, json!({ "text": "keelhaul" })).await["total"], 0);

        // A reaction reads no file again, and another Item with the same file has its text at once.
        let reaction = json!({ "accountId": id('s', 1), "update": { item(1).to_string(): { format!("reactions/👍/{}", bo.id): true } } });
        assert!(bo.one("Item/set", reaction).await["notUpdated"].is_null());
        let same = ana.uploads(id('s', 2), &files[0].2).await;
        let mut copy = super::topic("Copy", "");
        copy["blobs"] = json!([{ "blobId": same, "name": "again.txt" }]);
        ana.posts(id('s', 2), item(2), copy).await;
        office.desk.settle().await;
        assert_eq!(search(&ana, json!({ "text": "keelhaul" })).await["total"], 2);
        assert_eq!(search(&gil, json!({ "text": "keelhaul" })).await["total"], 1);
        let without = json!({ "accountId": id('s', 1), "update": { item(1).to_string(): { "blobs": [] } } });
        assert!(ana.one("Item/set", without).await["notUpdated"].is_null());
        office.desk.settle().await;
        assert_eq!(search(&bo, json!({ "text": "keelhaul" })).await["total"], 0);
        office.close().await;
    }
}
