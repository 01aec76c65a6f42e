//! docs/guide/curl.md, followed to the letter: what it says to type is typed, and what it shows is compared.

use scenarios::process::{Machine, Process, program};
use std::path::Path;
use tokio::process::Command;

const PAGE: &str = include_str!("../../docs/guide/curl.md");

/// A block to type, and what the page shows below it.
struct Step {
    types: String,
    shows: Option<String>,
}

/// The fenced blocks of the page, with their language.
fn blocks() -> Vec<(&'static str, String)> {
    let (mut blocks, mut lines) = (Vec::new(), PAGE.lines());
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            assert!(!language.is_empty(), "a block without a language");
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, block.join("\n")));
        }
    }
    blocks
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (language, block) in blocks() {
        match language {
            "sh" => steps.push(Step { types: block, shows: None }),
            "text" => {
                let step = steps.last_mut().expect("what is shown comes after what is typed");
                assert!(step.shows.replace(block).is_none(), "shown twice: {}", step.types);
            }
            "console" => {}
            other => panic!("the page has a block of {other:?}; this test would pass over it"),
        }
    }
    steps
}

/// The lines that a person types in the console blocks.
fn typed() -> Vec<String> {
    let console = blocks().into_iter().filter(|(language, _)| *language == "console");
    let lines = console.flat_map(|(_, block)| block.lines().map(str::to_string).collect::<Vec<_>>());
    lines.filter_map(|line| line.strip_prefix("$ ").map(str::to_string)).collect()
}

/// True if the text is what is shown, where each `…` may stand for anything.
fn fits(shown: &str, text: &str) -> bool {
    let mut rest = text.trim_end();
    let pieces: Vec<&str> = shown.trim_end().split('…').collect();
    for (number, piece) in pieces.iter().enumerate() {
        let at = if number == 0 {
            rest.starts_with(piece).then_some(0)
        } else if number == pieces.len() - 1 {
            rest.ends_with(piece).then(|| rest.len() - piece.len())
        } else {
            rest.find(piece)
        };
        let Some(at) = at else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty()
}

/// Runs a script as a person would in an empty folder, with the program at hand.
async fn bash(script: &str, folder: &Path, variables: &[(&str, &str)]) -> String {
    let path = std::env::var("PATH").expect("a path");
    let path = format!("{}:{path}", program().parent().expect("a folder").display());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(folder).env_clear();
    command.env("PATH", path).env("HOME", folder).env("TMPDIR", folder).envs(variables.iter().copied());
    let ended = command.kill_on_drop(true).output().await.expect("bash is there");
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{}\n{script}\n--- printed\n{out}\n--- and\n{err}", ended.status);
    out.into_owned()
}

async fn start(folder: &Path) -> Process {
    let server = Machine::default().serve(&folder.join("data")).await;
    assert!(server.said["firstLink"].is_string(), "a fresh server has a link: {}", server.said);
    server
}

#[tokio::test]
async fn the_tour_with_curl_does_and_prints_what_its_page_says() {
    const END: &str = "=== the end of a block ===";
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(folder.path()).await;
    let ana = Machine::default().person(&folder.path().join("data"), "Ana").await;
    let steps = steps();
    assert!(steps.len() > 8, "the page was read: {}", steps.len());
    // A newline first: not every file ends with one.
    let script: String = steps.iter().map(|step| format!("{}\nprintf '\\n{END}\\n'\n", step.types)).collect();
    let printed = bash(&script, folder.path(), &[("URL", &server.url), ("TOKEN", &ana.token)]).await;
    let printed: Vec<&str> = printed.split(END).collect();
    assert_eq!(printed.len(), steps.len() + 1, "every block came to its end");
    for (step, printed) in steps.iter().zip(printed) {
        let printed = printed.trim_matches('\n');
        let shown = step.shows.as_deref().unwrap_or("");
        assert!(fits(shown, printed), "{}\n--- shows\n{shown}\n--- and printed\n{printed}", step.types);
    }
}

#[tokio::test]
async fn the_first_admin_comes_in_by_what_the_page_types() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(folder.path()).await;
    let link = server.said["firstLink"].as_str().expect("a link");
    assert!(link.contains("/join#"), "the page says how it looks: {link}");
    let secret = link.split('#').nth(1).expect("a secret");
    let typed = typed();
    let with_curl: Vec<&String> = typed.iter().filter(|line| line.starts_with("curl ")).collect();
    let [redeem, token] = with_curl[..] else { panic!("two requests: {with_curl:?}") };
    // The page leaves out what is secret, and a password.
    let redeem = redeem.replacen('…', secret, 1).replacen('…', "correct horse battery staple", 1);
    let script = format!("{redeem} --fail-with-body\n{token} --fail-with-body\n");
    bash(&script, folder.path(), &[("URL", &server.url)]).await;
    let order = typed.iter().find(|line| line.starts_with("meanwhile token new")).expect("the page has it");
    assert!(PAGE.contains("It prints the token and nothing else."));
    let order = order.replace("you@example.org", "ana@example.org");
    let made = bash(&order, folder.path(), &[]).await;
    let session = r#"curl --silent --fail-with-body --header "Authorization: Bearer $TOKEN" "$URL/jmap/session""#;
    let session = bash(session, folder.path(), &[("URL", &server.url), ("TOKEN", made.trim_end())]).await;
    assert!(session.contains("urn:meanwhile:jmap:workspace"), "{session}");
}

#[test]
fn what_is_shown_is_compared_in_earnest() {
    assert!(fits("a…c\nd", "abbc\nd\n") && fits("…", "") && fits("a…", "ab") && fits("…b…", "abc"));
    assert!(!fits("a…c", "ab") && !fits("a", "ab") && !fits("", "a") && !fits("…x…", "abc") && !fits("ab…ab", "ab"));
}
