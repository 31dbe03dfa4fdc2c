//! Translates between HTTP and the messages of the actors. No rule of the service lives here.
//!
//! A URL is found by its path: `POST /feeds/{id}/like` is `feeds/like.rs`. [`routes`] lists them all; [`mod@frame`] stands
//! around every one of them; [`error_table`] says which refusal becomes which answer.

mod admin;
mod ai;
mod assets;
pub mod body;
mod caller;
mod client;
mod community;
mod complete_signup;
mod cors;
mod diary;
mod error;
mod error_table;
mod feeds;
mod fields;
mod frame;
mod logout;
mod metrics;
mod my_info;
mod notifications;
mod openapi;
mod params;
mod requests;
mod routes;
mod shapes;
mod signin;
mod signoff;
mod signup;
mod social;
mod state;
mod status;
mod token;
mod traffic;
mod upload;
mod uploads;

pub use client::TrustedProxies;
pub use error::{ApiError, ErrorBody};
pub use frame::frame;
pub use metrics::RequestMetrics;
pub use openapi::openapi_json;
pub use routes::{ROUTES, clean_paths, configure, nowhere};
pub use shapes::notification_json;
pub use state::{Api, Node};
pub use status::{Check, Readiness};
pub use traffic::{Traffic, count_requests};
