//! Looks for a question in the index. The order depends on nothing but the records that were asked for: no figure over all
//! records goes into a rank, or what somebody may not see would move what he may.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use store::search::{Asked, Found, Hit};
use store::{N, Seq};
use tantivy::columnar::ColumnValues;
use tantivy::query::{
    AllQuery, Bm25StatisticsProvider, BooleanQuery, BoostQuery, ConstScoreQuery, EnableScoring, FuzzyTermQuery, Occur,
    PhrasePrefixQuery, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, TERMINATED, Term};

use crate::letters::Letters;
use crate::question::Clause;
use crate::schema::Fields;

/// With fewer hits than this, words with a letter changed and words inside of words are looked for too.
const FEW: usize = 20;
/// Up to so many accounts are looked up rather than compared.
const SOME: usize = 16;
/// Words to which the last one of a phrase is completed.
const ENDINGS: u32 = 10_000;
/// How much a word counts in title, text and files.
const WEIGHTS: [f32; 3] = [3.0, 1.0, 0.7];

type Boxed = Box<dyn Query>;

/// What was found, the word-for-word hits first.
pub(crate) fn find(
    (searcher, letters): (&Searcher, &Letters),
    fields: &Fields,
    clauses: &[Clause],
    asked: &Asked,
) -> tantivy::Result<Found> {
    let look = Look { searcher, letters, fields, asked, accounts: Bits::of(asked.accounts) };
    let limit = asked.limit.max(FEW);
    let strict = look.collect(&*look.query(clauses, false)?, limit)?;
    let mut hits: Vec<Hit> = strict.best.iter().map(|best| best.hit(false)).collect();
    let mut count = strict.count;
    if count < FEW && clauses.iter().any(|clause| clause.with_typo().is_some()) {
        let known: HashSet<(N, Seq)> = hits.iter().map(|hit| (hit.n, hit.created_seq)).collect();
        let loose = look.collect(&*look.query(clauses, true)?, limit + FEW)?;
        count = loose.count;
        let more = loose.best.iter().map(|best| best.hit(true));
        hits.extend(more.filter(|hit| !known.contains(&(hit.n, hit.created_seq))));
    }
    hits.truncate(asked.limit);
    Ok(Found { hits, total: count.min(asked.count), more: count > asked.count })
}

/// A hit with what it is sorted by; the best is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Best {
    rank: u32,
    at: i64,
    n: Reverse<N>,
    seq: Seq,
}

impl Best {
    fn hit(&self, loose: bool) -> Hit {
        Hit { n: self.n.0, created_seq: self.seq, loose }
    }
}

#[derive(Default)]
struct Collected {
    best: Vec<Best>,
    count: usize,
}

struct Look<'a> {
    searcher: &'a Searcher,
    letters: &'a Letters,
    fields: &'a Fields,
    asked: &'a Asked<'a>,
    accounts: Bits,
}

