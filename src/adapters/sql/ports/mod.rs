//! The ports, one file each: owned arguments in, one query function each.

mod accounts;
mod comments;
mod diaries;
mod files;
mod jobs;
mod mail;
mod sessions;
