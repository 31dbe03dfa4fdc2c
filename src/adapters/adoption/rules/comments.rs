//! Comments: plain text, kept as typed, blank ones too.

use super::times::Times;
use crate::adapters::adoption::old::OldComment;
use crate::adapters::adoption::report::{Changes, Why};
use crate::adapters::adoption::survey::Survey;
use crate::adapters::sql::AdoptedComment;

/// `None` for a comment of nobody, or on nothing.
pub(in crate::adapters::adoption) fn adopt(
    old: OldComment,
    survey: &Survey,
    changes: &mut Changes,
) -> Option<AdoptedComment> {
    let Some(author) = old.author.filter(|author| survey.has_person(Some(*author))) else {
        changes.dropped(Why::PersonMissing);
        return None;
    };
    let Some(diary) = old.diary.filter(|diary| survey.has_diary(Some(*diary))) else {
        changes.dropped(Why::DiaryMissing);
        return None;
    };
    if old.deleted_at.is_some() {
        changes.changed(Why::DeletedMarkIgnored);
    }
    let times = Times::of(old.created_at.as_deref(), old.updated_at.as_deref()).note(changes);
    Some(AdoptedComment {
        id: old.id,
        diary,
        author,
        content: old.content.unwrap_or_default(),
        is_edited: old.is_edited.is_some_and(|flag| flag != 0),
        created_at: times.created_at,
        updated_at: times.updated_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::adoption::old::{OldDiary, OldPerson};
    use crate::adapters::adoption::report::Table;

    #[test]
    fn what_somebody_said_about_something_is_kept_as_typed() {
        let mut survey = Survey::default();
        survey.see_person(&OldPerson { id: 1, ..OldPerson::default() });
        survey.see_diary(&OldDiary { id: 10, author: Some(1), ..OldDiary::default() });
        let comment = |author, diary, deleted: Option<&str>| OldComment {
            id: 5,
            author: Some(author),
            diary: Some(diary),
            content: Some(" <b>좋아요</b>\n".to_owned()),
            is_edited: Some(1),
            created_at: Some("2024-01-12 01:30:00.000".to_owned()),
            updated_at: Some("2024-01-12 01:30:00.000".to_owned()),
            deleted_at: deleted.map(str::to_owned),
        };
        let adopted = |old| {
            let mut changes = Changes::of(Table::Comments, 5);
            (adopt(old, &survey, &mut changes), changes.reasons())
        };
        let (kept, why) = adopted(comment(1, 10, None));
        let kept = kept.unwrap();
        assert_eq!((kept.content.as_str(), kept.is_edited, why), (" <b>좋아요</b>\n", true, vec![]));
        assert_eq!(adopted(comment(1, 10, Some("2024-02-01 00:00:00.000"))).1, [Why::DeletedMarkIgnored]);
        assert_eq!(adopted(comment(2, 10, None)).1, [Why::PersonMissing]);
        assert_eq!(adopted(comment(1, 11, None)).1, [Why::DiaryMissing]);
    }
}
