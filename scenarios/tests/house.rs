//! The rules of the house: what ARCHITECTURE.md, the glossary and the pages promise about the tree itself. Each rule is
//! an ordinary test that reads files; none starts a server.

mod house {
    mod again;
    mod arrows;
    #[expect(unreachable_pub, reason = "the same text as in the model, where it is public")]
    mod bookmark;
    mod changes;
    mod example;
    mod files;
    mod glossary;
    mod links;
    mod machine;
    mod protocol;
    mod stories;
    mod tree;
    mod web;
}
