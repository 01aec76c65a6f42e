//! Tokens: what programs show instead of a password.

use jmap::{Id, SetError, UtcDate};
use model::{Caller, Record, Role, Scopes, person};
use serde_json::{Map, Value, json};
use store::StoreError;

use super::secret::{self, Use};
use super::{SignInError, may_write};
use crate::access::operator;
use crate::desk::{Fault, not_found};
use crate::people::hand::{Hand, by_hand};
use crate::work::read;
use crate::{Engine, records};

/// A person has at most so many.
const MOST: usize = 200;
/// Bytes of a name.
const MAX_NAME: usize = 300;

/// A token, as its owner's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// Its record.
    pub id: Id,
    /// What it is for.
    pub name: String,
    /// What it may, as long as its person may.
    pub scopes: Scopes,
    /// Since when.
    pub created_at: UtcDate,
    /// Until when; `None`: until it is revoked.
    pub expires_at: Option<UtcDate>,
}

impl Engine {
    /// Makes a token; nobody can show it again. One makes tokens for oneself, which may no more than one may oneself;
    /// the operator makes them for anybody. The scopes "admin" and "import" are for admins.
    pub async fn new_token(
        &self,
        by: &Caller,
        person: Id,
        name: &str,
        scopes: Scopes,
        expires: Option<UtcDate>,
    ) -> Result<String, SignInError> {
        may_write(by)?;
        let name = name.trim().to_owned();
        check(by, person, &name, scopes)?;
        if expires.is_some_and(|at| at <= self.shared.clock.now()) {
            return Err(SetError::invalid("expiresAt", "this instant has passed; take one to come, or none").into());
        }
        let (id, secret) = (self.shared.fresh_id(b'k'), secret::fresh(Use::Token));
        let text = secret.text.clone();
        let made = by_hand(&self.shared, [person], move |hand| {
            let owner = hand.active_person(person)?;
            let admin = Role::from_word(owner.str("role")) == Role::Admin;
            if !admin && for_admins(scopes) {
                let why = "the scopes \"admin\" and \"import\" are for persons with the role \"admin\"";
                return Err(SetError::forbidden(why).into());
            }
            let n = hand.n(person)?;
            if all(hand, person)?.len() >= MOST {
                return Err(SetError::over_quota(format!("a person has at most {MOST} tokens; revoke one")).into());
            }
            let mut props = Map::new();
            props.insert("open".into(), Value::Bool(true));
            props.insert("name".into(), json!(name));
            props.insert("scopes".into(), scopes.words().collect());
            props.insert("createdAt".into(), json!(hand.now));
            props.insert("expiresAt".into(), json!(expires));
            props.insert("key".into(), json!(secret.key));
            hand.put(person, &person::TOKEN, id, props)?;
            hand.tx.claim(Use::Token.name(), &secret.key, n, id, expires);
            Ok(())
        });
        made.await?;
        Ok(text)
    }

    /// One's own tokens, the newest first, those that have expired among them.
    pub async fn tokens(&self, by: &Caller) -> Result<Vec<TokenInfo>, StoreError> {
        let (shared, person) = (self.shared.clone(), by.person);
        read(&*self.shared.store, move |at| {
            let Some(head) = at.head(person)? else { return Ok(Vec::new()) };
            let rows = at.range(head.n, person::TOKEN.number, store::Range::newest(1000), true)?;
            Ok(rows.iter().map(|row| info(&records::record(&shared.registry, row))).collect())
        })
        .await
    }

    /// Ends one of one's own tokens.
    pub async fn revoke_token(&self, by: &Caller, id: Id) -> Result<(), SignInError> {
        may_write(by)?;
        let person = by.person;
        let ended = by_hand(&self.shared, [person], move |hand| {
            let all = all(hand, person)?;
            let token = all.iter().find(|token| token.id == id).ok_or_else(|| not_found(&person::TOKEN, id))?;
            hand.bury(person, &person::TOKEN, id)?;
            hand.tx.release(Use::Token.name(), token.str("key"));
            Ok(())
        });
        Ok(ended.await?)
    }
}

fn for_admins(scopes: Scopes) -> bool {
    scopes.has(Scopes::ADMIN) || scopes.has(Scopes::IMPORT)
}

fn check(by: &Caller, person: Id, name: &str, scopes: Scopes) -> Result<(), SetError> {
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        let why =
            format!("a token has a name of at most {MAX_NAME} bytes on one line, so that one knows what it is for");
        return Err(SetError::invalid("name", why));
    }
    if scopes == Scopes::default() {
        let why = "a token has at least one of the scopes \"read\", \"write\", \"admin\" and \"import\"";
        return Err(SetError::invalid("scopes", why));
    }
    if by.person == operator().person {
        return Ok(());
    }
    if by.person != person {
        return Err(SetError::forbidden("one makes tokens for oneself"));
    }
    // A session has no "import", so that no page in a browser sets authors; it may make a token that does.
    let own = if by.scopes.has(Scopes::ADMIN) { by.scopes.and(Scopes::IMPORT) } else { by.scopes };
    if own.has(scopes) {
        return Ok(());
    }
    Err(SetError::forbidden("a token makes no token that may more than itself"))
}

fn all(hand: &mut Hand, person: Id) -> Result<Vec<Record>, Fault> {
    let n = hand.n(person)?;
    hand.indexed(n, &person::TOKEN, "token.1", &Value::Bool(true), 10_000)
}

fn info(record: &Record) -> TokenInfo {
    TokenInfo {
        id: record.id,
        name: record.str("name").to_owned(),
        scopes: Scopes::from_words(record.list("scopes").iter().filter_map(Value::as_str)).unwrap_or_default(),
        created_at: record.date("createdAt").unwrap_or_default(),
        expires_at: record.date("expiresAt"),
    }
}
