//! Answering by a link of a mail, without signing in: one reads the thing asked and answers it, or says "Got it", or takes
//! the answer back while it can be. The link is good for that one question of that one person; what it does, the person
//! could do, by the same ways.

use jmap::{Id, Request, UtcDate};
use model::items::{persons_in, still_asked};
use model::space::{MEMBER, SPACE};
use model::submission::SUBMISSION;
use model::{Caller, Record, Role, Scopes};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Range, Snapshot, StoreError};

use super::arrived::{Asking, Reader};
use super::signed::{Lets, Signed};
use crate::desk::ITEM;
use crate::people::PeopleError;
use crate::people::hand::by_hand;
use crate::work::read;
use crate::{Engine, Shared};

/// What was written lately is looked through for an answer that is on its way.
const LATELY: u32 = 50;

/// Something that asks somebody.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whom it asks.
    pub person: String,
    /// In which language he reads.
    pub language: String,
    /// In which zone he reads the time.
    pub zone: String,
    /// What it asks, until when.
    pub asks: Asking,
    /// Who asks.
    pub by: String,
    /// What the Space is called; empty for a conversation.
    pub space_name: String,
    /// A line that names the thread.
    pub title: String,
    /// What is asked, in Markdown.
    pub text: String,
    /// How many files it has.
    pub files: usize,
    /// Where it is in the app: Space, thread, Item.
    pub place: (Id, Id, Id),
    /// What stands there as an answer.
    pub answered: Answered,
    /// A fresh id for an answer, so that pressing twice sends once.
    pub fresh: Id,
}

/// How far a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It waits.
    No,
    /// What he wrote leaves then, and can be taken back until then.
    Leaving(Id, UtcDate, String),
    /// He has answered it, then.
    Yes(UtcDate),
    /// No answer of his is needed any more.
    NotNeeded,
}

/// Why a link lets nobody answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It is none of ours, or of somebody who is out, or has another address by now.
    #[error("this link does nothing; perhaps it was cut off in the mail")]
    Unknown,
    /// It was good until a day that has passed.
    #[error("this link has ended; sign in and answer in the app")]
    Ended,
    /// Where it was asked, the person is no more, or it is gone.
    #[error("what this link leads to is not there any more, or not open to you any more")]
    NotThere,
    /// The rules refuse what was answered, with the reason.
    #[error("{0}")]
    Refused(String),
    /// The machine fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A link that is good, with what it leads to.
struct Found {
    person: Id,
    role: Role,
    space: Id,
    question: Question,
    /// Seconds for which he can take back what he sends, if he has said so.
    undo: Value,
}

impl Engine {
    /// What a link of a mail asks, and how far it is answered.
    pub async fn question(&self, link: &str) -> Result<Question, NoAnswer> {
        Ok(self.asked_by(link).await?.question)
    }

    /// Answers with words. `id` is that of [`Question::fresh`]: the same one answers once.
    pub async fn answer_by_link(&self, link: &str, id: Id, text: &str) -> Result<Question, NoAnswer> {
        let found = self.asked_by(link).await?;
        if found.question.answered == Answered::No {
            let item = json!({
                "kind": "post",
                "parentId": found.question.place.2,
                "inAnswerTo": found.question.place.2,
                "text": text,
            });
            let mut sent = json!({ "spaceId": found.space, "item": item });
            if !found.undo.is_null() {
                sent["sendIn"] = found.undo.clone();
            }
            let create = json!({ id.to_string(): sent });
            let done =
                self.acts(&found, "Submission/set", json!({ "accountId": found.person, "create": create })).await?;
            refused(&done["notCreated"][id.to_string()])?;
        }
        self.question(link).await
    }

    /// Says "Got it".
    pub async fn got_it_by_link(&self, link: &str) -> Result<Question, NoAnswer> {
        let found = self.asked_by(link).await?;
        if found.question.answered == Answered::No {
            let item = found.question.place.2.to_string();
            let patch = json!({ format!("answers/{}", found.person): { "itemId": null, "at": self.clock().now() } });
            let update = json!({ item.clone(): patch });
            let done = self.acts(&found, "Item/set", json!({ "accountId": found.space, "update": update })).await?;
            refused(&done["notUpdated"][&item])?;
        }
        self.question(link).await
    }

