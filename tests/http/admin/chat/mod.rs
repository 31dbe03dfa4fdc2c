//! `/admin/chat`

mod bans;
mod messages;
mod reports;

use super::{operator, start};
