//! The Spaces and people whose names a search meets: those that the caller knows of anyway.

use model::{Role, person, space};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::search::{Asked, Hit, SearchError, Words};
use store::{N, Row, Seq, StoreError, TypeNumber};

use super::{Search, Searching, utf16};
use crate::access::workspace_role;
use crate::records;

/// Names of a sort in an answer.
const MOST: usize = 5;
/// Members that are looked through for them: a person is one in every Space.
const AMONG: usize = 500;
/// Of these, so many are read together.
const AT_ONCE: usize = 100;

#[derive(Default)]
pub(super) struct Names {
    pub(super) spaces: Vec<Value>,
    pub(super) people: Vec<Value>,
}

impl Search<'_> {
    pub(super) fn names(&self, words: Words) -> Searching<Names> {
        let mine: Vec<N> = self.spaces.keys().copied().collect();
        let spaces = match self.named(words, space::SPACE.number, &mine, "spaceId")? {
            Ok(found) => found,
            Err(refused) => return Ok(Err(refused)),
        };
        // Guests know of people by the Spaces that they share alone.
        let member = workspace_role(self.by).at_least(Role::Member);
        let people = if member {
            self.named(words, person::PERSON.number, &[self.shared.workspace_n], "personId")?
        } else {
            self.named(words, space::MEMBER.number, &mine, "personId")?
        };
        Ok(people.map(|people| Names { spaces, people }))
    }

    fn named(&self, words: Words, ty: TypeNumber, accounts: &[N], id: &str) -> Searching<Vec<Value>> {
        let asked = Asked {
            words: Some(words),
            ty,
            accounts,
            from: &[],
            kinds: &[],
            flags: 0,
            before: None,
            after: None,
            newest: false,
            limit: AMONG,
            count: AMONG,
        };
        let found = match self.index.find(&asked) {
            Ok(found) => found,
            Err(SearchError::Failed(fault)) => return Ok(Err(SearchError::Failed(fault))),
            Err(refused) => return Ok(Err(refused)),
        };
        let (mut out, mut seen) = (Vec::new(), HashSet::new());
        for some in found.hits.chunks(AT_ONCE) {
            let rows = self.read_together(ty, some)?;
            for hit in some {
                if out.len() == MOST {
                    return Ok(Ok(out));
                }
                let row = rows.get(&(hit.n, hit.created_seq));
                let living = row.filter(|row| row.destroyed.is_none() && row.id.letter() != b'g');
                let Some(row) = living.filter(|row| seen.insert(row.id)) else { continue };
                let name = records::record(&self.shared.registry, row).str("name").to_string();
                let marks = self.index.marks(words, hit.loose, &name);
                // Without marks the name was another one when it was indexed, or the words say only what is not in it.
                if !marks.is_empty() {
                    out.push(json!({ id: row.id, "name": name, "nameMarks": utf16(&name, &marks) }));
                }
            }
        }
        Ok(Ok(out))
    }

    /// The records of some hits, one read for each account.
    fn read_together(&self, ty: TypeNumber, hits: &[Hit]) -> Result<HashMap<(N, Seq), Row>, StoreError> {
        let mut accounts: BTreeMap<N, Vec<Seq>> = BTreeMap::new();
        for hit in hits {
            accounts.entry(hit.n).or_default().push(hit.created_seq);
        }
        let mut rows = HashMap::new();
        for (n, created) in accounts {
            let found = self.at.at_seqs(n, ty, &created, false)?;
            rows.extend(found.into_iter().map(|row| ((n, row.created_seq), row)));
        }
        Ok(rows)
    }
}
