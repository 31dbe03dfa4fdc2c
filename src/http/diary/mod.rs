//! `/diary`: the own calendar, and one diary at a time.

pub mod calendar;
pub mod comments;
pub mod delete;
pub mod detail;
pub mod edit;
pub mod posting;
pub mod replies;
