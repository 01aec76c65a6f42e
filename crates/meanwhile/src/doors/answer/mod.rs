//! Answering by a link of a mail, and turning mail off by one, without signing in. To read changes nothing, since programs
//! follow links of mails before people do; only what is sent from the page acts. No cookie is read or set here, and no
//! program runs on the page.

mod pages;
mod words;

use axum::response::Response;
use engine::NoAnswer;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jmap::Id;
use std::sync::Arc;

use crate::body;
use crate::http::{Ask, House, percent_decode, text};
use crate::problem::{Answer, Problem};
use crate::reach::Words as Mail;
use words::Words;

/// Bytes of what is sent from a page: a text of ours, with each byte of it spelt in three.
const MOST: usize = 3 * model::limits::MAX_TEXT + 1024;

/// Somebody who comes by a link.
struct Visit {
    house: Arc<House>,
    url: String,
    headers: HeaderMap,
    link: String,
}

/// What a link asks.
pub(super) async fn question(ask: Ask) -> Answer {
    let visit = enter(&ask)?;
    let asked = visit.house.engine.question(&visit.link).await;
    visit.shown(asked.map(|question| (question, String::new())))
}

/// Answers it, says "Got it", or takes the answer back.
pub(super) async fn answer(ask: Ask) -> Answer {
    let visit = enter(&ask)?;
    let form = form(ask).await?;
    let (engine, link) = (&visit.house.engine, visit.link.as_str());
    let said = form.get("text");
    let answered = match form.get("act").as_str() {
        "answer" if said.trim().is_empty() => engine.question(link).await.map(|question| (question, said)),
        "answer" => {
            let id = Id::parse(&form.get("id")).ok().filter(|id| id.letter() == b'i');
            let id = id.ok_or_else(|| Problem::bad_request("the answer has no id; open the link of the mail anew"))?;
            match engine.answer_by_link(link, id, &said).await {
                // What was written is not lost.
                Err(NoAnswer::Refused(why)) => return visit.refused(&why, said).await,
                other => other.map(|question| (question, String::new())),
            }
        }
        "gotIt" => match engine.got_it_by_link(link).await {
            Err(NoAnswer::Refused(why)) => return visit.refused(&why, String::new()).await,
            other => other.map(|question| (question, String::new())),
        },
        "undo" => engine.take_back_by_link(link).await,
        _ => return Err(Problem::bad_request("\"act\" is answer, gotIt or undo")),
    };
    visit.shown(answered)
}

/// Asks whether somebody wants no more mail.
pub(super) async fn mail(ask: Ask) -> Answer {
    let visit = enter(&ask)?;
    let good = visit.house.engine.mail_off(&visit.link, false).await?;
    let words = Words::asked_by(&visit.headers);
    let page = if good { pages::off(words, &visit.link) } else { pages::nothing(words, words.unknown) };
    Ok(page_of(page, if good { StatusCode::OK } else { StatusCode::GONE }))
}

/// Turns the mail off: by the page, or by a mail program, at one click (RFC 8058).
pub(super) async fn mail_off(ask: Ask) -> Answer {
    let visit = enter(&ask)?;
    // Whatever is said in it, who sends it wants no more.
    form(ask).await?;
    let good = visit.house.engine.mail_off(&visit.link, true).await?;
    let words = Words::asked_by(&visit.headers);
    let page = if good { pages::is_off(words) } else { pages::nothing(words, words.unknown) };
    Ok(page_of(page, if good { StatusCode::OK } else { StatusCode::GONE }))
}

/// Counts who asks.
fn enter(ask: &Ask) -> Result<Visit, Problem> {
    let now = ask.house.engine.clock().now();
    ask.house.crowd.count(ask.client, now).map_err(|seconds| {
        Problem::too_many("more pages were asked for from your address than people read; go on in a while", seconds)
    })?;
    let link = ask.path.get("link").cloned().unwrap_or_default();
    let (house, url) = (ask.house.clone(), ask.house.url(&ask.head));
    Ok(Visit { house, url, headers: ask.head.headers.clone(), link })
}

struct Form(Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> String {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

async fn form(ask: Ask) -> Result<Form, Problem> {
    let kind = body::media_type(&ask.head.headers);
    if kind.as_deref().is_some_and(|kind| !["application/x-www-form-urlencoded", "multipart/form-data"].contains(&kind))
    {
        return Err(Problem::wrong_type("application/x-www-form-urlencoded"));
    }
    let too_large = || body::too_large("maxSizeText", model::limits::MAX_TEXT as u64);
    let bytes = body::read_all(ask.body, &ask.head.headers, MOST, ask.house.patience, too_large).await?;
    let text = String::from_utf8_lossy(&bytes);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    // As browsers send lines.
    let value = |text: &str| percent_decode(text).replace("\r\n", "\n");
    Ok(Form(pairs.map(|(key, text)| (percent_decode(key), value(text))).collect()))
}

impl Visit {
    async fn refused(&self, why: &str, said: String) -> Answer {
        match self.house.engine.question(&self.link).await {
            Ok(question) => {
                let (words, mail) = (Words::of(&question.language), Mail::of(&question.language));
                let page = pages::question(words, mail, &self.url, &question, &said, Some(why));
                Ok(page_of(page, StatusCode::UNPROCESSABLE_ENTITY))
            }
            Err(gone) => self.shown(Err(gone)),
        }
    }

    fn shown(&self, asked: Result<(engine::Question, String), NoAnswer>) -> Answer {
        let (page, status) = match asked {
            Ok((question, said)) => {
                let (words, mail) = (Words::of(&question.language), Mail::of(&question.language));
                (pages::question(words, mail, &self.url, &question, &said, None), StatusCode::OK)
            }
            Err(NoAnswer::Store(fault)) => return Err(fault.into()),
            Err(why) => {
                let words = Words::asked_by(&self.headers);
                let said = match &why {
                    NoAnswer::Ended => words.ended,
                    NoAnswer::NotThere => words.not_there,
                    _ => words.unknown,
                };
                (pages::nothing(words, said), StatusCode::GONE)
            }
        };
        Ok(page_of(page, status))
    }
}

fn page_of(page: String, status: StatusCode) -> Response {
    let mut response = text("text/html; charset=utf-8", page);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, pages::POLICY.clone());
    // A form that says not where it comes from would be refused as another site's.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    response
}
