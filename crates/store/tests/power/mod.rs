//! A disk that remembers each step and can fail, and what is left of it after a power cut.

pub(crate) mod disk;
pub(crate) mod vfs;
