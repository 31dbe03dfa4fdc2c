//! The tests of `http.rs` once more, each on a MySQL or MariaDB database of its own.
//!
//! They need `TEST_MYSQL_URL`, a server where databases may be created and dropped, e.g. `mysql://root@127.0.0.1:3306`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "http/mod.rs"]
mod http;
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod kit;
