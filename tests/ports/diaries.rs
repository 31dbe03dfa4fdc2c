//! The contract of `DiaryStore` about single diaries and months.

use chrono::{NaiveDate, TimeDelta};
use nine_cloud_actors::domain::diary::DiaryChange;
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::html::DiaryHtml;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::SeoulMonth;
use nine_cloud_actors::ports::{DiaryStore, FileTaskKind, FileTaskStore, PortError, UniqueKey};

use crate::harness::{TestDatabase, at, diary, new_diary, now, on_each_backend, person, picture};

on_each_backend!(
    a_published_diary_reads_back_as_it_was_written,
    the_longest_text_and_drawing_fit,
    the_second_diary_of_a_day_changes_nothing,
    of_32_parallel_diaries_one_is_kept,
    strangers_see_public_diaries_only,
    every_view_is_counted_and_moves_no_time,
    a_month_holds_its_first_and_last_day,
    only_the_author_edits,
    a_deleted_diary_queues_its_drawing_for_removal,
);

async fn a_published_diary_reads_back_as_it_was_written(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let mut new = new_diary(mina.id, at("2026-11-22T08:46:09.917888Z"));
    let drawing = picture();
    new.drawing = Some(drawing.clone());
    new.is_public = false;
    let written = store.publish(new).await.unwrap();
    assert_eq!(written.image, Some(Image::Stored(drawing.key.clone())));
    assert_eq!(written.created_at, at("2026-11-22T08:46:09.917Z"));
    assert!((written.emotion.value() - 3.5).abs() < f64::EPSILON);

    let read = store.find_visible(written.id, Some(mina.id)).await.unwrap().unwrap();
    assert_eq!((read.diary, read.like), (written.clone(), None));
    assert_eq!(store.find_of_day(mina.id, written.date).await.unwrap(), Some(written.id));
    assert_eq!(store.find_of_day(mina.id, written.date.succ_opt().unwrap()).await.unwrap(), None);
    assert_eq!(store.find_pending(&drawing.key).await.unwrap(), Some(drawing.bytes));
}

async fn the_longest_text_and_drawing_fit(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let mut new = new_diary(mina.id, now());
    new.content = DiaryHtml::from_store("<b>".repeat(200_000));
    let mut drawing = picture();
    drawing.bytes = vec![0xff; 10 * 1024 * 1024].into();
    new.drawing = Some(drawing.clone());
    let written = store.publish(new.clone()).await.unwrap();
    let read = store.find_visible(written.id, None).await.unwrap().unwrap();
    assert!(read.diary.content == new.content);
    assert!(store.find_pending(&drawing.key).await.unwrap() == Some(drawing.bytes));
}

async fn the_second_diary_of_a_day_changes_nothing(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    diary(&store, mina.id, now()).await;
    let mut second = new_diary(mina.id, now());
    let drawing = picture();
    second.drawing = Some(drawing.clone());
    let outcome = store.publish(second).await;
    assert!(matches!(outcome, Err(PortError::Conflict(UniqueKey::DiaryOfDay))), "{outcome:?}");
    assert_eq!(store.find_pending(&drawing.key).await.unwrap(), None);
    diary(&store, mina.id, now() + TimeDelta::days(1)).await;
}

async fn of_32_parallel_diaries_one_is_kept(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let mina = person(&one, "mina").await;
    let posts = (0..32).map(|n| {
        let mut new = new_diary(mina.id, now());
        new.drawing = Some(picture());
        if n % 2 == 0 { one.publish(new) } else { two.publish(new) }
    });
    let outcomes = futures_util::future::join_all(posts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for lost in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(lost, PortError::Conflict(UniqueKey::DiaryOfDay)), "{lost:?}");
    }
    assert_eq!(FileTaskStore::claim(&one, now(), now(), 100).await.unwrap().len(), 1);
}

