//! What every engine promises, as tests that any engine can be put through: one function per promise, a random walk
//! beside the naive oracle, and histories of paging. A promise that is broken panics.

#![allow(clippy::unit_arg, reason = "one line per write reads best in a list of writes")]

pub mod ask;
mod commands;
mod faulty;
mod logs;
mod lookups;
mod op;
pub mod paging;
mod picture;
pub mod postgres;
mod records;
mod replica;
mod upkeep;
pub mod walk;
pub mod wrapped;
mod writes;

use std::sync::Arc;

use crate::Store;

pub use faulty::Rule;
pub use picture::World;

/// Makes an empty store. What it needs (a folder) lives as long as the store.
pub type Make<'a> = dyn Fn() -> Arc<dyn Store> + 'a;

/// A promise: its name, which is a sentence, and the test.
pub type Promise = (&'static str, fn(&Make));

macro_rules! promises {
    ($($file:ident: $($name:ident)*;)*) => {
        /// All promises.
        pub const PROMISES: &[Promise] = &[$($((stringify!($name), $file::$name),)*)*];

        /// One `#[test]` per promise; the tests' names are those of the promises. `$make` is a `fn() -> Arc<dyn Store>`.
        #[macro_export]
        macro_rules! contract_tests {
            ($make:expr) => {
                $($(
                    #[test]
                    fn $name() {
                        $crate::contract::keep(stringify!($name), &$make);
                    }
                )*)*
            };
        }
    };
}

promises! {
    commands:
        commands_queued_meanwhile_share_one_commit
        done_comes_after_the_commit
        commands_of_one_account_run_in_the_order_of_submission
        a_command_sees_what_those_before_it_in_the_batch_wrote
        a_refused_command_leaves_nothing
        a_command_that_panics_harms_only_itself
        a_write_to_an_account_not_declared_breaks_that_command
        an_account_is_opened_once
        what_is_queued_when_the_store_goes_is_still_told
        listeners_hear_of_each_commit
        counters_count_what_was_written;
    writes:
        each_kind_of_write_is_taken_back_by_undo
        a_command_sees_its_own_writes
        undo_gives_numbers_back_so_there_are_no_gaps
        undo_takes_back_a_new_account;
    records:
        a_record_is_read_as_it_was_written
        records_come_in_the_order_asked
        a_range_gives_the_living_in_order_of_creation
        a_thread_is_read_downwards
        changes_are_walked_by_creation_and_by_update
        a_snapshot_sees_one_state;
    lookups:
        an_index_is_read_in_ranges_up_and_down
        a_key_leads_to_one_record
        keys_are_listed_by_prefix_in_byte_order
        one_of_two_gets_a_key
        versions_are_read_newest_first
        a_blob_is_served_through_a_record_alone
        jobs_come_when_they_are_due_in_their_order
        outward_rows_rise_until_they_are_told
        what_is_held_neither_runs_nor_goes_out
        a_counter_keeps_its_count;
    logs:
        a_look_misses_nothing
        a_look_is_bounded
        a_walk_down_gives_all_that_changed
        a_log_reader_loses_nothing_when_it_is_killed
        a_lease_has_one_holder
        a_stale_fence_writes_nothing
        each_log_reader_has_its_own_cursor;
    upkeep:
        a_purge_takes_tombstones_and_raises_the_floor
        a_purge_takes_what_expired
        a_purge_breaks_no_reader
        a_healthy_store_passes_its_check
        a_backup_tells_how_far_it_is;
    walk:
        a_random_walk_gives_the_same_answers_as_the_oracle;
    paging:
        replicas_that_page_while_others_write_end_equal;
}

/// Puts an engine through one promise.
pub fn keep(name: &str, make: &Make) {
    let promise = PROMISES.iter().find(|(known, _)| *known == name).expect("the name is one of the promises");
    promise.1(make);
}

/// Puts an engine through all promises; panics at the first that is broken.
pub fn suite(make: &Make) {
    for (_, promise) in PROMISES {
        promise(make);
    }
}

/// How often something random is tried: more with `MEANWHILE_SOAK` set, and so many times as its number says.
pub fn soak(usually: u64) -> u64 {
    let factor = std::env::var("MEANWHILE_SOAK").ok().map(|text| text.parse().unwrap_or(1).max(1));
    usually * factor.map_or(1, |factor: u64| if factor == 1 { 25 } else { factor })
}
