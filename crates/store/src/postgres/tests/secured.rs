//! TLS to the database: what was asked for is what is had, and what is wrong is said.

use std::sync::Arc;

use super::super::{PostgresOptions, PostgresStore};
use super::{ALL, opened, refusal};
use crate::contract::ask::{create, id, open, read};
use crate::contract::postgres::{OnPort, Server};
use crate::{Range, Store, StoreError};

fn options(server: &OnPort, host: &str, query: &str) -> PostgresOptions {
    PostgresOptions::new(server.address(host, query))
}

/// Every connection that a store has is inside TLS.
fn is_secured(server: &OnPort, store: &Arc<PostgresStore>, space: u64) {
    let space = id(b's', space);
    let n = open(&**store, space);
    create(&**store, space, 1, id(b'i', 1));
    assert_eq!(read(&**store, move |snapshot| snapshot.range(n, 1, Range::first(ALL), true)).unwrap().len(), 1);
    store.lease("index", "one", 1).unwrap();
    let seen = "SELECT coalesce(s.ssl, false)::text FROM pg_stat_activity a LEFT JOIN pg_stat_ssl s USING (pid)
                WHERE a.application_name LIKE 'meanwhile%' AND a.pid <> pg_backend_pid() AND a.client_addr IS NOT NULL";
    let address = server.address("127.0.0.1", "sslmode=require");
    let found = server.server.texts(&address, seen).unwrap();
    assert!(found.len() >= 3 && found.iter().all(|ssl| ssl == "true"), "{found:?}");
}

#[test]
fn connections_are_inside_tls_where_it_is_asked_for() {
    let server = Server::start_on_port(true);
    let ca = format!("sslrootcert={}", server.authority.display());
    let asked = [
        ("localhost", format!("sslmode=verify-full&{ca}")),
        ("127.0.0.1", format!("sslmode=verify-ca&{ca}")),
        ("127.0.0.1", "sslmode=require".into()),
    ];
    for (number, (host, query)) in asked.iter().enumerate() {
        let store = opened(&options(&server, host, query)).unwrap_or_else(|why| panic!("{query}: {why}"));
        is_secured(&server, &store, number as u64 + 1);
    }
}

#[test]
fn a_server_that_is_not_the_one_asked_for_gets_nothing() {
    let (server, other, plain) =
        (Server::start_on_port(true), Server::start_on_port(true), Server::start_on_port(false));
    let folder = tempfile::tempdir().unwrap();
    let no_pem = folder.path().join("no.pem");
    std::fs::write(&no_pem, "hello").unwrap();
    let full = |ca: &std::path::Path| format!("sslmode=verify-full&sslrootcert={}", ca.display());
    for (server, host, query, words) in [
        (&server, "127.0.0.1", full(&server.authority), "is for another host"),
        (&server, "localhost", full(&other.authority), "authority that made PostgreSQL's certificate is not known"),
        (
            &server,
            "localhost",
            format!("sslmode=require&sslrootcert={}", other.authority.display()),
            "is not known here",
        ),
        (&server, "localhost", full(&folder.path().join("absent.pem")), "can't be read"),
        (&server, "localhost", full(&no_pem), "has no certificate in it"),
        (&server, "localhost", "sslmode=verify-full".into(), "sslrootcert"),
        (&plain, "localhost", "sslmode=require".into(), "PostgreSQL has no TLS there"),
    ] {
        let why = refusal(&options(server, host, &query));
        assert!(why.contains(words), "{query}: {why}");
    }
    // The plain one is refused for want of TLS alone.
    drop(opened(&options(&plain, "127.0.0.1", "sslmode=disable")).unwrap());
    assert!(matches!(
        opened(&options(&server, "127.0.0.1", &full(&server.authority))),
        Err(StoreError::Unavailable(_))
    ));
}
