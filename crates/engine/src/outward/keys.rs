//! Keys of what goes out: the one by which push services know this server, made when it is first needed, and the secret of
//! an invitation that is mailed, which is never written down.

use jmap::Id;
use model::person::SERVER_KEY;
use serde_json::{Map, json};
use std::sync::Arc;
use store::{Lease, Miss, StoreError, Tx};

use crate::work::{Done, read, write};
use crate::{Engine, Shared, random, records};

/// Where the key for push services is found.
const PUSH_KEY: (&str, &str) = ("server", "push");

/// The private key on P-256 by which push services know this server.
pub(super) async fn push_key(shared: &Arc<Shared>, lease: Option<&Lease>) -> Result<[u8; 32], StoreError> {
    if let Some(key) = known(shared).await? {
        return Ok(key);
    }
    let fresh = {
        let mut key = random::<32>();
        // Below the order of the curve, and not nought.
        key[0] &= 0x7f;
        key[31] |= 1;
        key
    };
    let (me, id, workspace) = (shared.clone(), shared.fresh_id(b'k'), shared.workspace);
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        if tx.key(PUSH_KEY.0, PUSH_KEY.1)?.is_some() {
            return Ok(Done::Undo(()));
        }
        let mut props = Map::new();
        props.insert("key".into(), json!(data_encoding::HEXLOWER.encode(&fresh)));
        let mut record = records::new_record(id, props, jmap::Origin::Said);
        record.seq = tx.next_seq(me.workspace_n)?;
        record.created_seq = record.seq;
        tx.put(records::row(&me.registry, &SERVER_KEY, me.workspace_n, &record));
        tx.claim(PUSH_KEY.0, PUSH_KEY.1, me.workspace_n, id, None);
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![workspace], lease.cloned(), work).await?;
    known(shared).await?.ok_or_else(|| StoreError::Broken("the key for push services was not kept".into()))
}

async fn known(shared: &Arc<Shared>) -> Result<Option<[u8; 32]>, StoreError> {
    let me = shared.clone();
    let found = read(&*shared.store, move |at| {
        let Some(key) = at.key(PUSH_KEY.0, PUSH_KEY.1)? else { return Ok(None) };
        let row = at.get(key.n, SERVER_KEY.number, &[key.id], true)?.pop();
        Ok(row.map(|row| records::record(&me.registry, &row).str("key").to_owned()))
    });
    let hex = found.await?;
    Ok(hex.and_then(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()))
}

impl Engine {
    /// The private key on P-256 by which push services know this server; `None` where nothing is pushed.
    pub async fn push_key(&self) -> Result<Option<[u8; 32]>, StoreError> {
        match self.shared.courier.get().filter(|courier| courier.pushes()) {
            Some(_) => push_key(&self.shared, None).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether it mails.
    pub fn mails(&self) -> bool {
        self.shared.courier.get().is_some_and(|courier| courier.mails())
    }
}

/// The random part of the secret of an invitation that is mailed: it follows from the name of the mail, so that a mail that
/// is sent twice has one link, and the link is written nowhere.
pub(crate) fn invitation_bytes(shared: &Shared, person: Id, name: &str) -> [u8; 32] {
    let key = blake3::derive_key("meanwhile mailed invitations", &shared.key);
    *blake3::keyed_hash(&key, format!("{person} {name}").as_bytes()).as_bytes()
}
