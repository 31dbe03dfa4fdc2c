//! `/community`

mod messages;
mod rooms;
