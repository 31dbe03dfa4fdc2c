//! The server of NINE Cloud: transports in front of the actors of [`nine_cloud_actors`], adapters behind them.

pub mod adapters;
pub mod http;
