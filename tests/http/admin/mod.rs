//! `/admin`

mod actors;
mod chat;
