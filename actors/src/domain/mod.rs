//! Values and pure rules of the diary service. Imports nothing else of ours.

pub mod account;
pub mod address;
pub mod chat;
pub mod comment;
pub mod deed;
pub mod diary;
pub mod email;
pub mod emotion;
pub mod file;
pub mod html;
pub mod identity;
pub mod ids;
pub mod mail;
pub mod notification;
pub mod password;
pub mod secret;
pub mod seoul;
pub mod session;
pub mod solution;
pub mod text;
