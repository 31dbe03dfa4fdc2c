//! Everything before there is a session: sign-up, sign-in, tokens, and taking back a removal.
//!
//! One [`Accounts`] actor per worker thread; it keeps no state of its own, so any of them may take any message.

mod actor;
mod hs256;
mod messages;
mod passwords;
mod sign_in;
mod sign_off;
mod sign_up;
mod tokens;

pub use actor::{Accounts, Services};
pub use messages::{
    CancelSignOff, CompleteSignUp, GetSignOff, RefreshAccess, RequestSignUp, SignIn, SignInWithProvider,
    SignedIn,
};
pub use passwords::{Cost, Passwords, Verdict};
pub use tokens::{Caller, TokenKeys, Tokens};
