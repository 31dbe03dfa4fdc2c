//! `/admin/chat`

mod bans;
mod messages;
mod reports;
mod rooms;

use super::{operator, start};
