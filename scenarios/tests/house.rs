//! The rules of the house: what ARCHITECTURE.md, the glossary and the pages promise about the tree itself. Each rule is
//! an ordinary test that reads files; none starts a server.

mod house {
    mod arrows;
    mod changes;
    mod files;
    mod glossary;
    mod links;
    mod machine;
    mod protocol;
    mod stories;
    mod tree;
}
