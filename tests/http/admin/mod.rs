//! `/admin`

mod actors;
