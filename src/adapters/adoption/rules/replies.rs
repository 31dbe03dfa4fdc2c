//! Replies: as comments; the diary of a reply is that of its comment.

use super::times::Times;
use crate::adapters::adoption::old::OldReply;
use crate::adapters::adoption::report::{Changes, Why};
use crate::adapters::adoption::survey::Survey;
use crate::adapters::sql::AdoptedReply;

/// `diary`: that of the comment, if the comment was adopted. `None` for a reply of nobody, or to nothing.
pub(in crate::adapters::adoption) fn adopt(
    old: OldReply,
    diary: Option<i64>,
    survey: &Survey,
    changes: &mut Changes,
) -> Option<AdoptedReply> {
    let Some(author) = old.author.filter(|author| survey.has_person(Some(*author))) else {
        changes.dropped(Why::PersonMissing);
        return None;
    };
    let Some((comment, diary)) = old.comment.zip(diary) else {
        changes.dropped(Why::CommentMissing);
        return None;
    };
    if old.diary != Some(diary) {
        changes.changed_for(Why::DiaryOfReplyMended, diary);
    }
    if old.deleted_at.is_some() {
        changes.changed(Why::DeletedMarkIgnored);
    }
    let times = Times::of(old.created_at.as_deref(), old.updated_at.as_deref()).note(changes);
    Some(AdoptedReply {
        id: old.id,
        comment,
        diary,
        author,
        content: old.content.unwrap_or_default(),
        created_at: times.created_at,
        updated_at: times.updated_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::adoption::old::OldPerson;
    use crate::adapters::adoption::report::Table;

    #[test]
    fn a_reply_follows_its_comment() {
        let mut survey = Survey::default();
        survey.see_person(&OldPerson { id: 1, ..OldPerson::default() });
        let reply = |author| OldReply {
            id: 5,
            author: Some(author),
            comment: Some(3),
            diary: Some(10),
            content: Some("네".to_owned()),
            created_at: Some("2024-01-12 01:30:00.000".to_owned()),
            updated_at: Some("2024-01-12 01:30:00.000".to_owned()),
            deleted_at: None,
        };
        let adopted = |old, diary| {
            let mut changes = Changes::of(Table::Replies, 5);
            let reply = adopt(old, diary, &survey, &mut changes);
            (reply.map(|reply| reply.diary), changes.reasons())
        };
        assert_eq!(adopted(reply(1), Some(10)), (Some(10), vec![]));
        assert_eq!(adopted(reply(1), Some(11)), (Some(11), vec![Why::DiaryOfReplyMended]));
        assert_eq!(adopted(reply(1), None), (None, vec![Why::CommentMissing]));
        assert_eq!(adopted(reply(2), Some(10)), (None, vec![Why::PersonMissing]));
    }
}
