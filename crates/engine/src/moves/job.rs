//! The job that goes on with a move to another Space, some commits at a time: first all of it is copied, then what was
//! copied goes from the source, then it is told, and last what is personal is carried along.

use jmap::Id;
use model::moving::MOVE;
use model::{AccountKind, Caller, Role, Scopes, space};
use serde_json::json;
use std::sync::Arc;
use store::{Job, Lease, Miss, Range, Snapshot, StoreError, Tx};

use super::carry::Places;
use super::{MOVING, Plan, list, marks};
use crate::access::Access;
use crate::desk::{Desk, Fault};
use crate::jobs::Ran;
use crate::work::{Done, read, write};
use crate::{Shared, records};

/// Items that one commit copies, or takes from the source.
const AT_ONCE: usize = 50;
/// Members whose cursors and follows are looked at together.
const MEMBERS: u32 = 100;
/// Commits of one run: the server may be asked to stop, or others may have to go on with it.
const COMMITS: usize = 20;

/// One run of a job `move/<id>`; as long as the job is there it is due.
pub(crate) async fn go_on(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let plan: Plan = serde_json::from_str(&job.payload)
        .map_err(|_| StoreError::Broken(format!("the job {} says not what to move", job.run)))?;
    shared.know_last_received(plan.to).await?;
    let run = Run { shared, lease, job };
    if plan.carried.is_some() {
        run.carry(plan).await?
    } else {
        run.move_on(plan).await?
    }
    Ok(Ran::Done)
}

struct Run<'a> {
    shared: &'a Arc<Shared>,
    lease: &'a Lease,
    job: &'a Job,
}

impl Run<'_> {
    /// Copies, or takes from the source, as much as is done in one run.
    async fn move_on(&self, mut plan: Plan) -> Result<(), StoreError> {
        let (me, of) = (self.shared.clone(), plan.clone());
        // Nobody else writes to the thread, so this holds for the whole run.
        let left = read(&*self.shared.store, move |at| left(&me, at, &of)).await?;
        let commits = left.len().div_ceil(AT_ONCE).max(1);
        for at in 0..commits.min(COMMITS) {
            let some: Vec<Id> = left.iter().skip(at * AT_ONCE).take(AT_ONCE).copied().collect();
            let last = at + 1 == commits;
            let step = move |desk: &mut Desk, from: &Access, to: &Access, plan: &Plan| {
                if !plan.leaves {
                    let further = desk.copy_some(from, to, plan, &some)?;
                    return Ok(Some(Plan { leaves: last, ..further }));
                }
                desk.leave(from, to, plan, &some)?;
                if last { desk.end_move(from, to, plan) } else { Ok(Some(plan.clone())) }
            };
            match self.commit(vec![plan.to, plan.person], plan, step).await? {
                Some(further) => plan = further,
                None => break,
            }
        }
        Ok(())
    }

    async fn carry(&self, mut plan: Plan) -> Result<(), StoreError> {
        let of = plan.clone();
        let places = Arc::new(read(&*self.shared.store, move |at| Places::read(at, &of)).await?);
        for _ in 0..COMMITS {
            let (me, n, after) = (self.shared.clone(), self.job.n, plan.carried);
            let members = read(&*self.shared.store, move |at| {
                let page = Range { after, down: false, limit: MEMBERS };
                let rows = at.range(n, space::MEMBER.number, page, false)?;
                Ok(rows.iter().map(|row| records::record(&me.registry, row)).collect::<Vec<_>>())
            });
            let members = members.await?;
            let carried = members.last().filter(|_| members.len() == MEMBERS as usize).map(|last| last.created_seq);
            let persons: Vec<Id> = members.iter().map(|member| member.id).filter(|id| id.letter() == b'p').collect();
            let (accounts, places) = (persons.clone(), places.clone());
            let step = move |desk: &mut Desk, _: &Access, to: &Access, plan: &Plan| {
                desk.each(&persons, |desk, person| desk.carry_of(plan, &places, to, *person))?;
                Ok(carried.map(|carried| Plan { carried: Some(carried), ..plan.clone() }))
            };
            match self.commit(accounts, plan, step).await? {
                Some(further) => plan = further,
                None => break,
            }
        }
        Ok(())
    }

    /// One commit, which says how far it is then; `None` where that is the end, or somebody else came further.
    async fn commit(
        &self,
        mut accounts: Vec<Id>,
        plan: Plan,
        step: impl Fn(&mut Desk, &Access, &Access, &Plan) -> Result<Option<Plan>, Fault> + Send + 'static,
    ) -> Result<Option<Plan>, StoreError> {
        let (me, n, run) = (self.shared.clone(), self.job.n, self.job.run.clone());
        accounts.push(plan.from);
        accounts.sort_unstable();
        accounts.dedup();
        let work = move |tx: &mut dyn Tx| -> Result<Done<Option<Plan>>, Miss> {
            // How far it is stands in the job.
            let there = tx.job(n, &run)?;
            if there.is_none_or(|job| serde_json::from_str::<Plan>(&job.payload).ok().as_ref() != Some(&plan)) {
                return Ok(Done::Undo(None));
            }
            let Some((mut desk, from, to)) = desk(&me, tx, &plan)? else { return Ok(Done::Undo(None)) };
            match step(&mut desk, &from, &to, &plan) {
                Ok(Some(further)) => {
                    desk.keep_plan(n, &further);
                    Ok(Done::Keep(Some(further)))
                }
                Ok(None) => {
                    desk.tx.drop_job(n, &run);
                    Ok(Done::Keep(None))
                }
                Err(Fault::Miss) => Err(Miss),
                Err(Fault::No(error)) => panic!("what the server itself moves was refused: {}", error.description),
            }
        };
        write(&*self.shared.store, accounts, Some(self.lease.clone()), work).await
    }
}

