//! Every route, black-box: a real server on a loopback port, spoken to as the client speaks.
//!
//! Files mirror the paths: `POST /feeds/{diaryId}/like` is tested in `http/feeds/like.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "http/mod.rs"]
mod http;
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod kit;