    /// Takes back what leaves in a moment; gives the words, so that they can be written anew.
    pub async fn take_back_by_link(&self, link: &str) -> Result<(Question, String), NoAnswer> {
        let found = self.asked_by(link).await?;
        let Answered::Leaving(id, _, text) = found.question.answered.clone() else {
            return Ok((found.question, String::new()));
        };
        let key = id.to_string();
        let cancel = json!({ "accountId": found.person, "update": { key.clone(): { "undoStatus": "canceled" } } });
        let done = self.acts(&found, "Submission/set", cancel).await?;
        refused(&done["notUpdated"][&key])?;
        let away = json!({ "accountId": found.person, "destroy": [key] });
        self.acts(&found, "Submission/set", away).await?;
        Ok((self.question(link).await?, text))
    }

    /// Turns somebody's mail off by a link of a mail. False if the link is none.
    pub async fn mail_off(&self, link: &str, really: bool) -> Result<bool, StoreError> {
        let Some(signed) = Signed::read(link).filter(|signed| signed.lets == Lets::MailOff) else { return Ok(false) };
        let (shared, now, person) = (self.shared.clone(), self.shared.clock.now(), signed.person);
        let good = read(&*self.shared.store, move |at| {
            let reader = Reader::of(&shared, at, signed.person)?;
            Ok(reader.is_some_and(|it| signed.is_good(&shared, it.person.str("email"))) && signed.expires > now)
        });
        let good = good.await?;
        if !good || !really {
            return Ok(good);
        }
        let by = Caller { person, role: Role::Member, scopes: Scopes::ALL };
        let off = by_hand(&self.shared, [person], move |hand| {
            let ty = &model::person::SETTINGS;
            let n = hand.n(person)?;
            match hand.there(n, ty, person)? {
                Some(_) => hand.update(by, person, ty, person, &json!({ "mail": "nothing" })),
                None => hand.create(by, person, ty, person, &json!({ "mail": "nothing" })),
            }
        });
        match off.await {
            Ok(()) => Ok(true),
            Err(PeopleError::Store(fault)) => Err(fault),
            Err(PeopleError::Refused(error)) => Err(StoreError::Broken(error.description)),
        }
    }

    async fn asked_by(&self, link: &str) -> Result<Found, NoAnswer> {
        let signed = Signed::read(link).ok_or(NoAnswer::Unknown)?;
        let Lets::Answer(item) = signed.lets else { return Err(NoAnswer::Unknown) };
        let shared = self.shared.clone();
        read(&*self.shared.store, move |at| found(&shared, at, &signed, item)).await?
    }

    /// One call as the person of a link.
    async fn acts(&self, found: &Found, method: &str, args: Value) -> Result<Value, NoAnswer> {
        let by = Caller { person: found.person, role: found.role, scopes: Scopes::READ.and(Scopes::WRITE) };
        let answer = self.one_call(&by, method, args).await?;
        answer.map_err(NoAnswer::Refused)
    }
}

impl Engine {
    /// One call of the server's own in somebody's name; the error is why it is refused.
    pub(super) async fn one_call(
        &self,
        by: &Caller,
        method: &str,
        args: Value,
    ) -> Result<Result<Value, String>, StoreError> {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": [[method, args, "0"]] }).to_string();
        let broken = || StoreError::Broken(format!("the call {method} could not be made"));
        let request = Request::read(body.as_bytes(), 1).map_err(|_| broken())?;
        let answer = self.call(by, request).await.map_err(|_| broken())?.to_json();
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        let said = answer["methodResponses"][0][1].take();
        if answer["methodResponses"][0][0] != "error" {
            return Ok(Ok(said));
        }
        if said["type"] == "serverFail" || said["type"] == "serverUnavailable" {
            return Err(StoreError::Unavailable("the database took nothing; try again in a moment".into()));
        }
        Ok(Err(said["description"].as_str().unwrap_or("it was refused").to_owned()))
    }
}

fn refused(error: &Value) -> Result<(), NoAnswer> {
    match error["description"].as_str() {
        _ if error.is_null() => Ok(()),
        why => Err(NoAnswer::Refused(why.unwrap_or("it was refused").to_owned())),
    }
}

