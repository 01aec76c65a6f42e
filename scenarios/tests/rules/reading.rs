//! Readers of the log: what they are given, however far they are behind.

use jmap::Id;
use model::items::ITEM;
use parking_lot::Mutex;
use scenarios::direct::on_all_stores;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use store::{Changed, Command, LogReader, N, Seq, Snapshot, StoreError, TypeNumber};

use crate::moving::{post, set};

/// What a reader was given at once: records, with their places and whether they are there.
type Page = Vec<(Id, Seq, bool)>;

/// Writes down what it is given at a time.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Page>>>);

impl LogReader for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        ty == ITEM.number
    }

    fn take(&mut self, _: N, batch: &[Changed], _: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let told = batch.iter().map(|changed| (changed.account, changed.row.seq, changed.row.body.is_some()));
        self.0.lock().push(told.collect());
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn a_reader_that_is_far_behind_is_given_some_changes_at_a_time() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let (one, other) = (desk.space(&ana, "One").await, desk.space(&ana, "Other").await);
        for space in [one, other] {
            let root = post(&desk, &ana, space, json!({ "kind": "topic", "title": "t", "text": "t" })).await;
            let reply = |n: usize| json!({ "kind": "post", "parentId": root, "text": n.to_string() });
            let create: Map<String, Value> = (0..399).map(|n| (format!("p{n}"), reply(n))).collect();
            assert!(set(&desk, &ana, space, "Item", json!({ "create": create })).await["notCreated"].is_null());
            let edit = json!({ "update": { root: { "text": "T" } } });
            assert!(set(&desk, &ana, space, "Item", edit).await["notUpdated"].is_null());
        }
        let notes = Notes::default();
        let running = desk.engine.start_with(vec![Box::new(notes.clone())]);
        desk.settle().await;
        running.stop().await;
        let given = notes.0.lock().clone();
        assert!(given.iter().all(|batch| batch.len() <= 256), "{:?}", given.iter().map(Vec::len).collect::<Vec<_>>());
        for space in [one, other] {
            let seqs: Vec<Seq> = given.iter().flatten().filter(|told| told.0 == space).map(|told| told.1).collect();
            assert_eq!(seqs.len(), 400, "each once, in its newest form");
            assert!(seqs.windows(2).all(|two| two[0] < two[1]), "rising");
        }
        assert!(given.iter().flatten().all(|told| told.2), "with its words");
    })
    .await;
}
