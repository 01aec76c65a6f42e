//! The naive store keeps the promises of an engine, and keeps them when it makes life hard for commands.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::Store;
use store::oracle::{Oracle, Unkind};

mod kind {
    use super::*;
    store::contract_tests!(|| Arc::new(Oracle::new()) as Arc<dyn Store>);
}

mod unkind {
    use super::*;
    static SEED: AtomicU64 = AtomicU64::new(1);
    store::contract_tests!(|| {
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        Arc::new(Oracle::unkind(Unkind::very(seed))) as Arc<dyn Store>
    });
}