fn found(
    shared: &Arc<Shared>,
    at: &dyn Snapshot,
    signed: &Signed,
    item: Id,
) -> Result<Result<Found, NoAnswer>, StoreError> {
    let now = shared.clock.now();
    let Some(reader) = Reader::of(shared, at, signed.person)? else { return Ok(Err(NoAnswer::Unknown)) };
    if !signed.is_good(shared, reader.person.str("email")) {
        return Ok(Err(NoAnswer::Unknown));
    }
    if signed.expires <= now {
        return Ok(Err(NoAnswer::Ended));
    }
    let me = signed.person;
    // Where it is now: what was moved took its Delivery along.
    let one = reader.living(reader.n, &model::delivery::DELIVERY, item)?;
    let space = one.as_ref().and_then(|one| one.id("spaceId"));
    let Some((one, space)) = one.zip(space) else { return Ok(Err(NoAnswer::NotThere)) };
    let Some(head) = at.head(space)? else { return Ok(Err(NoAnswer::NotThere)) };
    let member = reader.living(head.n, &MEMBER, me)?.map(|member| Role::from_word(member.str("role")));
    let there = reader.living(head.n, ITEM, item)?.filter(|item| !item.has("deleted"));
    let Some(there) = there.filter(|_| member.is_some_and(|role| role != Role::None)) else {
        return Ok(Err(NoAnswer::NotThere));
    };
    let home = reader.living(head.n, &SPACE, space)?;
    let thread = there.thread.unwrap_or(item);
    let root = reader.living(head.n, ITEM, thread)?;
    let author = there.id("createdBy").map(|by| reader.living(head.n, &MEMBER, by)).transpose()?.flatten();
    let what = there.props.get("expects").and_then(|expects| expects.get("what")).and_then(Value::as_str);
    let hours = crate::deliveries::hours_of(&reader.person);
    let name = |record: Option<&Record>| record.map(|record| record.str("name").to_owned()).unwrap_or_default();
    let question = Question {
        person: reader.person.str("name").to_owned(),
        language: reader.language(),
        zone: hours.map_or_else(|| "UTC".into(), |hours| hours.zone().to_owned()),
        asks: Asking { what: what.unwrap_or("").to_owned(), until: one.date("by") },
        by: name(author.as_ref()),
        space_name: name(home.as_ref()),
        title: reader.title(root.as_ref().unwrap_or(&there)),
        text: there.str("text").to_owned(),
        files: there.list("blobs").len(),
        place: (space, thread, item),
        answered: answered(&reader, &there)?,
        fresh: shared.fresh_id(b'i'),
    };
    let role = Role::from_word(reader.person.str("role"));
    let undo = reader.settings.as_ref().and_then(|settings| settings.props.get("undoSeconds").cloned());
    Ok(Ok(Found { person: me, role, space, question, undo: undo.unwrap_or_default() }))
}

fn answered(reader: &Reader, item: &Record) -> Result<Answered, StoreError> {
    let me = reader.person.id;
    let mine = item.props.get("answers").and_then(|answers| answers.get(me.to_string()));
    if let Some(at) = mine.and_then(|mine| mine.get("at")).and_then(Value::as_str).and_then(UtcDate::parse) {
        return Ok(Answered::Yes(at));
    }
    if !persons_in(item, "expects/of").contains(&me) || !still_asked(item).contains(&me) {
        return Ok(Answered::NotNeeded);
    }
    let last = Range { after: None, down: true, limit: LATELY };
    for row in reader.at.range(reader.n, SUBMISSION.number, last, true)? {
        let sent = crate::records::record(&reader.shared.registry, &row);
        let its = sent.props.get("item").and_then(|it| it.get("inAnswerTo")).and_then(Value::as_str);
        if sent.str("undoStatus") != "canceled" && its == Some(&item.id.to_string()) {
            let text = sent.props["item"]["text"].as_str().unwrap_or("").to_owned();
            return Ok(Answered::Leaving(sent.id, sent.date("sendAt").unwrap_or_default(), text));
        }
    }
    Ok(Answered::No)
}
