//! What the four stages are told. All of it comes from [`UploadPipeline`](super::UploadPipeline).

use actix::Message;
use bytes::Bytes;
use tokio::time::Instant;

use super::inspect::Picture;
use super::{Purpose, Ticket};
use crate::domain::file::{FileKey, NewFile};
use crate::domain::ids::UserId;
use crate::ports::Elsewhere;
use crate::refusal::Outcome;

/// To `Intake`: asks for a place. Answered at once, or when a place is free, or with `Busy` at `until`.
#[derive(Message)]
#[rtype(result = "Outcome<Ticket>")]
pub struct Admit {
    /// Who uploads; everyone has a share.
    pub user: UserId,
    /// When the person stops waiting.
    pub until: Instant,
}

/// To `Inspect`: what is this?
#[derive(Message)]
#[rtype(result = "Outcome<InspectedImage>")]
pub struct InspectImage {
    /// The sender's place.
    pub ticket: Ticket,
    /// The file as sent.
    pub bytes: Bytes,
    /// What it is for.
    pub purpose: Purpose,
}

/// A picture that may be decoded.
pub struct InspectedImage {
    pub(super) ticket: Ticket,
    pub(super) bytes: Bytes,
    pub(super) purpose: Purpose,
    pub(super) picture: Picture,
}

/// To `Transcode`: writes the picture anew. The ticket is given back when that is done.
#[derive(Message)]
#[rtype(result = "Outcome<NewFile>")]
pub struct TranscodeImage(pub InspectedImage);

/// To `Store`: a file was committed, or is to be removed. May be lost: a timer looks too.
#[derive(Message)]
#[rtype(result = "()")]
pub struct MovePending;

/// To `Store`: like [`MovePending`], answered when all that was due has been tried once.
#[derive(Message)]
#[rtype(result = "()")]
pub struct FlushPending;

/// To `Store`: where is this file by now?
#[derive(Message)]
#[rtype(result = "Outcome<OpenedFile>")]
pub struct OpenFile(pub FileKey);

/// What somebody gets who asks for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenedFile {
    /// Itself, from our store or still from SQL.
    Bytes(Bytes),
    /// The way to a store that serves it to browsers.
    Elsewhere(Elsewhere),
}
