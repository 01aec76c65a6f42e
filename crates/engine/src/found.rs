//! Opening a workspace, and founding it where there is none yet.

use jmap::{Id, Origin, UtcDate};
use model::{Registry, person};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::Arc};
use store::{Blobs, Miss, Store, StoreError, Tick, Tx};
use tokio::sync::watch;

use crate::signin::SignIns;
use crate::work::{Done, read, write};
use crate::{Clock, Engine, Shared, events, jobs, random, records, runner};

/// Why a workspace can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is there, but not whole.
    #[error("the database lacks its {0}; restore a backup")]
    Lacks(&'static str),
}

/// The key that leads to the workspace account, and to the server's own key.
const WORKSPACE: (&str, &str) = ("server", "workspace");
const SERVER_KEY: (&str, &str) = ("server", "key");

impl Engine {
    /// Opens the workspace of a store, founding it if the store is empty.
    pub async fn open(
        store: Arc<dyn Store>,
        blobs: Arc<Blobs>,
        clock: Arc<dyn Clock>,
        registry: Registry,
    ) -> Result<Engine, OpenError> {
        let there = read(&*store, |at| at.key(WORKSPACE.0, WORKSPACE.1)).await?;
        if there.is_none() {
            found(&*store, &registry, clock.now()).await?;
        }
        let opened = read(&*store, |at| {
            let workspace = at.key(WORKSPACE.0, WORKSPACE.1)?;
            let key = at.key(SERVER_KEY.0, SERVER_KEY.1)?;
            let row = match &key {
                Some(key) => at.get(key.n, person::SERVER_KEY.number, &[key.id], true)?.pop(),
                None => None,
            };
            Ok((workspace, row))
        });
        let (workspace, row) = opened.await?;
        let workspace = workspace.ok_or(OpenError::Lacks("workspace"))?;
        let key =
            row.and_then(|row| hex(records::record(&registry, &row).str("key"))).ok_or(OpenError::Lacks("key"))?;
        let commits = watch::Sender::new(Tick(0));
        let newest = commits.clone();
        store.on_commit(Box::new(move |tick, _| {
            newest.send_replace(tick);
        }));
        let shared = Shared {
            signin: SignIns::watching(&*store),
            hub: events::Hub::start(&*store),
            commits,
            nudge: watch::Sender::new(()),
            search: std::sync::OnceLock::new(),
            importer: std::sync::OnceLock::new(),
            courier: std::sync::OnceLock::new(),
            purges: std::sync::atomic::AtomicU64::new(0),
            progress: watch::Sender::new(runner::Progress::default()),
            node: data_encoding::HEXLOWER.encode(&random::<8>()),
            store,
            blobs,
            clock,
            registry,
            workspace: workspace.account,
            workspace_n: workspace.n,
            key,
            received: Mutex::new(HashMap::new()),
        };
        Ok(Engine { shared: Arc::new(shared) })
    }
}

async fn found(store: &dyn Store, registry: &Registry, now: UtcDate) -> Result<(), StoreError> {
    let workspace = Id::fresh(b'w', now, random());
    let server_key = Id::fresh(b'k', now, random());
    let secret: [u8; 32] = random();
    let lineage = u64::from_be_bytes(random());
    let registry = registry.clone();
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        if tx.key(WORKSPACE.0, WORKSPACE.1)?.is_some() {
            return Ok(Done::Undo(()));
        }
        let head = tx.open_account(workspace, lineage)?;
        let put = |tx: &mut dyn Tx, ty, id, props: Map<String, Value>| -> Result<(), Miss> {
            let mut record = records::new_record(id, props, Origin::Said);
            record.seq = tx.next_seq(head.n)?;
            record.created_seq = record.seq;
            tx.put(records::row(&registry, ty, head.n, &record));
            Ok(())
        };
        put(tx, &person::WORKSPACE, workspace, person::new_workspace("Meanwhile"))?;
        let mut key = Map::new();
        key.insert("key".into(), Value::from(data_encoding::HEXLOWER.encode(&secret)));
        put(tx, &person::SERVER_KEY, server_key, key)?;
        tx.claim(WORKSPACE.0, WORKSPACE.1, head.n, workspace, None);
        tx.claim(SERVER_KEY.0, SERVER_KEY.1, head.n, server_key, None);
        tx.put_job(jobs::first_purge(workspace, head.n, now));
        Ok(Done::Keep(()))
    };
    write(store, vec![workspace], None, work).await
}

fn hex(text: &str) -> Option<[u8; 32]> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}
