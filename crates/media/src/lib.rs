//! What is made of files that nobody vouches for: text and previews. It knows bytes and limits, and neither Items nor the
//! store; whatever it runs or decodes has bounds of time, memory and output.

mod html;
pub mod picture;
mod runner;
mod text;

pub use runner::{Limits, Output, RunError, Runner};
pub use text::{NoText, TextMaker};