/// What is still to be copied or, once all of it is, what has still to go from the source.
fn left(shared: &Shared, at: &dyn Snapshot, plan: &Plan) -> Result<Vec<Id>, StoreError> {
    let Some(from) = at.head(plan.from)? else { return Ok(Vec::new()) };
    let thread = list::living(usize::MAX, |below, limit| at.thread_down(from.n, plan.old_root, below, limit))?;
    if plan.leaves && !plan.is_whole() {
        // What hangs below goes first, so that the rest is found again.
        return Ok(list::below(&shared.registry, &thread, plan.top).into_iter().rev().collect());
    }
    let moved = list::moved(&shared.registry, thread, plan);
    Ok(moved.iter().filter(|row| plan.leaves || row.created_seq > plan.copied).map(|row| row.id).collect())
}

fn desk<'a>(shared: &'a Shared, tx: &'a mut dyn Tx, plan: &Plan) -> Result<Option<(Desk<'a>, Access, Access)>, Miss> {
    let (Some(from), Some(to)) = (tx.head(plan.from)?, tx.head(plan.to)?) else { return Ok(None) };
    let access = |head| Access { head, kind: AccountKind::Space, role: Role::Admin, join: 0 };
    let (from, to) = (access(from), access(to));
    // As the one who asked for it; what he may was judged then.
    let by = Caller { person: plan.person, role: Role::Member, scopes: Scopes::SESSION };
    let now = shared.receive_time(plan.to);
    let access = from.clone();
    let desk = Desk::alone(shared, tx, by, now, access);
    Ok(Some((desk, from, to)))
}

impl Desk<'_> {
    /// Nothing of it is in the source any more: the threads are written to again, and who asked is told.
    fn end_move(&mut self, from: &Access, to: &Access, plan: &Plan) -> Result<Option<Plan>, Fault> {
        self.over_there(from, |desk| desk.retell_source(plan))?;
        self.over_there(to, |desk| desk.retell_target(plan))?;
        for key in marks(plan) {
            self.tx.release(MOVING, &key);
        }
        self.tell_done(plan)?;
        // In a thread that it joins, everybody has a place of his own; and of a part nobody has one.
        let carries = plan.is_whole() && !plan.joins();
        Ok(carries.then(|| Plan { carried: Some(0), ..plan.clone() }))
    }

    fn tell_done(&mut self, plan: &Plan) -> Result<(), Fault> {
        let Some(head) = self.tx.head(plan.person)? else { return Ok(()) };
        let mine = Access { head, kind: AccountKind::Personal, role: Role::Admin, join: 0 };
        self.over_there(&mine, |desk| {
            let n = desk.access.head.n;
            let Some(before) = desk.there(n, &MOVE, plan.id)? else { return Ok(()) };
            let mut after = before.clone();
            after.props.insert("doneAt".into(), json!(desk.now));
            after.seq = desk.tx.next_seq(n)?;
            desk.rewrite(&MOVE, &before, &after)
        })
    }
}
