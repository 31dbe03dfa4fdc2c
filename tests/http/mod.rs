//! One file per path; what holds for all of them is in `auth`, `cors`, `privacy` and `routes`.

mod admin;
mod assets;
mod auth;
mod community;
mod complete_signup;
mod cors;
mod day_in_the_life;
mod diary;
mod feeds;
mod logout;
mod metrics;
mod my_info;
mod notifications;
mod privacy;
mod routes;
mod signin;
mod signoff;
mod signup;
mod social;
mod token;
mod uploads;
