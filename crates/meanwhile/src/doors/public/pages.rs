//! The pages of a public Space, made of what the engine says stands there. All words of people go through `escaped` or
//! the Markdown of the model; nothing of theirs is passed on as HTML.

use data_encoding::BASE64;
use engine::{PublicFile, PublicList, PublicPost, PublicPosts, PublicSpace, PublicThread};
use http::HeaderValue;
use jmap::{Id, UtcDate};
use model::html::{escaped, html};
use std::fmt::Write;
use std::sync::LazyLock;

use super::words::Words;
use super::{Kind, Place};
use crate::content::served_type;

const STYLE: &str = include_str!("../../pages/public.css");

pub(super) const HTML: Kind = Kind { media_type: "text/html; charset=utf-8", policy: || POLICY.clone() };

/// No program runs, nothing is loaded from elsewhere, and of styles only the one below.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes()).as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; media-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("a hash is ASCII")
});

pub(super) fn threads(place: &Place, list: &PublicList, before: Option<&str>, words: &Words) -> String {
    let mut main = format!("<h1 dir=\"auto\">{}</h1>\n", escaped(&list.space.name));
    if before.is_none() && !list.space.purpose.trim().is_empty() {
        let _ = writeln!(main, "<div class=\"purpose\">{}</div>", text(place, &list.space.purpose));
    }
    if list.threads.is_empty() {
        let _ = writeln!(main, "<p class=\"soft\">{}</p>", words.empty);
    }
    main.push_str("<ul class=\"threads\">\n");
    list.threads.iter().for_each(|thread| one_thread(&mut main, place, thread, words));
    main.push_str("</ul>\n");
    let mut ways = String::new();
    if before.is_some() {
        let _ = write!(ways, "<a href=\"/public/{}\">{}</a> ", place.space, words.newest);
    }
    if let Some(older) = list.older {
        let (at, skip) = (older.at.ms(), older.skip);
        let _ = write!(ways, "<a rel=\"next\" href=\"/public/{}?before={at}.{skip}\">{}</a>", place.space, words.older);
    }
    if !ways.is_empty() {
        let _ = writeln!(main, "<nav>{ways}</nav>");
    }
    let canonical = match before {
        Some(before) => format!("{}?before={before}", place.space()),
        None => place.space(),
    };
    whole(place, &list.space, &list.space.name, &canonical, &main, words)
}

fn one_thread(main: &mut String, place: &Place, thread: &PublicThread, words: &Words) {
    let title = if thread.title.trim().is_empty() { words.untitled } else { &thread.title };
    let _ = write!(main, "<li><a href=\"/public/{}/{}\" dir=\"auto\">{}</a>", place.space, thread.id, escaped(title));
    if !thread.excerpt.is_empty() {
        let _ = write!(main, "<p dir=\"auto\">{}</p>", escaped(&thread.excerpt));
    }
    let _ = write!(main, "<p class=\"soft\">{} · {}", author(&thread.by, words), time(thread.at));
    if thread.replies > 0 {
        let word = if thread.replies == 1 { words.reply } else { words.replies };
        let _ = write!(main, " · {} {word}", thread.replies);
    }
    main.push_str("</p></li>\n");
}

pub(super) fn thread(place: &Place, posts: &PublicPosts, words: &Words) -> String {
    let title = if posts.title.trim().is_empty() { words.untitled } else { &posts.title };
    let mut main = format!("<h1 dir=\"auto\">{}</h1>\n", escaped(title));
    for post in &posts.posts {
        let _ = write!(main, "<article id=\"{}\">\n<p class=\"soft\"><b>{}</b> · ", post.id, author(&post.by, words));
        let _ = write!(main, "<a href=\"#{}\">{}</a>", post.id, time(post.at));
        if let Some(edited) = post.edited {
            let _ = write!(main, " · {} {}", words.edited, time(edited));
        }
        main.push_str("</p>\n");
        if !post.title.trim().is_empty() && post.title != posts.title {
            let _ = writeln!(main, "<h2 dir=\"auto\">{}</h2>", escaped(&post.title));
        }
        main.push_str(&said(place, post, ""));
        main.push_str("</article>\n");
    }
    let path = format!("/public/{}/{}", place.space, posts.thread);
    if posts.pages > 1 {
        let _ = write!(main, "<nav>");
        if posts.page > 1 {
            let _ = write!(main, "<a rel=\"prev\" href=\"{path}?page={}\">←</a> ", posts.page - 1);
        }
        let _ = write!(main, "{} {} {} {}", words.page, posts.page, words.of, posts.pages);
        if posts.page < posts.pages {
            let _ = write!(main, " <a rel=\"next\" href=\"{path}?page={}\">→</a>", posts.page + 1);
        }
        main.push_str("</nav>\n");
    }
    let page = if posts.page > 1 { format!("?page={}", posts.page) } else { String::new() };
    whole(place, &posts.space, title, &format!("{}{page}", place.item(posts.thread)), &main, words)
}

