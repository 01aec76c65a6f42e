//! Paging through changes while others write: the right way never ends wrong, and each wrong way is found out.

use std::sync::Arc;
use store::Store;
use store::contract::paging::{Kind, Tally, history};
use store::contract::{Rule, soak};
use store::oracle::Oracle;

fn oracle() -> Arc<dyn Store> {
    Arc::new(Oracle::new())
}

fn histories(rule: Rule, count: u64, quiet: bool) -> Tally {
    let mut tally = Tally::default();
    for seed in 0..count {
        history(oracle(), seed, rule, quiet, &mut tally);
    }
    eprintln!("{rule:?}: {tally:?}");
    tally
}

#[test]
fn no_replica_ends_wrong_while_others_write() {
    let tally = histories(Rule::Exact, soak(60), false);
    assert!(tally.wrong.is_empty(), "{tally:?}");
    assert!(tally.again > 0 && tally.maybe > 0 && tally.resyncs > 0, "nothing was put to the test: {tally:?}");
    assert!(tally.spared > 0, "nobody began with nothing after tombstones were gone: {tally:?}");
}

#[test]
fn without_writes_in_a_paging_the_lists_are_the_exact_sets() {
    let tally = histories(Rule::Exact, soak(40), true);
    assert!(tally.wrong.is_empty(), "{tally:?}");
    assert!(tally.pages > 1000, "{tally:?}");
}

#[test]
fn each_wrong_way_of_paging_is_found_out() {
    for rule in Rule::FAULTY {
        // To be found out, one has to stand in the middle of a paging while tombstones go: that is seldom.
        let seldom = rule == Rule::SparesWhoBeganWithNothing;
        let tally = histories(rule, soak(if seldom { 48 } else { 16 }), false);
        let wrong = tally.wrong.get(if seldom { &Kind::Lenient } else { &Kind::Strict }).copied().unwrap_or(0);
        assert!(wrong > 0, "{rule:?} went unseen: {tally:?}");
    }
}
