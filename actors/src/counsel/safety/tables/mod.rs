//! What the check looks for, as data. One file per way of speaking; the notation is that of [`pattern`](super::pattern).
//! A line describes a form of speech (a stem with its endings), never a sentence somebody wrote.

mod death;
mod farewell;
mod harm;
mod methods;
mod vanishing;
mod weariness;

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
    [death::GROUPS, vanishing::GROUPS, weariness::GROUPS, farewell::GROUPS, harm::GROUPS, methods::GROUPS]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::{context, groups, idioms::IDIOMS, pairs::PAIRS, slots::SLOTS};

    #[test]
    fn every_line_is_well_formed_and_starts_with_a_letter() {
        let lines =
            groups().flat_map(|group| group.lines).chain(IDIOMS).chain(context::FICTION_BEFORE).copied();
        let lines = lines.chain(context::PEOPLE.iter().map(|(line, _)| *line));
        let lines: Vec<&str> = lines.chain(PAIRS.iter().flat_map(|(one, other)| [*one, *other])).collect();
        for line in &lines {
            assert!(!Pattern::new(line).first_letters().is_empty(), "{line} can start anywhere");
        }
        for line in
            lines.into_iter().chain(context::FADED_AFTER.iter().chain(context::REPORTED_AFTER).copied())
        {
            assert_eq!(line.matches('(').count(), line.matches(')').count(), "{line}");
            for name in line.split('{').skip(1).map(|rest| rest.split('}').next()) {
                assert!(SLOTS.iter().any(|(known, _)| Some(*known) == name), "{name:?} in {line}");
            }
            assert!(!line.trim_start_matches('=').contains('='), "{line}: `=` only counts as the first sign");
        }
    }
}
