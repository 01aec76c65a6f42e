//! PatchObject (RFC 8620 5.3): paths to what changes, and nothing else.

use serde_json::{Map, Value};

/// One update of one record: for each path its new value; `null` takes away.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch(Vec<(Vec<String>, Value)>);

/// Why a PatchObject is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatchError {
    /// One path lies within another, or is given twice.
    Overlap(String),
    /// A path leads through something that is not an object.
    NoWay(String),
    /// A `~` that escapes nothing (RFC 6901).
    Escape(String),
}

impl PatchError {
    /// For people.
    pub fn describe(&self) -> String {
        match self {
            PatchError::Overlap(path) => format!("the path {path:?} lies within another path of the same patch"),
            PatchError::NoWay(path) => format!("the path {path:?} leads through something that is not an object"),
            PatchError::Escape(path) => {
                format!("in the path {path:?} a \"~\" must be written \"~0\" and a \"/\" \"~1\"")
            }
        }
    }
}

impl Patch {
    /// Reads a PatchObject: paths without the leading slash, escaped as in RFC 6901.
    pub fn read(object: &Map<String, Value>) -> Result<Patch, PatchError> {
        let mut paths = Vec::with_capacity(object.len());
        for (text, value) in object {
            let parts: Option<Vec<String>> = text.split('/').map(unescape).collect();
            paths.push((parts.ok_or_else(|| PatchError::Escape(text.clone()))?, value.clone()));
        }
        paths.sort_by(|a, b| a.0.cmp(&b.0));
        // In sorted order a path that lies within another follows its first such container at once or behind siblings.
        for (i, (path, _)) in paths.iter().enumerate() {
            let next = paths.get(i + 1).map(|(next, _)| next);
            if next.is_some_and(|next| next.starts_with(path)) {
                return Err(PatchError::Overlap(next.map(|n| n.join("/")).unwrap_or_default()));
            }
        }
        Ok(Patch(paths))
    }

    /// The paths and their new values.
    pub fn paths(&self) -> impl Iterator<Item = (&[String], &Value)> {
        self.0.iter().map(|(path, value)| (path.as_slice(), value))
    }

    /// The names of the properties it touches, each once.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        self.0.iter().filter_map(move |(path, _)| {
            let name = path[0].as_str();
            (last.replace(name) != Some(name)).then_some(name)
        })
    }

    /// Applies it. All parts of a path before the last must already be objects; nothing is changed on an error.
    pub fn apply(&self, object: &mut Map<String, Value>) -> Result<(), PatchError> {
        for (path, _) in &self.0 {
            let (_, way) = path.split_last().expect("a path has at least one part");
            let mut here = &*object;
            for part in way {
                here = match here.get(part) {
                    Some(Value::Object(next)) => next,
                    _ => return Err(PatchError::NoWay(path.join("/"))),
                };
            }
        }
        for (path, value) in &self.0 {
            let (name, way) = path.split_last().expect("a path has at least one part");
            let mut here = &mut *object;
            for part in way {
                here = match here.get_mut(part) {
                    Some(Value::Object(next)) => next,
                    _ => return Err(PatchError::NoWay(path.join("/"))),
                };
            }
            // A property of its own set to null stays, as null: the table says what null means. Deeper it is gone.
            if value.is_null() && !way.is_empty() {
                here.remove(name);
            } else {
                here.insert(name.clone(), value.clone());
            }
        }
        Ok(())
    }
}

fn unescape(part: &str) -> Option<String> {
    if !part.contains('~') {
        return Some(part.to_string());
    }
    let mut out = String::with_capacity(part.len());
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '~' => match chars.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(before: Value, patch: Value) -> Result<Value, PatchError> {
        let mut object = before.as_object().unwrap().clone();
        Patch::read(patch.as_object().unwrap())?.apply(&mut object)?;
        Ok(Value::Object(object))
    }

    #[test]
    fn a_patch_touches_only_what_it_names() {
        let before = json!({"title": "a", "reactions": {"x": {"p1": true}}});
        assert_eq!(
            check(before.clone(), json!({"reactions/x/p2": true, "title": null})),
            Ok(json!({"title": null, "reactions": {"x": {"p1": true, "p2": true}}}))
        );
        assert_eq!(check(before, json!({"reactions/x": null})), Ok(json!({"title": "a", "reactions": {}})));
    }

    #[test]
    fn slashes_and_tildes_are_escaped() {
        assert_eq!(check(json!({"m": {}}), json!({"m/a~1b~0c": 1})), Ok(json!({"m": {"a/b~c": 1}})));
        assert_eq!(check(json!({"m": {}}), json!({"m/a~2": 1})), Err(PatchError::Escape("m/a~2".into())));
    }

    #[test]
    fn paths_within_each_other_and_paths_through_values_are_refused() {
        assert_eq!(check(json!({"m": {}}), json!({"m": {}, "m/a": 1})), Err(PatchError::Overlap("m/a".into())));
        assert_eq!(
            check(json!({"m": {"a": {}}}), json!({"m/a": 1, "m/a/b": 1})),
            Err(PatchError::Overlap("m/a/b".into()))
        );
        assert_eq!(check(json!({"m": 1}), json!({"m/a": 1})), Err(PatchError::NoWay("m/a".into())));
        assert_eq!(check(json!({}), json!({"m/a": 1})), Err(PatchError::NoWay("m/a".into())));
        assert_eq!(check(json!({"l": [1]}), json!({"l/0": 2})), Err(PatchError::NoWay("l/0".into())));
    }

    #[test]
    fn properties_are_named_once() {
        let patch = json!({"m/a": 1, "m/b": 1, "t": 1});
        let patch = Patch::read(patch.as_object().unwrap()).unwrap();
        assert_eq!(patch.properties().collect::<Vec<_>>(), ["m", "t"]);
    }
}
