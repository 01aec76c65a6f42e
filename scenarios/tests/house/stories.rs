//! What exists has to be told: every kind is in a story.

use model::Registry;

use super::tree::files;

#[test]
fn every_kind_appears_in_a_story() {
    let stories: Vec<(String, String)> = files("scenarios", &[".rs"])
        .into_iter()
        .filter(|(path, _)| !path.contains("/house") && !path.contains("/reference"))
        .collect();
    for kind in Registry::standard().kind_names() {
        let (spaced, tight, field) =
            (format!("\"kind\": \"{kind}\""), format!("\"kind\":\"{kind}\""), format!("kind: \"{kind}\""));
        let told = stories.iter().any(|(_, text)| [&spaced, &tight, &field].iter().any(|form| text.contains(*form)));
        assert!(told, "no story makes a {kind:?}");
    }
}
