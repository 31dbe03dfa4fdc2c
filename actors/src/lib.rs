//! The actor system of NINE Cloud, the rules of the service, and the ports they need.
//!
//! Everything that lives, waits or fans out is an actor here; everything else is plain code that an actor calls.
//! This crate knows no web framework, no database and no bucket: those are adapters behind [`ports`].
//!
//! * [`domain`]: values and pure rules (names, days in Seoul, clouds, HTML). Imports nothing of ours.
//! * [`ports`]: what the actors need from the world, as traits. Imports `domain`.
//! * [`kit`]: measured, bounded mailboxes; the few lines that make an actix actor one of ours.
//! * [`accounts`], [`sessions`], [`people`], [`diaries`], [`comments`], [`notifications`]: the use cases, one file each.
//! * [`counsel`], [`uploads`], [`mailer`], [`scheduler`], [`metrics`]: what goes on beside a request.
//! * [`administration`]: what administrators do, recorded.
//! * [`refusal`]: why a request was not done; the only error an actor answers with.

pub mod accounts;
pub mod administration;
pub mod comments;
pub mod counsel;
pub mod diaries;
pub mod domain;
pub mod kit;
pub mod mailer;
pub mod metrics;
pub mod notifications;
pub mod people;
pub mod ports;
pub mod refusal;
pub mod rooms;
pub mod scheduler;
pub mod sessions;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod uploads;
