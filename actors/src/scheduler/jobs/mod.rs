//! The jobs. To add one: a file here with its [`Task`](super::Task) and a constructor that says its row.

mod clean_up;
mod clean_up_chat;
mod purge_accounts;
mod turn_day;

pub use clean_up::clean_up;
pub use clean_up_chat::clean_up_chat;
pub use purge_accounts::{purge_accounts, purge_due};
pub use turn_day::{DayHook, turn_day};
