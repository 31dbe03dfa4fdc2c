//! A server as a child process, people in its database, and clients that send whatever they like.

mod images;
#[path = "../../kit/mongo.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod mongo;
mod people;
#[path = "../../kit/proxy.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod proxy;
mod raw;
pub(crate) mod server;

pub(crate) use images::{bmp, form, form_type, good_body, huge_png, picture_form};
pub(crate) use people::Person;
pub(crate) use proxy::Proxy;
pub(crate) use raw::{Answer, Connection, request, send, send_all};
pub(crate) use server::{KEY, Server};

use std::time::Duration;

/// A page that may call us.
pub(crate) const ORIGIN: &str = "http://localhost:3000";

/// A second (issue 2), and two more for a machine with other things to do.
pub(crate) const PROMPT: Duration = Duration::from_secs(3);

/// Text of a diary or comment, to be looked for where it must not be.
pub(crate) const INTIMATE: &str = "intimate-words";
