//! The live half from outside: real sockets, raw HTTP where it matters, one test per protocol fact.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

#[path = "realtime/acks.rs"]
mod acks;
#[path = "realtime/attachments.rs"]
mod attachments;
#[path = "realtime/bad_input.rs"]
mod bad_input;
#[path = "realtime/codec.rs"]
mod codec;
#[path = "realtime/cors.rs"]
mod cors;
#[path = "realtime/handshake.rs"]
mod handshake;
#[path = "realtime/heartbeat.rs"]
mod heartbeat;
#[path = "realtime/lab.rs"]
mod lab;
#[path = "realtime/mailbox.rs"]
mod mailbox;
#[path = "realtime/namespaces.rs"]
mod namespaces;
#[path = "realtime/noise.rs"]
mod noise;
#[path = "realtime/polling.rs"]
mod polling;
#[path = "realtime/upgrade.rs"]
mod upgrade;
#[path = "realtime/websocket.rs"]
mod websocket;
