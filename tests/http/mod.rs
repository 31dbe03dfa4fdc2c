//! One file per path; what holds for all of them is in `auth`, `cors`, `limits`, `privacy` and `routes`.

mod auth;
mod complete_signup;
mod cors;
mod routes;
mod signin;
mod signup;
mod token;
