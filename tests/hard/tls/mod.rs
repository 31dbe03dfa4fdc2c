//! TLS to real servers with certificates of an authority that nobody knows.

mod authority;
mod mariadb;
mod mysql;
mod redis;
