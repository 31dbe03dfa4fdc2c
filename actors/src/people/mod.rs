//! Use cases of a signed-in person around their own account.

mod me;
mod password;
mod profile;
mod sessions;
mod sign_off;

pub use me::GetMyInfo;
pub use password::ChangePassword;
pub use profile::EditProfile;
pub use sessions::{EndAllSessions, EndSession, ListSessions, LogOut, MySession};
pub use sign_off::SignOff;
