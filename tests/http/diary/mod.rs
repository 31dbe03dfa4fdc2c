//! `/diary`

mod calendar;
mod comments;
mod delete;
mod detail;
mod edit;
mod posting;
mod replies;
