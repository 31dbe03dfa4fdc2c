//! `/admin/chat`: reports, bans, rooms to be closed, and messages that have to go.

pub(in crate::http) mod bans;
pub(in crate::http) mod messages;
pub(in crate::http) mod reports;
pub(in crate::http) mod rooms;
