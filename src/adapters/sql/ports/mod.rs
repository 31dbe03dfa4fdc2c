//! The ports, one file each: owned arguments in, one query function each.

mod accounts;
mod audit;
mod chat_log;
mod chat_people;
mod comments;
mod diaries;
mod files;
mod identities;
mod jobs;
mod mail;
mod notifications;
mod sessions;
mod solutions;
