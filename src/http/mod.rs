//! Translates between HTTP and the messages of the actors.

pub mod body;