impl Look<'_> {
    fn query(&self, clauses: &[Clause], loose: bool) -> tantivy::Result<Boxed> {
        let mut parts: Vec<(Occur, Boxed)> = Vec::new();
        for clause in clauses {
            let occur = if clause.not { Occur::MustNot } else { Occur::Must };
            parts.push((occur, self.clause(clause, loose)?));
        }
        let no_rank = |query: Boxed| -> Boxed { Box::new(ConstScoreQuery::new(query, 0.0)) };
        if !self.asked.from.is_empty() {
            let from = self.asked.from.iter().map(|person| self.fields.author(*person));
            parts.push((Occur::Must, no_rank(any(from.map(exactly).collect()))));
        }
        if self.asked.accounts.len() <= SOME {
            let terms = self.asked.accounts.iter().map(|n| Term::from_field_u64(self.fields.account, u64::from(*n)));
            parts.push((Occur::Must, no_rank(any(terms.map(exactly).collect()))));
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, no_rank(Box::new(AllQuery))));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    fn clause(&self, clause: &Clause, loose: bool) -> tantivy::Result<Boxed> {
        let mut out: Vec<Boxed> = Vec::new();
        for (field, weight) in [self.fields.title, self.fields.text, self.fields.files].into_iter().zip(WEIGHTS) {
            let terms = || clause.forms.iter().map(|form| Term::from_field_text(field, form)).collect::<Vec<Term>>();
            let mut add =
                |query: Boxed, times: f32| out.push(Box::new(BoostQuery::new(query, weight * times)) as Boxed);
            match clause.forms.as_slice() {
                [word] => {
                    let term = Term::from_field_text(field, word);
                    add(ranked(term.clone()), 1.0);
                    for also in &clause.also {
                        add(ranked(Term::from_field_text(field, also)), 1.0);
                    }
                    if clause.prefix {
                        add(Box::new(FuzzyTermQuery::new_prefix(term, 0, true)), 0.5);
                    }
                    let words = |found: Vec<Term>| -> Boxed {
                        Box::new(ConstScoreQuery::new(any(found.into_iter().map(exactly).collect()), 1.0))
                    };
                    if loose && let Some(typed) = clause.with_typo() {
                        add(words(self.letters.alike(self.searcher, field, typed, clause.prefix)?), 0.2);
                    }
                    if loose && let Some(inside) = clause.inside() {
                        add(words(self.letters.within(self.searcher, field, inside)?), 0.1);
                    }
                }
                _ if clause.prefix => {
                    let mut phrase = PhrasePrefixQuery::new(terms());
                    phrase.set_max_expansions(ENDINGS);
                    add(Box::new(phrase), 1.0);
                }
                _ => add(Box::new(PhraseQuery::new(terms())), 1.0),
            }
        }
        Ok(any(out))
    }

    fn collect(&self, query: &dyn Query, limit: usize) -> tantivy::Result<Collected> {
        let ranked = !self.asked.newest && self.asked.words.is_some();
        let scoring = if ranked {
            EnableScoring::enabled_from_statistics_provider(&Even, self.searcher)
        } else {
            EnableScoring::disabled_from_searcher(self.searcher)
        };
        let weight = query.weight(scoring)?;
        let mut heap: BinaryHeap<Reverse<Best>> = BinaryHeap::with_capacity(limit + 1);
        let mut count = 0;
        for segment in self.searcher.segment_readers() {
            let figures = Figures::of(segment)?;
            let living = segment.alive_bitset();
            let mut scorer = weight.scorer(segment, 1.0)?;
            let mut doc = scorer.doc();
            while doc != TERMINATED {
                if living.is_none_or(|living| living.is_alive(doc))
                    && let Some(mut best) = self.wanted(&figures, doc)
                {
                    count += 1;
                    // Coarse, so that of what is alike the newest comes first.
                    best.rank = if ranked { (scorer.score() * 8.0) as u32 } else { 0 };
                    heap.push(Reverse(best));
                    if heap.len() > limit {
                        heap.pop();
                    }
                }
                doc = scorer.advance();
            }
        }
        let best = heap.into_sorted_vec().into_iter().map(|Reverse(best)| best).collect();
        Ok(Collected { best, count })
    }

    /// The document, if it is one of those asked for.
    fn wanted(&self, figures: &Figures, doc: u32) -> Option<Best> {
        let asked = self.asked;
        let n = figures.account.get_val(doc) as N;
        if figures.ty.get_val(doc) != u64::from(asked.ty) || !self.accounts.has(n) {
            return None;
        }
        if figures.flags.get_val(doc) & asked.flags != asked.flags {
            return None;
        }
        if !asked.kinds.is_empty() && !asked.kinds.contains(&(figures.kind.get_val(doc) as u8)) {
            return None;
        }
        let at = figures.at.get_val(doc);
        let in_time = asked.before.is_none_or(|end| at < end.ms()) && asked.after.is_none_or(|from| at >= from.ms());
        in_time.then(|| Best { rank: 0, at, n: Reverse(n), seq: figures.seq.get_val(doc) })
    }
}

fn any(queries: Vec<Boxed>) -> Boxed {
    Box::new(BooleanQuery::union(queries))
}

fn exactly(term: Term) -> Boxed {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn ranked(term: Term) -> Boxed {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// The figures of the documents of a segment.
struct Figures {
    account: std::sync::Arc<dyn ColumnValues<u64>>,
    ty: std::sync::Arc<dyn ColumnValues<u64>>,
    seq: std::sync::Arc<dyn ColumnValues<u64>>,
    kind: std::sync::Arc<dyn ColumnValues<u64>>,
    flags: std::sync::Arc<dyn ColumnValues<u64>>,
    at: std::sync::Arc<dyn ColumnValues<i64>>,
}

impl Figures {
    fn of(segment: &SegmentReader) -> tantivy::Result<Figures> {
        let fast = segment.fast_fields();
        Ok(Figures {
            account: fast.column_first_or_default("account")?,
            ty: fast.column_first_or_default("ty")?,
            seq: fast.column_first_or_default("seq")?,
            kind: fast.column_first_or_default("kind")?,
            flags: fast.column_first_or_default("flags")?,
            at: fast.column_first_or_default("at")?,
        })
    }
}

/// A set of account numbers.
struct Bits(Vec<u64>);

impl Bits {
    fn of(accounts: &[N]) -> Bits {
        let most = accounts.iter().max().map_or(0, |n| *n as usize / 64 + 1);
        let mut bits = vec![0; most];
        for n in accounts {
            bits[*n as usize / 64] |= 1 << (n % 64);
        }
        Bits(bits)
    }

    fn has(&self, n: N) -> bool {
        self.0.get(n as usize / 64).is_some_and(|word| word >> (n % 64) & 1 == 1)
    }
}

/// As if every word were equally rare, and every index of one size: how rare a word is among what others may see is
/// nobody's business, and a rank stays the same whatever is merged.
struct Even;

impl Bm25StatisticsProvider for Even {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(64_000_000)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(1_000_000)
    }

    fn doc_freq(&self, _: &Term) -> tantivy::Result<u64> {
        Ok(1_000)
    }
}
