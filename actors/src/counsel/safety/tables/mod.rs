//! What the check looks for, as data. One file per way of speaking; the notation is that of [`pattern`](super::pattern).
//! A line describes a form of speech (a stem with its endings), never a sentence somebody wrote.

mod death;
mod ending;
mod harm;
mod methods;

pub(super) mod context;
pub(super) mod idioms;
pub(super) mod pairs;
pub(super) mod slots;

use super::Risk;

/// Whose death, absence or deed a group speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The words say it themselves.
    Said,
    /// The writer's, unless the sentence names another subject (`모기가 없어졌으면`), which makes it harmless.
    Named,
}

/// Forms of speech of one weight.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) risk: Risk,
    pub(super) subject: Subject,
    pub(super) lines: &'static [&'static str],
}

/// All groups.
pub(super) fn groups() -> impl Iterator<Item = &'static Group> {
    [death::GROUPS, ending::GROUPS, harm::GROUPS, methods::GROUPS].into_iter().flatten()
}