/// What a post says, and its files. `from`: where addresses begin that are those of a page here.
pub(super) fn said(place: &Place, post: &PublicPost, from: &str) -> String {
    let mut out = format!("<div class=\"text\">{}</div>\n", text(place, &post.text));
    for file in &post.files {
        let name = mail::clean_file_name(&file.name, &file.media_type);
        let path = format!("{from}/public/{}/{}/{}/{}", place.space, post.id, file.blob, in_path(&name));
        let (path, name) = (escaped(&path), escaped(&name));
        let sides =
            file.sides.map(|(width, height)| format!(" width=\"{width}\" height=\"{height}\"")).unwrap_or_default();
        let _ = match served_type(&file.media_type).split('/').next() {
            Some("image") => writeln!(
                out,
                "<figure><a href=\"{path}\"><img src=\"{path}\" alt=\"{name}\"{sides} loading=\"lazy\"></a></figure>"
            ),
            Some(kind @ ("audio" | "video")) => writeln!(
                out,
                "<figure><{kind} controls preload=\"none\" src=\"{path}\"></{kind}><figcaption><a href=\"{path}\">{name}</a></figcaption></figure>"
            ),
            _ => writeln!(
                out,
                "<p class=\"file\"><a href=\"{path}\">{name}</a> <span class=\"soft\">{}</span></p>",
                size(file)
            ),
        };
    }
    out
}

fn text(place: &Place, markdown: &str) -> String {
    html(markdown, &|url| leads_to(place, url))
}

/// Addresses of the web and of mail lead there, links to what is in this Space to its page here, and others nowhere.
fn leads_to(place: &Place, url: &str) -> Option<String> {
    let path =
        url.strip_prefix(&place.url).filter(|path| path.starts_with('/')).or(url.starts_with('/').then_some(url));
    if let Some(path) = path {
        let within = path.strip_prefix(&format!("/s/{}", place.space))?;
        let last = within.split(['?', '#']).next().unwrap_or("").rsplit('/').find(|part| !part.is_empty());
        return match last {
            None => Some(place.space()),
            Some(part) => Id::parse(part).ok().filter(|id| id.letter() == b'i').map(|id| place.item(id)),
        };
    }
    let schemes = ["https://", "http://", "mailto:"];
    let leads = schemes.iter().any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    leads.then(|| url.to_string())
}

fn author(name: &str, words: &Words) -> String {
    let name = if name.trim().is_empty() { words.somebody } else { name };
    format!("<bdi>{}</bdi>", escaped(name))
}

fn time(at: UtcDate) -> String {
    let text = at.to_string();
    let shown = format!("{} {} UTC", text.get(..10).unwrap_or(""), text.get(11..16).unwrap_or(""));
    format!("<time datetime=\"{text}\">{shown}</time>")
}

fn size(file: &PublicFile) -> String {
    match file.size {
        bytes @ ..=999 => format!("{bytes} B"),
        bytes @ ..=999_999 => format!("{} kB", bytes / 1000),
        bytes => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

fn in_path(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    name.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn whole(place: &Place, space: &PublicSpace, title: &str, canonical: &str, main: &str, words: &Words) -> String {
    let robots = if space.indexed { "all" } else { "noindex, nofollow" };
    let name =
        if title == space.name { escaped(title) } else { format!("{} – {}", escaped(title), escaped(&space.name)) };
    let links = format!(
        "<meta name=\"robots\" content=\"{robots}\">\n<link rel=\"canonical\" href=\"{}\">\n<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/public/{}/feed.xml\">\n",
        escaped(canonical),
        place.space,
    );
    let header = match canonical == place.space() {
        true => String::new(),
        false => {
            let up = if title == space.name { words.all.to_string() } else { escaped(&space.name) };
            format!("<header><a href=\"/public/{}\" dir=\"auto\">{up}</a></header>\n", place.space)
        }
    };
    let footer = format!(
        "<footer><p>{}</p><p><a href=\"/public/{}/feed.xml\">{}</a> · <a href=\"/s/{}\">{}</a></p></footer>\n",
        words.about, place.space, words.feed, place.space, words.come_in
    );
    page(&name, &links, &format!("{header}<main>\n{main}</main>\n{footer}"), words)
}

pub(super) fn nothing(words: &Words) -> String {
    let main = format!("<main><h1>{}</h1><p>{}</p></main>\n", words.nothing, words.nothing_why);
    page(words.nothing, "<meta name=\"robots\" content=\"noindex\">\n", &main, words)
}

fn page(title: &str, head: &str, body: &str, words: &Words) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n{head}<style>{STYLE}</style>\n{body}</html>\n",
        words.lang
    )
}
