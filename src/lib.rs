//! The server of NINE Cloud: transports in front of the actors of [`nine_cloud_actors`], adapters behind them.
//!
//! * [`settings`]: every variable, read once.
//! * [`http`]: translates requests into messages and replies into answers.
//! * [`realtime`]: Engine.IO and Socket.IO; spoken by the conformance server so far.
//! * [`process`]: what the operating system says about it.
//! * [`adapters`]: one folder per backend, each behind a port.
//! * [`system`]: wires everything; [`server`] starts and stops it.

pub mod adapters;
pub mod cli;
pub mod data_dir;
pub mod http;
pub mod open_files;
pub mod process;
pub mod realtime;
pub mod server;
pub mod settings;
pub mod system;
pub mod telemetry;
pub mod tls;
