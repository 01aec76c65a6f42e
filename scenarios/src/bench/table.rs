//! The one table: each figure beside its target and the load of the machine at that moment.

use std::fmt::Write;

use crate::machine;

/// What a figure is measured against.
pub(crate) enum Target {
    /// Not less than this.
    AtLeast(f64),
    /// Not more than this.
    AtMost(f64),
    /// Told, not judged.
    Told,
}

/// Lines in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<[String; 5]>,
    missed: usize,
}

impl Table {
    /// A figure with its unit; `beside` says what it was compared with.
    pub(crate) fn add(&mut self, what: &str, figure: f64, unit: &str, target: Target, beside: String) {
        let (wanted, fine) = match target {
            Target::AtLeast(least) => (format!("≥ {}", short(least)), Some(figure >= least)),
            Target::AtMost(most) => (format!("≤ {}", short(most)), Some(figure <= most)),
            Target::Told => (String::new(), None),
        };
        let verdict = match fine {
            Some(true) => "ok",
            Some(false) => "missed",
            None => "",
        };
        self.missed += usize::from(fine == Some(false));
        let figure = format!("{} {unit}", short(figure)).trim().to_string();
        let beside = format!("{beside}; load {}", machine::load());
        eprintln!("  {what}: {figure} {wanted} {verdict} ({beside})");
        self.lines.push([what.to_string(), figure, wanted, verdict.to_string(), beside]);
    }

    /// How many figures miss their target.
    pub(crate) fn missed(&self) -> usize {
        self.missed
    }

    /// As a table in Markdown, which reads well on a terminal too.
    pub(crate) fn text(&self) -> String {
        let titles = ["what", "figure", "target", "", "beside"].map(String::from);
        let all: Vec<&[String; 5]> = std::iter::once(&titles).chain(&self.lines).collect();
        let width = |at: usize| all.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
        let widths: [usize; 5] = std::array::from_fn(|at| if at == 4 { 0 } else { width(at) });
        let mut out = String::new();
        for (i, line) in all.iter().enumerate() {
            for (cell, width) in line.iter().zip(widths) {
                let _ = write!(out, "| {cell:width$} ");
            }
            out.push_str("|\n");
            if i == 0 {
                out.push_str(&widths.map(|width| format!("|{}", "-".repeat(width.max(1) + 2))).concat());
                out.push_str("|\n");
            }
        }
        out
    }
}

/// Three digits that count.
pub(crate) fn short(figure: f64) -> String {
    match figure.abs() {
        n if n >= 100.0 || n.fract() == 0.0 => format!("{figure:.0}"),
        n if n >= 10.0 => format!("{figure:.1}"),
        n if n >= 0.01 => format!("{figure:.2}"),
        _ => format!("{figure:.4}"),
    }
}

/// The one in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
