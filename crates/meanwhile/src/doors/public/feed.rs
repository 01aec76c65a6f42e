//! What was said last, as a feed (Atom, RFC 4287).

use engine::{PublicPost, PublicSpace};
use http::HeaderValue;
use jmap::UtcDate;
use model::html::escaped;
use std::fmt::Write;

use super::{Kind, Place, pages};

/// Bytes of a title that is made of the first words.
const TITLE: usize = 80;

pub(super) const ATOM: Kind = Kind {
    media_type: "application/atom+xml; charset=utf-8",
    policy: || HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
};

pub(super) fn atom(place: &Place, space: &PublicSpace, posts: &[PublicPost], newest: Option<UtcDate>) -> String {
    let here = escaped(&place.space());
    let updated = newest.unwrap_or(UtcDate::from_ms(0));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>{here}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n<link rel=\"self\" href=\"{here}/feed.xml\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{here}\"/>\n",
        escaped(&space.name)
    );
    for post in posts {
        let address = escaped(&place.item(post.id));
        let title = match post.title.trim() {
            "" => model::plain::plain(&post.text, TITLE),
            title => title.to_owned(),
        };
        let title = if title.is_empty() { post.by.clone() } else { title };
        let name = if post.by.is_empty() { "?" } else { &post.by };
        let said = escaped(&pages::said(place, post, &place.url));
        let _ = write!(
            out,
            "<entry>\n<id>{address}</id>\n<title>{}</title>\n<author><name>{}</name></author>\n<published>{}</published>\n<updated>{}</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"{address}\"/>\n<content type=\"html\">{said}</content>\n</entry>\n",
            escaped(&title),
            escaped(name),
            post.at,
            post.edited.unwrap_or(post.at),
        );
    }
    out.push_str("</feed>\n");
    out
}
