//! What is told about changes, and what the pages say that one can type.

use super::tree::{read, root};

#[test]
fn the_changelog_has_a_place_for_what_is_not_released() {
    let text = read("CHANGELOG.md");
    let (_, rest) = text.split_once("\n## Unreleased\n").expect("CHANGELOG.md has a heading \"## Unreleased\"");
    let lines = rest.lines().take_while(|line| !line.starts_with("## "));
    assert!(lines.filter(|line| line.starts_with("- ")).count() > 0, "\"Unreleased\" names no change");
    assert!(read("docs/protocol/CHANGES.md").contains("\n## Unreleased\n"), "so do the changes of the protocol");
}

#[test]
fn every_make_target_that_a_page_names_is_there() {
    let makefile = read("Makefile");
    for page in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"] {
        for rest in read(page).split("make ").skip(1) {
            let target: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            let code =
                rest[target.len()..].starts_with(['`', ' ', '\n']) && read(page).contains(&format!("`make {target}"));
            assert!(
                !code || makefile.contains(&format!("\n{target}:\n")),
                "{page} names `make {target}`: not in the Makefile"
            );
        }
    }
}

#[test]
fn every_target_is_a_script() {
    use std::os::unix::fs::PermissionsExt;
    for script in ["run", "test", "check", "bench", "soak", "pictures"] {
        assert!(read("Makefile").contains(&format!("scripts/{script}\n")), "make {script} does not call its script");
        let mode = root().join("scripts").join(script).metadata().expect("the script is there").permissions().mode();
        assert!(mode & 0o111 != 0, "scripts/{script} can't be executed");
    }
    let ci = read(".ci/run");
    assert!(ci.trim_end().ends_with("exec make test"), ".ci/run ends in make test, and in nothing else");
}
