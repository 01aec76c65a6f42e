//! Public Spaces for everybody: plain pages without a program, a feed, and the files that stand there. Who has no right to
//! read and what never was look alike, whoever asks. No cookie is read or set, and nothing is kept of who reads.

mod feed;
mod pages;
mod words;

use axum::body::Body;
use axum::response::Response;
use engine::Older;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jmap::{Id, UtcDate};

use crate::content::{http_date, names};
use crate::http::Ask;
use crate::problem::{Answer, Problem};
use crate::sent::{Sent, send, set};
use words::Words;

/// Kept by whoever likes, and asked about at every visit: a Space that is closed is closed at once.
const KEEP: &str = "public, no-cache";
/// More of one instant are not paged through.
const MOST_SKIPPED: usize = 1000;

/// How a page names its own address, and those it leads to.
struct Place {
    url: String,
    space: Id,
}

impl Place {
    fn space(&self) -> String {
        format!("{}/public/{}", self.url, self.space)
    }

    fn item(&self, item: Id) -> String {
        format!("{}/{item}", self.space())
    }
}

pub(super) async fn threads(ask: Ask) -> Answer {
    let place = enter(&ask)?;
    let older = ask.query("before");
    let before = older.as_deref().map(|text| older_in(text).ok_or(()));
    let found = match before {
        Some(Err(())) => None,
        before => ask.house.engine.public_threads(place.space, before.and_then(Result::ok)).await?,
    };
    let words = Words::of(&ask.head.headers);
    let Some(list) = found else { return Ok(nothing(words)) };
    let newest = list.threads.iter().map(|thread| thread.at).max();
    let indexed = list.space.indexed;
    let page = drawn(&ask.number, move || pages::threads(&place, &list, older.as_deref(), words)).await?;
    Ok(answer(&ask, &pages::HTML, page, newest, indexed))
}

pub(super) async fn thread(ask: Ask) -> Answer {
    let place = enter(&ask)?;
    let words = Words::of(&ask.head.headers);
    let page = ask.query("page");
    let number = page.as_deref().map(|page| page.parse::<usize>().unwrap_or(0));
    let found = match ask.id("item") {
        Some(item) => ask.house.engine.public_posts(place.space, item, number).await?.map(|found| (item, found)),
        None => None,
    };
    let Some((item, posts)) = found else { return Ok(nothing(words)) };
    if item != posts.thread {
        let page = if posts.page > 1 { format!("?page={}", posts.page) } else { String::new() };
        let mut response = Response::new(Body::empty());
        // Not for good: a thread may be taken apart.
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        let to = format!("/public/{}/{}{page}#{item}", place.space, posts.thread);
        response.headers_mut().insert(header::LOCATION, HeaderValue::try_from(to).expect("ids are ASCII"));
        return Ok(response);
    }
    let newest = posts.posts.iter().map(|post| post.edited.unwrap_or(post.at)).max();
    let indexed = posts.space.indexed;
    let page = drawn(&ask.number, move || pages::thread(&place, &posts, words)).await?;
    Ok(answer(&ask, &pages::HTML, page, newest, indexed))
}

pub(super) async fn feed(ask: Ask) -> Answer {
    let place = enter(&ask)?;
    let found = ask.house.engine.public_news(place.space).await?;
    let Some((space, posts)) = found else { return Ok(nothing(Words::of(&ask.head.headers))) };
    let newest = posts.iter().map(|post| post.edited.unwrap_or(post.at)).max();
    let indexed = space.indexed;
    let page = drawn(&ask.number, move || feed::atom(&place, &space, &posts, newest)).await?;
    Ok(answer(&ask, &feed::ATOM, page, newest, indexed))
}

pub(super) async fn file(ask: Ask) -> Answer {
    let place = enter(&ask)?;
    let found = match (ask.id("item"), ask.id("blob")) {
        (Some(item), Some(blob)) => ask.house.engine.public_file(place.space, item, blob).await?,
        _ => None,
    };
    let Some((file, size, told)) = found else { return Ok(nothing(Words::of(&ask.head.headers))) };
    let (media_type, name) = (told.media_type.clone(), told.name.clone());
    let mut response =
        send(ask, Sent { blob: told.blob, file, size, media_type: &media_type, name: &name, keep: KEEP }).await?;
    // Its page says whether it may be listed; a file by itself is none.
    set(response.headers_mut(), ROBOTS, "noindex".into());
    Ok(response)
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Counts who asks; what is no id leads to the same nothing as an id of nothing.
fn enter(ask: &Ask) -> Result<Place, Problem> {
    let now = ask.house.engine.clock().now();
    ask.house.crowd.count(ask.client, now).map_err(|seconds| {
        Problem::too_many("more pages were asked for from your address than people read; go on in a while", seconds)
    })?;
    // An id of no Space there is: what is no id is looked up, too, and not found.
    let space = ask.id("space").unwrap_or_else(|| Id::derived(b's', [0; 16]));
    Ok(Place { url: ask.house.url(&ask.head), space })
}

/// `<milliseconds>.<how many of that instant were there>`.
fn older_in(text: &str) -> Option<Older> {
    let (at, skip) = text.split_once('.')?;
    let skip: usize = skip.parse().ok().filter(|skip| *skip <= MOST_SKIPPED)?;
    let at: i64 = at.parse().ok().filter(|at| (0..=253_402_300_799_999).contains(at))?;
    Some(Older { at: UtcDate::from_ms(at), skip })
}

/// Long texts take a while: other requests do not wait for them.
async fn drawn(number: &str, page: impl FnOnce() -> String + Send + 'static) -> Result<String, Problem> {
    tokio::task::spawn_blocking(page).await.map_err(|_| Problem::broken(number))
}

/// What kind of page it is.
struct Kind {
    media_type: &'static str,
    policy: fn() -> HeaderValue,
}

fn answer(ask: &Ask, kind: &Kind, text: String, newest: Option<UtcDate>, indexed: bool) -> Response {
    let etag = format!("\"{}\"", &blake3::hash(text.as_bytes()).to_hex()[..20]);
    let same = names(ask.head.headers.get(header::IF_NONE_MATCH), &etag);
    let mut response = Response::new(if same { Body::empty() } else { Body::from(text) });
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, (kind.policy)());
    set(headers, header::ETAG, etag);
    set(headers, header::CACHE_CONTROL, KEEP.into());
    set(headers, header::VARY, "accept-language".into());
    set(headers, ROBOTS, if indexed { "all" } else { "noindex, nofollow" }.into());
    if let Some(newest) = newest {
        set(headers, header::LAST_MODIFIED, http_date(newest));
    }
    response
}

/// One page for everything that is not there.
fn nothing(words: &Words) -> Response {
    let mut response = Response::new(Body::from(pages::nothing(words)));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(pages::HTML.media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, (pages::HTML.policy)());
    set(headers, ROBOTS, "noindex".into());
    response
}
