//! Looks whether the web app was built (`web/dist`), and writes the table by which the program carries it. It runs
//! nothing: without a built web app the table is empty, and the program serves plain pages instead.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the web app is built from, below `web/`.
const SOURCES: [&str; 7] =
    ["src", "public", "index.html", "sw.js", "vite.config.ts", "package.json", "package-lock.json"];

fn main() {
    let folder = |name: &str| PathBuf::from(std::env::var_os(name).expect("cargo names its folders"));
    let web = folder("CARGO_MANIFEST_DIR").join("../../web");
    let (dist, out) = (web.join("dist"), folder("OUT_DIR"));
    let copy = out.join("app");
    // A folder is watched as a whole. One that is not there is looked for at every build.
    println!("cargo::rerun-if-changed={}", dist.display());
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let index = dist.join("index.html");
    let mut wanted = index.is_file();
    if release && wanted {
        let newest = SOURCES.iter().map(|name| web.join(name)).filter_map(|path| newest(&path)).max();
        for name in SOURCES {
            println!("cargo::rerun-if-changed={}", web.join(name).display());
        }
        if newest > fs::metadata(&index).and_then(|index| index.modified()).ok() {
            println!("cargo::warning=web/dist is older than its sources, and is left out of this build: run make run");
            wanted = false;
        }
    }
    let mut table = String::from("&[\n");
    let _ = fs::remove_dir_all(&copy);
    if wanted {
        let mut files = Vec::new();
        walk(&dist, &mut files);
        files.sort();
        fs::create_dir_all(&copy).expect("OUT_DIR can be written");
        for (number, path) in files.iter().enumerate() {
            entry(&mut table, &dist, path, &copy.join(number.to_string()));
        }
    }
    table.push_str("]\n");
    fs::write(out.join("app.rs"), table).expect("OUT_DIR can be written");
}

/// One file of the table. It is copied, so that the compiler reads what was seen here.
fn entry(table: &mut String, dist: &Path, path: &Path, copy: &Path) {
    let name = path.strip_prefix(dist).expect("it lies below").to_str().expect("the web app has plain names");
    if name.ends_with(".br") {
        return;
    }
    fs::copy(path, copy).expect("a file of web/dist is copied");
    let brotli = PathBuf::from(format!("{}.br", path.display()));
    let mut packed = "None".to_string();
    if brotli.is_file() {
        let copy = copy.with_extension("br");
        fs::copy(&brotli, &copy).expect("a file of web/dist is copied");
        packed = format!("Some(include_bytes!({:?}))", copy.display());
    }
    let _ = writeln!(table, "    ({:?}, include_bytes!({:?}), {packed}),", format!("/{name}"), copy.display());
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

/// The newest change of a file, or of anything in a folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = fs::metadata(path).and_then(|it| it.modified()).ok();
    let below = fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| newest(&entry.path()));
    below.chain(own).max()
}
