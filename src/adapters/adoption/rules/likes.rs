//! Likes: one per person and diary, the first.

use nine_cloud_actors::domain::diary::Like;
use nine_cloud_actors::domain::ids::{DiaryId, LikeId, UserId};

use super::times::Times;
use crate::adapters::adoption::old::OldLike;
use crate::adapters::adoption::report::{Changes, Why};
use crate::adapters::adoption::survey::Survey;

pub(in crate::adapters::adoption) fn adopt(
    old: &OldLike,
    survey: &Survey,
    changes: &mut Changes,
) -> Option<Like> {
    let Some(person) = old.person.filter(|person| survey.has_person(Some(*person))) else {
        changes.dropped(Why::PersonMissing);
        return None;
    };
    let Some(diary) = old.diary.filter(|diary| survey.has_diary(Some(*diary))) else {
        changes.dropped(Why::DiaryMissing);
        return None;
    };
    if let Some(first) = survey.first_like(person, diary).filter(|first| *first != old.id) {
        changes.dropped_for(Why::DoubleLike, first);
        return None;
    }
    let times = Times::of(old.created_at.as_deref(), old.updated_at.as_deref()).note(changes);
    Some(Like {
        id: LikeId(old.id),
        user: UserId(person),
        diary: DiaryId(diary),
        created_at: times.created_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::adoption::old::{OldDiary, OldPerson};
    use crate::adapters::adoption::report::Table;

    #[test]
    fn a_like_is_somebodys_for_something_and_the_first() {
        let mut survey = Survey::default();
        survey.see_person(&OldPerson { id: 1, ..OldPerson::default() });
        survey.see_diary(&OldDiary { id: 10, author: Some(1), ..OldDiary::default() });
        let like = |id, person, diary| OldLike {
            id,
            person: Some(person),
            diary: Some(diary),
            created_at: Some("2024-01-12 01:30:00.000".to_owned()),
            updated_at: Some("2024-01-12 01:30:00.000".to_owned()),
        };
        let likes = [like(1, 1, 10), like(2, 1, 10), like(3, 2, 10), like(4, 1, 11)];
        for like in &likes {
            survey.see_like(like);
        }
        let adopted = likes.each_ref().map(|like| {
            let mut changes = Changes::of(Table::Likes, like.id);
            let is_kept = adopt(like, &survey, &mut changes).is_some();
            (is_kept, changes.reasons())
        });
        assert_eq!(
            adopted,
            [
                (true, vec![]),
                (false, vec![Why::DoubleLike]),
                (false, vec![Why::PersonMissing]),
                (false, vec![Why::DiaryMissing]),
            ]
        );
    }
}
