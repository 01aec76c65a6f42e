//! Reads a file that is one JSON array, or one JSON value a line, element by element. An element that is no JSON ends an
//! array; what came before it counts.

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

/// What is done with each element and its place in the array, from 0.
pub(crate) type Each<'a> = &'a mut dyn FnMut(usize, Result<Value, String>) -> ControlFlow<()>;

/// Reads an array.
///
/// # Errors
/// A sentence: the file is no array, or can't be read to its end.
pub(crate) fn of_array(from: impl Read, each: Each) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_reader(BufReader::with_capacity(256 * 1024, from));
    let mut stopped = false;
    let read = Elements { each, stopped: &mut stopped }.deserialize(&mut reader);
    match read {
        Err(error) if !stopped => Err(format!("it can't be read to its end: {error}")),
        _ => Ok(()),
    }
}

/// Bytes of a line.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// Reads a file of lines, the empty ones left out; `each` gets the number of the line, from 0, and says whether to go on.
///
/// # Errors
/// A sentence: it can't be read to its end.
pub(crate) fn of_lines(
    from: impl Read,
    each: &mut dyn FnMut(usize, Result<String, String>) -> bool,
) -> Result<(), String> {
    let mut from = BufReader::with_capacity(256 * 1024, from);
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let failed = |error: std::io::Error| format!("it can't be read to its end: {error}");
        if (&mut from).take(MAX_LINE).read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Ok(());
        }
        let whole = line.ends_with(b"\n") || (line.len() as u64) < MAX_LINE;
        let text = match whole {
            true => String::from_utf8(line).map_err(|_| "it is no UTF-8".to_string()),
            false => {
                from.skip_until(b'\n').map_err(failed)?;
                Err(format!("it is longer than {MAX_LINE} bytes"))
            }
        };
        let empty = text.as_ref().is_ok_and(|text| text.trim().is_empty());
        if !empty && !each(number, text) {
            return Ok(());
        }
        number += 1;
    }
}

struct Elements<'a, 'b> {
    each: Each<'a>,
    stopped: &'b mut bool,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        let mut index = 0;
        while let Some(raw) = list.next_element::<Box<RawValue>>()? {
            let value = serde_json::from_str(raw.get()).map_err(|error| format!("it is no JSON: {error}"));
            if (self.each)(index, value).is_break() {
                *self.stopped = true;
                return Err(serde::de::Error::custom("enough"));
            }
            index += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Result<Value, String>>, Result<(), String>) {
        let mut all = Vec::new();
        let end = of_array(text.as_bytes(), &mut |_, value| {
            all.push(value);
            ControlFlow::Continue(())
        });
        (all, end)
    }

    #[test]
    fn what_comes_before_the_damage_counts() {
        let (all, end) = read("[1, {\"a\": [2]}, \"x\"");
        assert_eq!(all.len(), 3);
        assert!(end.unwrap_err().contains("EOF"));
        assert!(read("{\"not\": \"a list\"}").1.unwrap_err().contains("a list"));
        assert_eq!(read("[]"), (vec![], Ok(())));
    }

    #[test]
    fn an_element_that_nests_without_end_is_one_bad_element() {
        let deep = format!("[{}{}, 2]", "[".repeat(5000), "]".repeat(5000));
        let (all, end) = read(&deep);
        assert!(all.first().is_none_or(Result::is_err), "{end:?}");
    }

    #[test]
    fn one_can_stop() {
        let mut seen = 0;
        let end = of_array(&b"[1,2,3]"[..], &mut |_, _| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert_eq!((seen, end), (1, Ok(())));
    }
}
