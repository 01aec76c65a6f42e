//! Slack's names of emoji. What a workspace drew itself has no character and stays a name between colons.

use emojis::{Emoji, SkinTone};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Longer than any name.
const MAX_NAME: usize = 100;

/// Names that neither GitHub nor Unicode have.
const OTHERS: &[(&str, &str)] = &[
    ("simple_smile", "slightly_smiling_face"),
    ("thinking_face", "thinking"),
    ("hugging_face", "hugs"),
    ("robot_face", "robot"),
    ("star-struck", "star_struck"),
    ("white_frowning_face", "frowning_face"),
    ("knife_fork_plate", "plate_with_cutlery"),
    ("the_horns", "metal"),
    ("sign_of_the_horns", "metal"),
    ("hand_with_index_and_middle_fingers_crossed", "crossed_fingers"),
    ("face_palm", "facepalm"),
    ("man-facepalming", "man_facepalming"),
    ("woman-facepalming", "woman_facepalming"),
    ("man-shrugging", "man_shrugging"),
    ("woman-shrugging", "woman_shrugging"),
];

/// By the names of Unicode, as Slack writes them.
static BY_UNICODE: LazyLock<HashMap<String, &'static Emoji>> = LazyLock::new(|| {
    emojis::iter().map(|emoji| (emoji.name().to_lowercase().replace([' ', '-'], "_"), emoji)).collect()
});

/// The emoji that a text begins with, `:wave::skin-tone-3:`, and how many bytes it takes.
pub(super) fn at(text: &str) -> Option<(String, usize)> {
    let name = between_colons(text)?;
    let taken = name.len() + 2;
    let tone = between_colons(&text[taken..]).filter(|tone| tone.starts_with("skin-tone-"));
    let emoji = find(name)?;
    match tone {
        Some(tone) => Some((toned(emoji, tone), taken + tone.len() + 2)),
        None => Some((emoji.to_string(), taken)),
    }
}

/// The emoji of a reaction, `wave::skin-tone-3`; one that is unknown is its name between colons.
pub(super) fn reaction(name: &str) -> String {
    let (plain, tone) = name.split_once("::").map_or((name, None), |(plain, tone)| (plain, Some(tone)));
    match (find(plain), tone) {
        (Some(emoji), Some(tone)) => toned(emoji, tone),
        (Some(emoji), None) => emoji.to_string(),
        (None, _) => format!(":{plain}:"),
    }
}

fn between_colons(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(':')?;
    let end = rest.bytes().take(MAX_NAME).position(|c| c == b':')?;
    let name = &rest[..end];
    let good = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-+'".contains(&c));
    good.then_some(name)
}

fn find(name: &str) -> Option<&'static Emoji> {
    let other = OTHERS.iter().find(|(slack, _)| *slack == name).map(|(_, other)| *other);
    let flag = name.strip_prefix("flag-");
    let low = name.replace('-', "_");
    emojis::get_by_shortcode(other.or(flag).unwrap_or(name))
        .or_else(|| emojis::get_by_shortcode(&low))
        .or_else(|| BY_UNICODE.get(&low).copied())
}

fn toned(emoji: &'static Emoji, tone: &str) -> String {
    let tone = match tone {
        "skin-tone-2" => SkinTone::Light,
        "skin-tone-3" => SkinTone::MediumLight,
        "skin-tone-4" => SkinTone::Medium,
        "skin-tone-5" => SkinTone::MediumDark,
        "skin-tone-6" => SkinTone::Dark,
        _ => SkinTone::Default,
    };
    emoji.with_skin_tone(tone).unwrap_or(emoji).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_characters_and_what_is_drawn_stays_a_name() {
        let cases = [
            ("+1", "👍"),
            ("thumbsup", "👍"),
            ("heart", "❤️"),
            ("tada", "🎉"),
            ("wave::skin-tone-6", "👋🏿"),
            ("thinking_face", "🤔"),
            ("face_with_rolling_eyes", "🙄"),
            ("rolling_on_the_floor_laughing", "🤣"),
            ("man-shrugging", "🤷‍♂️"),
            ("flag-de", "🇩🇪"),
            ("us", "🇺🇸"),
            ("white_check_mark", "✅"),
            ("simple_smile", "🙂"),
            ("party_parrot", ":party_parrot:"),
        ];
        for (slack, ours) in cases {
            assert_eq!(reaction(slack), ours, "{slack}");
        }
    }
}
