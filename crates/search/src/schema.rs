//! What stands in the index of a record: its words, and the figures by which it is filtered and sorted. No text is kept.

use jmap::Id;
use store::{N, Seq, TypeNumber};
use tantivy::schema::{BytesOptions, FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Index, Term};

use crate::words::{Word, words};

/// Changes whenever an index of before can't be used any more.
pub(crate) const VERSION: u32 = 1;
const TOKENIZER: &str = "words";

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Account, type and created_seq: the record.
    pub(crate) key: Field,
    pub(crate) account: Field,
    pub(crate) ty: Field,
    pub(crate) seq: Field,
    pub(crate) kind: Field,
    pub(crate) from: Field,
    pub(crate) at: Field,
    pub(crate) flags: Field,
    /// 1 while the text of a file is still to come.
    pub(crate) waits: Field,
    pub(crate) title: Field,
    pub(crate) text: Field,
    pub(crate) files: Field,
}

impl Fields {
    /// With the schema that has them.
    pub(crate) fn new() -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default().set_indexing_options(indexing);
        let key = BytesOptions::default().set_indexed();
        let fields = Fields {
            key: schema.add_bytes_field("key", key.clone()),
            account: schema.add_u64_field("account", FAST | INDEXED),
            ty: schema.add_u64_field("ty", FAST),
            seq: schema.add_u64_field("seq", FAST),
            kind: schema.add_u64_field("kind", FAST),
            from: schema.add_bytes_field("from", key),
            at: schema.add_i64_field("at", FAST),
            flags: schema.add_u64_field("flags", FAST),
            waits: schema.add_u64_field("waits", INDEXED),
            title: schema.add_text_field("title", text.clone()),
            text: schema.add_text_field("text", text.clone()),
            files: schema.add_text_field("files", text),
        };
        (schema.build(), fields)
    }

    /// The term of a record.
    pub(crate) fn key_of(&self, n: N, ty: TypeNumber, created_seq: Seq) -> Term {
        let mut bytes = [0; 13];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        bytes[4] = ty;
        bytes[5..].copy_from_slice(&created_seq.to_be_bytes());
        Term::from_field_bytes(self.key, &bytes)
    }

    /// The term of a person.
    pub(crate) fn author(&self, person: Id) -> Term {
        Term::from_field_bytes(self.from, &person.uuid())
    }
}

/// Makes the index read texts as this crate does.
pub(crate) fn register(index: &Index) {
    index.tokenizers().register(TOKENIZER, TextAnalyzer::builder(OurWords).build());
}

/// The words of this crate as Tantivy takes them.
#[derive(Clone)]
struct OurWords;

struct Stream {
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for OurWords {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { words: words(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token = Token {
            offset_from: word.at.start,
            offset_to: word.at.end,
            position: word.place,
            text: word.form,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
