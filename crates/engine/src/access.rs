//! Which accounts are open to whom. No account and no access look alike.

use jmap::{Id, MethodError, State};
use model::{AccountKind, Caller, Role, Scopes, TypeDef, space};
use std::sync::LazyLock;
use store::{Head, Miss, Row, Snapshot, StoreError, Tx};

use crate::{Shared, records};

/// The operator, who needs no account: whoever holds the machine holds the data. Nobody signs in as him.
pub fn operator() -> Caller {
    static PERSON: LazyLock<Id> = LazyLock::new(|| {
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(b"meanwhile operator").as_bytes()[..16]);
        Id::derived(b'p', short)
    });
    Caller { person: *PERSON, role: Role::Admin, scopes: Scopes::ALL }
}

/// An account that is open to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) head: Head,
    pub(crate) kind: AccountKind,
    pub(crate) role: Role,
    /// The reader's `joinedSeq`; 0 outside Spaces.
    pub(crate) join: u64,
}

impl Access {
    pub(crate) fn state(&self) -> State {
        State::at(self.head.lineage, self.join, self.head.seq)
    }

    /// Refuses a type that this account does not hold.
    pub(crate) fn holds(&self, ty: &TypeDef) -> Result<(), MethodError> {
        if ty.account == self.kind { Ok(()) } else { Err(MethodError::account_not_supported_by_method()) }
    }
}

/// Which account an id names, by its letter.
pub(crate) fn account_kind(id: Id) -> Option<AccountKind> {
    match id.letter() {
        b's' | b'd' => Some(AccountKind::Space),
        b'p' => Some(AccountKind::Personal),
        b'w' => Some(AccountKind::Workspace),
        _ => None,
    }
}

/// The caller's role in the workspace, as far as his scopes let him use it.
pub(crate) fn workspace_role(by: &Caller) -> Role {
    if by.role == Role::Admin && !by.scopes.has(Scopes::ADMIN) { Role::Member } else { by.role }
}

/// Decides over an account by what is there; `member` is the caller's Member row in it.
fn decide(shared: &Shared, by: &Caller, account: Id, head: Option<Head>, member: Option<Row>) -> Option<Access> {
    let kind = account_kind(account)?;
    let head = head?;
    match kind {
        AccountKind::Personal => (account == by.person).then_some(Access { head, kind, role: Role::Admin, join: 0 }),
        AccountKind::Workspace => {
            let role = workspace_role(by);
            (account == shared.workspace && role.at_least(Role::Member)).then_some(Access { head, kind, role, join: 0 })
        }
        AccountKind::Space => {
            let member =
                member.filter(|row| row.destroyed.is_none()).map(|row| records::record(&shared.registry, &row));
            let role = member.as_ref().map_or(Role::None, |m| Role::from_word(m.str("role")));
            let join = member.and_then(|m| m.int("joinedSeq")).unwrap_or(0) as u64;
            // The operator has the files anyway; an admin's token to import opens no Space that is not his.
            if by.person == operator().person {
                return Some(Access { head, kind, role: Role::Admin, join });
            }
            (role != Role::None).then_some(Access { head, kind, role, join })
        }
    }
}

/// The account, if it is open to the caller, as a snapshot sees it.
pub(crate) fn to_read(
    shared: &Shared,
    at: &dyn Snapshot,
    by: &Caller,
    account: Id,
) -> Result<Option<Access>, StoreError> {
    let Some(head) = at.head(account)? else { return Ok(None) };
    let member = match account_kind(account) {
        Some(AccountKind::Space) => at.get(head.n, space::MEMBER.number, &[by.person], false)?.pop(),
        _ => None,
    };
    Ok(decide(shared, by, account, Some(head), member))
}

/// The account, if it is open to the caller, as a command sees it.
pub(crate) fn to_write(shared: &Shared, tx: &mut dyn Tx, by: &Caller, account: Id) -> Result<Option<Access>, Miss> {
    let Some(head) = tx.head(account)? else { return Ok(None) };
    let member = match account_kind(account) {
        Some(AccountKind::Space) => tx.get(head.n, space::MEMBER.number, by.person)?,
        _ => None,
    };
    Ok(decide(shared, by, account, Some(head), member))
}

/// For `Member/set` alone: a Space that the caller is not in, but may join by himself. He has no role in it.
pub(crate) fn to_join(shared: &Shared, tx: &mut dyn Tx, by: &Caller, account: Id) -> Result<Option<Access>, Miss> {
    let role = workspace_role(by);
    if account.letter() != b's' || !role.at_least(Role::Member) {
        return Ok(None);
    }
    let Some(head) = tx.head(account)? else { return Ok(None) };
    let row = tx.get(head.n, space::SPACE.number, account)?;
    let open = row.is_some_and(|row| records::record(&shared.registry, &row).str("whoMayJoin") == "members");
    let access = Access { head, kind: AccountKind::Space, role: Role::None, join: 0 };
    Ok((open || role == Role::Admin).then_some(access))
}
