//! Load of the process since its start. No figure is per person, per Space or per address.

use http::StatusCode;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::doors::DOORS;

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Counters.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: [[AtomicU64; CLASSES.len()]; DOORS.len()],
    pub(crate) streams: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) received: AtomicU64,
    pub(crate) sent: AtomicU64,
}

impl Metrics {
    /// A request was answered.
    pub(crate) fn answered(&self, door: &str, status: StatusCode) {
        let door = DOORS.iter().position(|known| *known == door).unwrap_or(0);
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        self.requests[door][class].fetch_add(1, Relaxed);
    }

    /// As Prometheus reads it (text format 0.0.4).
    pub(crate) fn text(&self, store: store::Counters, behind: &[(&str, u64)], previews: u64) -> String {
        let mut out = String::from(
            "# HELP meanwhile_requests_total Requests answered.\n# TYPE meanwhile_requests_total counter\n",
        );
        for (door, counts) in DOORS.iter().zip(&self.requests) {
            for (class, count) in CLASSES.iter().zip(counts) {
                let count = count.load(Relaxed);
                if count > 0 {
                    line(
                        &mut out,
                        format_args!("meanwhile_requests_total{{door=\"{door}\",status=\"{class}\"}} {count}"),
                    );
                }
            }
        }
        let name = "meanwhile_reader_behind_changes";
        line(&mut out, format_args!("# HELP {name} Changes that a log reader has still to take.\n# TYPE {name} gauge"));
        for (reader, changes) in behind {
            line(&mut out, format_args!("{name}{{reader=\"{reader}\"}} {changes}"));
        }
        let mut figure = |name: &str, kind: &str, help: &str, value: u64| {
            let text = format_args!(
                "# HELP meanwhile_{name} {help}\n# TYPE meanwhile_{name} {kind}\nmeanwhile_{name} {value}"
            );
            line(&mut out, text);
        };
        figure("commits_total", "counter", "Transactions committed.", store.commits);
        figure("commands_total", "counter", "Commands that were part of them.", store.commands);
        figure("rows_total", "counter", "Rows written.", store.rows);
        figure("record_bytes_total", "counter", "Bytes of records written.", store.bytes);
        figure("received_bytes_total", "counter", "Bytes of bodies received.", self.received.load(Relaxed));
        figure("sent_bytes_total", "counter", "Bytes of answers and files sent.", self.sent.load(Relaxed));
        figure("previews_made_total", "counter", "Previews of pictures made.", previews);
        figure("connections", "gauge", "Open connections.", self.connections.load(Relaxed));
        figure("streams", "gauge", "Open event streams.", self.streams.load(Relaxed));
        if let Some(bytes) = private_dirty() {
            figure("private_dirty_bytes", "gauge", "Memory that is this process's alone.", bytes);
        }
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "{text}");
}

fn private_dirty() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Private_Dirty:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Counts something up as long as it lives.
pub(crate) struct Counted(std::sync::Arc<crate::http::House>, fn(&Metrics) -> &AtomicU64);

impl Counted {
    pub(crate) fn new(house: &std::sync::Arc<crate::http::House>, what: fn(&Metrics) -> &AtomicU64) -> Counted {
        what(&house.metrics).fetch_add(1, Relaxed);
        Counted(house.clone(), what)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1(&self.0.metrics).fetch_sub(1, Relaxed);
    }
}
