//! `/ai`: what a client asks about a day that it has not saved.

pub(super) mod solution;
