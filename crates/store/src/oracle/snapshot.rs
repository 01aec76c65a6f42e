//! Reads of the oracle: every answer is a filter over a whole map.

use jmap::{Id, UtcDate};

use super::state::{Account, State};
use crate::{
    Blob, Head, IndexRange, Job, Key, N, Outward, Range, Row, Seq, Snapshot, StoreError, Stub, Tick, Touched,
    TypeNumber, Version,
};

type Answer<T> = Result<T, StoreError>;

impl Snapshot for State {
    fn head(&self, account: Id) -> Answer<Option<Head>> {
        Ok(self.by_id(account).map(|account| account.head.clone()))
    }

    fn head_of(&self, n: N) -> Answer<Option<Head>> {
        Ok(self.account(n).map(|account| account.head.clone()))
    }

    fn look(&self, since: Tick, limit: u32) -> Answer<(Tick, Vec<Touched>)> {
        let heads = self.accounts.values().map(|account| &account.head);
        let changed = heads.filter(|head| head.tick > since).map(|head| (head.n, head.id, head.seq));
        Ok((self.tick, changed.take(limit as usize + 1).collect()))
    }

    fn get(&self, n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Answer<Vec<Row>> {
        let found = ids.iter().filter_map(|id| self.account(n)?.get(ty, *id));
        Ok(found.map(|row| with_body(row, bodies)).collect())
    }

    fn at_seqs(&self, n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Answer<Vec<Row>> {
        let found = created.iter().filter_map(|seq| self.account(n)?.at_seq(ty, *seq));
        Ok(found.map(|row| with_body(row, bodies)).collect())
    }

    fn range(&self, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Answer<Vec<Row>> {
        let mut rows = self.rows(n, ty);
        rows.retain(|row| row.destroyed.is_none());
        if range.down {
            rows.reverse();
            rows.retain(|row| range.after.is_none_or(|after| row.created_seq < after));
        } else {
            rows.retain(|row| range.after.is_none_or(|after| row.created_seq > after));
        }
        Ok(rows.into_iter().take(range.limit as usize).map(|row| with_body(row, bodies)).collect())
    }

    fn thread_down(&self, n: N, thread: Id, below: Seq, limit: u32) -> Answer<Vec<Row>> {
        let rows = self.account(n).map(|account| account.thread_down(thread, below, limit)).unwrap_or_default();
        Ok(rows.iter().map(|row| with_body(row, false)).collect())
    }

    fn updated_after(&self, n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Answer<Vec<Stub>> {
        let mut stubs = self.stubs(n, ty);
        stubs.retain(|stub| stub.seq > stub.created_seq && stub.seq > cursor);
        stubs.sort_by_key(|stub| stub.seq);
        stubs.truncate(limit as usize);
        Ok(stubs)
    }

    fn created_after(&self, n: N, ty: TypeNumber, cursor: Seq, upto: Seq, limit: u32) -> Answer<Vec<Stub>> {
        let mut stubs = self.stubs(n, ty);
        stubs.retain(|stub| cursor < stub.created_seq && stub.created_seq <= upto);
        stubs.truncate(limit as usize);
        Ok(stubs)
    }

    fn walk_down(&self, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Answer<Vec<Stub>> {
        let mut rows = self.rows(n, ty);
        rows.retain(|row| row.seq > above && row.tick >= since);
        rows.sort_by_key(|row| row.seq);
        Ok(rows.into_iter().map(stub).collect())
    }

    fn index(&self, n: N, name: &str, range: &IndexRange) -> Answer<Vec<(Vec<u8>, Seq)>> {
        let all = self.account(n).into_iter().flat_map(|account| account.index.iter());
        let of_name = all
            .filter(|(row_name, key, _)| row_name == name && key.as_slice() >= range.from && key.as_slice() < range.to);
        let mut rows: Vec<(Vec<u8>, Seq)> = of_name.map(|(_, key, created_seq)| (key.clone(), *created_seq)).collect();
        if range.down {
            rows.reverse();
        }
        if let Some(after) = range.after {
            rows.retain(|(key, seq)| {
                let row = (key.as_slice(), *seq);
                if range.down { row < after } else { row > after }
            });
        }
        rows.truncate(range.limit as usize);
        Ok(rows)
    }

    fn key(&self, name: &str, key: &str) -> Answer<Option<Key>> {
        Ok(State::key(self, name, key).cloned())
    }

    fn keys(&self, name: &str, prefix: &str, after: &str, limit: u32) -> Answer<Vec<(String, Key)>> {
        let behind = State::keys(self, name, prefix).filter(|(key, _)| key.as_str() > after);
        Ok(behind.take(limit as usize).map(|(text, key)| (text.clone(), key.clone())).collect())
    }

    fn count_keys(&self, name: &str, prefix: &str) -> Answer<u64> {
        Ok(State::keys(self, name, prefix).count() as u64)
    }

    fn versions(&self, n: N, ty: TypeNumber, id: Id, bodies: bool) -> Answer<Vec<Version>> {
        let mut versions = self.account(n).map(|account| account.versions(ty, id)).unwrap_or_default();
        versions.iter_mut().filter(|_| !bodies).for_each(|version| version.body.clear());
        Ok(versions)
    }

    fn version(&self, n: N, ty: TypeNumber, id: Id, version: u32) -> Answer<Option<Version>> {
        let versions = self.account(n).map(|account| account.versions(ty, id)).unwrap_or_default();
        Ok(versions.into_iter().find(|one| one.version == version))
    }

    fn blob(&self, blob: Id) -> Answer<Option<Blob>> {
        Ok(self.blobs.get(&blob).cloned())
    }

    fn blob_served(&self, n: N, blob: Id) -> Answer<bool> {
        Ok(self.account(n).is_some_and(|account| account.serves(blob)))
    }

    fn jobs(&self, n: N) -> Answer<Vec<Job>> {
        let jobs = self.account(n).into_iter().flat_map(|account| account.jobs.values());
        Ok(jobs.map(|(job, _)| job.clone()).collect())
    }

    fn counter(&self, name: &str) -> Answer<Option<(u64, UtcDate)>> {
        Ok(self.counters.get(name).copied())
    }

    fn outward(&self, after: u64, limit: u32) -> Answer<Vec<Outward>> {
        let told = self.outward.values().filter(|(row, held)| !held && row.number > after);
        Ok(told.take(limit as usize).map(|(row, _)| row.clone()).collect())
    }

    fn blob_hashes(&self) -> Answer<Vec<[u8; 32]>> {
        let mut hashes: Vec<[u8; 32]> = self.blobs.values().map(|blob| blob.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Ok(hashes)
    }
}

impl State {
    fn rows(&self, n: N, ty: TypeNumber) -> Vec<&Row> {
        self.account(n).into_iter().flat_map(|account| Account::rows(account, ty)).map(AsRef::as_ref).collect()
    }

    fn stubs(&self, n: N, ty: TypeNumber) -> Vec<Stub> {
        self.rows(n, ty).into_iter().map(stub).collect()
    }
}

fn stub(row: &Row) -> Stub {
    Stub { id: row.id, created_seq: row.created_seq, seq: row.seq, destroyed: row.destroyed.is_some() }
}

fn with_body(row: &Row, bodies: bool) -> Row {
    let mut row = row.clone();
    if !bodies {
        row.body = None;
    }
    row
}
