//! The PostgreSQL engine keeps its promises.

use std::sync::Arc;
use store::Store;
use store::contract::postgres::Server;

fn in_a_new_database() -> Arc<dyn Store> {
    Server::shared().store()
}

mod keeps {
    use super::*;
    store::contract_tests!(in_a_new_database);
}
