//! Models of language, one file per protocol.

mod openai;

pub use openai::{OpenAi, OpenAiError};
