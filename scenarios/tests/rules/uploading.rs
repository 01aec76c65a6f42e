//! Uploads that can be resumed: what was acknowledged stays, whoever else goes on with it.

use engine::{NewUpload, OpenUploadError};
use futures_util::poll;
use scenarios::direct::on_quick_stores_bent;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::contract::wrapped::{Bend, bent};
use store::{Read, Store};

/// Counts the reads that were served, and serves none while they are held.
#[derive(Default)]
struct Served {
    count: AtomicU64,
    held: AtomicBool,
}

struct Counts(Arc<Served>);

impl Bend for Counts {
    fn read(&self, _: &Arc<dyn Store>, read: Read) -> Read {
        let served = self.0.clone();
        Box::new(move |snapshot| {
            while served.held.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            read(snapshot);
            served.count.fetch_add(1, Ordering::SeqCst);
        })
    }
}

/// A client lost its network, and sends the same bytes once more, just when the first ones arrived after all.
#[tokio::test]
async fn who_goes_on_where_an_upload_was_before_takes_nothing_from_it() {
    let served = Arc::new(Served::default());
    let reads = served.clone();
    on_quick_stores_bent(
        |store| bent(store, Arc::new(Counts(served.clone()))),
        async |desk| {
            let ana = desk.hire("Ana").await;
            desk.settle().await;
            let (account, media_type) = (ana.person, "text/plain".to_string());
            let new = NewUpload { account, length: Some(10), media_type, metadata: String::new() };
            let (id, _) = desk.engine.create_upload(&ana, new).await.expect("she may");
            let before = reads.count.load(Ordering::SeqCst);
            reads.held.store(true, Ordering::SeqCst);
            let mut late = pin!(desk.engine.resume_upload(&ana, id, 0, None));
            // It asks how far the upload is, is told, and then is slow.
            assert!(poll!(late.as_mut()).is_pending());
            reads.held.store(false, Ordering::SeqCst);
            while reads.count.load(Ordering::SeqCst) == before {
                tokio::task::yield_now().await;
            }
            let mut first = desk.engine.resume_upload(&ana, id, 0, None).await.expect("nobody writes it");
            first.write(b"01234".to_vec()).await.expect("there is room");
            assert_eq!(first.end().await.expect("it is kept").offset, 5);
            assert_eq!(late.await.map(|_| ()), Err(OpenUploadError::Elsewhere(5)));
            let mut last = desk.engine.resume_upload(&ana, id, 5, None).await.expect("all that was kept is there");
            last.write(b"56789".to_vec()).await.expect("there is room");
            let blob = last.end().await.expect("it is whole").blob_id.expect("a file");
            let file = desk.engine.open_blob(&ana, account, blob).await.expect("no fault").expect("it is there");
            assert_eq!(file.size, 10);
        },
    )
    .await;
}
