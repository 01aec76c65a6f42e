//! The files of the web app as the program carries them, or the plain pages that stand in for it. It knows no request.

use bytes::Bytes;
use std::borrow::Cow;
use std::collections::HashMap;

/// Path, content, and the same packed by brotli.
type Carried = (&'static str, &'static [u8], Option<&'static [u8]>);

/// Written by `build.rs`. Empty if the web app was not built.
static BUILT: &[Carried] = include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// What is served where no web app was built: what this is, and how one comes in with a link.
static PLAIN: &[Carried] = &[
    ("/index.html", include_bytes!("pages/home.html"), None),
    ("/join.html", include_bytes!("pages/join.html"), None),
    ("/assets/plain.css", include_bytes!("pages/plain.css"), None),
    ("/assets/join.js", include_bytes!("pages/join.js"), None),
];

/// One file.
pub struct AppFile {
    /// Its path from the root of the site.
    pub path: Cow<'static, str>,
    /// Its content.
    pub plain: Bytes,
    /// The content packed by brotli.
    pub brotli: Option<Bytes>,
}

/// A file and its entity tag.
pub(crate) struct Served {
    pub(crate) plain: Bytes,
    pub(crate) brotli: Option<Bytes>,
    /// Without quotes.
    pub(crate) tag: String,
    pub(crate) media_type: &'static str,
}

/// The pages and their parts.
pub struct App {
    files: HashMap<Cow<'static, str>, Served>,
    /// The names below `/assets/` change with the content, so that browsers keep it for good.
    pub(crate) named_by_content: bool,
}

impl App {
    /// The web app of this build; without one, the plain pages.
    pub fn built_in() -> App {
        if BUILT.is_empty() { App::plain() } else { App::new(BUILT.iter().map(embedded).collect()) }
    }

    /// The plain pages.
    pub fn plain() -> App {
        App { named_by_content: false, ..App::new(PLAIN.iter().map(embedded).collect()) }
    }

    /// An app of these files. `/index.html` is served at every path that is the app's own.
    pub fn new(files: Vec<AppFile>) -> App {
        let served = |file: AppFile| {
            let tag = blake3::hash(&file.plain).to_hex()[..20].to_string();
            let media_type = media_type(&file.path);
            (file.path, Served { plain: file.plain, brotli: file.brotli, tag, media_type })
        };
        App { files: files.into_iter().map(served).collect(), named_by_content: true }
    }

    /// The file of exactly that path.
    pub(crate) fn file(&self, path: &str) -> Option<&Served> {
        self.files.get(path)
    }

    /// The page at a path of the app's own: that of its name, or the one for all.
    pub(crate) fn page(&self, path: &str) -> Option<&Served> {
        self.file(&format!("{path}.html")).or_else(|| self.file("/index.html"))
    }
}

fn embedded((path, plain, brotli): &Carried) -> AppFile {
    AppFile { path: Cow::Borrowed(*path), plain: Bytes::from_static(plain), brotli: brotli.map(Bytes::from_static) }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => crate::content::OCTETS,
    }
}
