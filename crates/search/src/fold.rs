//! Letters as they are compared: without case, accents and marks of pronunciation, in one form each. Pure.

use unicode_normalization::UnicodeNormalization;

/// The most bytes of a word in the index. What is longer is compared by its beginning.
const LONGEST: usize = 60;

/// A word as it is compared.
pub(crate) fn fold(word: &str) -> String {
    let mut out = if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        let bare = word.nfkd().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase).filter(|c| !is_mark(*c));
        bare.flat_map(plainest).nfc().collect()
    };
    out.truncate(out.floor_char_boundary(LONGEST));
    out
}

/// The same word with ä, ö, ü written as ae, oe, ue; `None` if it has none of them.
pub(crate) fn written_out(word: &str) -> Option<String> {
    if word.is_ascii() {
        return None;
    }
    let whole: String = word.nfc().collect();
    let mut out = String::with_capacity(whole.len());
    let mut any = false;
    for c in whole.chars() {
        match c {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            _ => {
                out.push(c);
                continue;
            }
        }
        any = true;
    }
    any.then(|| fold(&out))
}

/// Letters that no decomposition makes plain.
fn plainest(c: char) -> impl Iterator<Item = char> {
    let (one, two) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ł' => ('l', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        // Arabic and Persian spellings of one letter.
        'ى' | 'ی' => ('ي', None),
        'ة' | 'ە' => ('ه', None),
        'ک' => ('ك', None),
        'ٱ' => ('ا', None),
        '\u{0660}'..='\u{0669}' => (digit(c, 0x0660), None),
        '\u{06f0}'..='\u{06f9}' => (digit(c, 0x06f0), None),
        other => (other, None),
    };
    std::iter::once(one).chain(two)
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

/// Accents, vowel points and lengthening, which change no word. Marks that are letters in their script are none.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}'..='\u{05c2}' | '\u{05c4}'..='\u{05c5}'
        | '\u{05c7}' | '\u{0610}'..='\u{061a}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}'
        | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e8}' | '\u{06ea}'..='\u{06ed}' | '\u{200c}' | '\u{200d}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Scripts that are written without blanks, or whose words take endings: compared two letters at a time.
pub(crate) fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spellings_do_not_count() {
        for (word, same) in [
            ("Crème", "creme"),
            ("ÅNGSTRÖM", "angstrom"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("ﬁne", "fine"),
            ("Ａｂｃ", "abc"),
            ("Ærø", "aero"),
            ("Łódź", "lodz"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("كِتَابٌ", "كتاب"),
            ("أحمد", "احمد"),
            ("مدرسة", "مدرسه"),
            ("١٢٣", "123"),
            ("한국", "한국"),
            ("ガ", "ガ"),
            ("ｶﾞ", "ガ"),
        ] {
            assert_eq!(fold(word), same, "{word}");
        }
    }

    #[test]
    fn german_umlauts_are_also_written_out() {
        assert_eq!(written_out("Müller").as_deref(), Some("mueller"));
        assert_eq!(written_out("Mu\u{308}ller").as_deref(), Some("mueller"));
        assert_eq!(written_out("é"), None);
        assert_eq!(written_out("plain"), None);
    }

    #[test]
    fn a_word_without_end_is_compared_by_its_beginning() {
        assert_eq!(fold(&"ä".repeat(500)), "a".repeat(60));
        assert!(fold(&"語".repeat(500)).len() <= 60);
    }
}
