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
mod social;
mod tokens;

pub use actor::{Accounts, Services};
pub use messages::{
    CancelSignOff, CompleteSignUp, GetSignOff, ProviderSignIn, RefreshAccess, RequestSignUp, SignIn,
    SignInWithProvider, SignedIn, TimeLeft,
};
pub use passwords::{Cost, Passwords, Verdict};
pub use social::PROVIDER_PATIENCE;
pub use tokens::{Caller, TokenKeys, Tokens};