async fn strangers_see_public_diaries_only(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let public = diary(&store, mina.id, now()).await;
    let mut private = new_diary(mina.id, now() + TimeDelta::days(1));
    private.is_public = false;
    let private = store.publish(private).await.unwrap();
    for (viewer, sees_private) in [(Some(mina.id), true), (Some(jun.id), false), (None, false)] {
        assert!(store.find_visible(public.id, viewer).await.unwrap().is_some());
        assert_eq!(store.find_visible(private.id, viewer).await.unwrap().is_some(), sees_private);
        for id in [private.id.0 + 1, 0, -1, i64::MAX] {
            assert!(store.find_visible(DiaryId(id), viewer).await.unwrap().is_none());
        }
    }
}

async fn every_view_is_counted_and_moves_no_time(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let written = diary(&store, mina.id, now()).await;
    let views = (0..20).map(|_| store.count_view(written.id));
    let mut numbers: Vec<i64> =
        futures_util::future::join_all(views).await.into_iter().map(|n| n.unwrap().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    let read = store.find_visible(written.id, None).await.unwrap().unwrap().diary;
    assert_eq!((read.view_count, read.updated_at), (20, written.updated_at));
    assert_eq!(store.count_view(DiaryId(written.id.0 + 1)).await.unwrap(), None);
}

async fn a_month_holds_its_first_and_last_day(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    // First and last moments of November in Seoul, and their neighbours.
    let moments =
        ["2026-11-30T14:59:59Z", "2026-10-31T14:59:59Z", "2026-10-31T15:00:00Z", "2026-11-30T15:00:00Z"];
    for moment in moments {
        diary(&store, mina.id, at(moment)).await;
    }
    diary(&store, jun.id, now()).await;
    let november = SeoulMonth::new(2026, 11).unwrap();
    let days: Vec<NaiveDate> =
        store.list_month(mina.id, november).await.unwrap().into_iter().map(|diary| diary.date).collect();
    let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    assert_eq!(days, [day(1), day(30)]);
    for (year, month) in [(1970, 1), (9999, 12)] {
        let month = SeoulMonth::new(year, month).unwrap();
        assert!(store.list_month(mina.id, month).await.unwrap().is_empty());
    }
    diary(&store, mina.id, at("9999-12-31T00:00:00Z")).await;
    assert_eq!(store.list_month(mina.id, SeoulMonth::new(9999, 12).unwrap()).await.unwrap().len(), 1);
}

async fn only_the_author_edits(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let later = now() + TimeDelta::hours(1);
    let hide = DiaryChange { content: None, is_public: false };
    for (who, which) in [(jun.id, written.id), (mina.id, DiaryId(written.id.0 + 1)), (UserId(0), DiaryId(0))]
    {
        assert!(store.edit(who, which, hide.clone(), later).await.unwrap().is_none());
    }
    let hidden = store.edit(mina.id, written.id, hide, later).await.unwrap().unwrap();
    assert_eq!((hidden.is_public, hidden.updated_at), (false, later));
    assert!(hidden.content == written.content);
    let text = DiaryHtml::from_store("<p>다시</p>".to_owned());
    let change = DiaryChange { content: Some(text.clone()), is_public: true };
    let edited = store.edit(mina.id, written.id, change.clone(), later).await.unwrap().unwrap();
    assert!(edited.content == text && edited.is_public && edited.created_at == written.created_at);
    let again = store.edit(mina.id, written.id, change, later).await.unwrap();
    assert_eq!(again, Some(edited), "an edit that changes nothing is no miss");
}

async fn a_deleted_diary_queues_its_drawing_for_removal(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let mut new = new_diary(mina.id, now());
    let drawing = picture();
    new.drawing = Some(drawing.clone());
    let written = store.publish(new).await.unwrap();
    store.toggle_like(jun.id, written.id, now()).await.unwrap();
    assert!(!store.delete(jun.id, written.id, now()).await.unwrap());
    assert!(store.delete(mina.id, written.id, now()).await.unwrap());
    assert!(!store.delete(mina.id, written.id, now()).await.unwrap());
    assert!(store.find_visible(written.id, Some(mina.id)).await.unwrap().is_none());
    let tasks = FileTaskStore::claim(&store, now(), now(), 10).await.unwrap();
    assert!(
        matches!(&tasks[..], [task] if task.key == drawing.key && matches!(task.kind, FileTaskKind::Delete))
    );
    // The day is free again.
    diary(&store, mina.id, now()).await;
}
