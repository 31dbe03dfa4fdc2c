//! `/diary`: the own calendar, and one diary at a time.

pub(super) mod calendar;
pub(super) mod comments;
pub(super) mod delete;
pub(super) mod detail;
pub(super) mod edit;
pub(super) mod posting;
pub(super) mod replies;
