//! The contract of `CommentStore`.

use chrono::TimeDelta;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::diary::{Diary, DiaryChange};
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, ReplyId, UserId};
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{CommentStore, DiaryStore, OwnOutcome};

use crate::harness::{TestDatabase, diary, now, on_each_backend, person};

on_each_backend!(
    comments_are_listed_newest_first_with_their_authors,
    replies_are_listed_newest_first_with_their_authors,
    only_its_author_changes_a_comment,
    only_its_author_changes_a_reply,
    below_what_is_not_seen_nothing_is_read_written_or_changed,
    a_comment_goes_with_its_replies_and_a_diary_with_its_comments,
    comments_race_with_the_end_of_their_diary,
);

fn text(text: &str) -> CommentText {
    CommentText::parse(text).unwrap()
}

async fn comment(store: &SqlStore, author: UserId, diary: DiaryId) -> CommentId {
    store.add(author, diary, text("<b>좋아요</b> 😀"), now()).await.unwrap().unwrap().id
}

async fn hide(store: &SqlStore, diary: &Diary) {
    let change = DiaryChange { content: None, is_public: false };
    DiaryStore::edit(store, diary.author, diary.id, change, now()).await.unwrap().unwrap();
}

async fn comments_are_listed_newest_first_with_their_authors(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let first = comment(&store, jun.id, written.id).await;
    let second = comment(&store, mina.id, written.id).await;
    let newest =
        store.add(jun.id, written.id, text("셋"), now() + TimeDelta::seconds(1)).await.unwrap().unwrap().id;
    let other = diary(&store, jun.id, now()).await;
    comment(&store, jun.id, other.id).await;
    for viewer in [None, Some(mina.id), Some(jun.id)] {
        let listed = store.list(written.id, viewer).await.unwrap();
        assert_eq!(listed.iter().map(|c| c.id).collect::<Vec<_>>(), [newest, second, first]);
        let oldest = &listed[2];
        assert_eq!((oldest.author.id, oldest.author.username.as_str()), (jun.id, "jun"));
        assert_eq!((oldest.content.as_str(), oldest.is_edited), ("<b>좋아요</b> 😀", false));
        assert_eq!((oldest.diary, oldest.created_at, oldest.updated_at), (written.id, now(), now()));
    }
    assert!(store.list(DiaryId(-1), None).await.unwrap().is_empty());
}

async fn replies_are_listed_newest_first_with_their_authors(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let below = comment(&store, jun.id, written.id).await;
    let first = store.add_reply(mina.id, written.id, below, text("하나"), now()).await.unwrap().unwrap().id;
    let second = store.add_reply(jun.id, written.id, below, text("둘"), now()).await.unwrap().unwrap().id;
    let listed = store.list_replies(written.id, None).await.unwrap();
    assert_eq!(listed.iter().map(|reply| reply.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!((listed[1].comment, listed[1].diary, listed[1].author.id), (below, written.id, mina.id));
    // Of another diary, or of none.
    let other = diary(&store, jun.id, now()).await;
    assert!(store.add_reply(jun.id, other.id, below, text("x"), now()).await.unwrap().is_none());
    let missing = CommentId(below.0 + 1);
    assert!(store.add_reply(jun.id, written.id, missing, text("x"), now()).await.unwrap().is_none());
    assert!(store.list_replies(other.id, None).await.unwrap().is_empty());
}

async fn only_its_author_changes_a_comment(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let id = comment(&store, jun.id, written.id).await;
    let later = now() + TimeDelta::minutes(1);
    let edit = async |who, which| CommentStore::edit(&store, who, which, text("고침"), later).await.unwrap();
    assert_eq!(edit(mina.id, id).await, OwnOutcome::NotYours);
    assert_eq!(edit(jun.id, CommentId(id.0 + 1)).await, OwnOutcome::Missing);
    assert_eq!(edit(jun.id, id).await, OwnOutcome::Done);
    let listed = store.list(written.id, None).await.unwrap().remove(0);
    assert_eq!((listed.content.as_str(), listed.is_edited, listed.updated_at), ("고침", true, later));
    assert_eq!(listed.created_at, now());

    let delete = async |who, which| CommentStore::delete(&store, who, which).await.unwrap();
    assert_eq!(delete(mina.id, id).await, OwnOutcome::NotYours);
    assert_eq!(delete(jun.id, id).await, OwnOutcome::Done);
    assert_eq!(delete(jun.id, id).await, OwnOutcome::Missing);
}

async fn only_its_author_changes_a_reply(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let other = diary(&store, jun.id, now()).await;
    let below = comment(&store, jun.id, written.id).await;
    let id = store.add_reply(jun.id, written.id, below, text("답"), now()).await.unwrap().unwrap().id;
    let edit =
        async |who, diary, which| store.edit_reply(who, diary, which, text("고침"), now()).await.unwrap();
    assert_eq!(edit(mina.id, written.id, id).await, OwnOutcome::NotYours);
    assert_eq!(edit(jun.id, other.id, id).await, OwnOutcome::Missing);
    assert_eq!(edit(jun.id, written.id, ReplyId(id.0 + 1)).await, OwnOutcome::Missing);
    assert_eq!(edit(jun.id, written.id, id).await, OwnOutcome::Done);
    assert_eq!(store.list_replies(written.id, None).await.unwrap()[0].content, "고침");
    assert_eq!(store.delete_reply(mina.id, id).await.unwrap(), OwnOutcome::NotYours);
    assert_eq!(store.delete_reply(jun.id, id).await.unwrap(), OwnOutcome::Done);
    assert_eq!(store.delete_reply(jun.id, id).await.unwrap(), OwnOutcome::Missing);
}

async fn below_what_is_not_seen_nothing_is_read_written_or_changed(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let juns = comment(&store, jun.id, written.id).await;
    let minas = comment(&store, mina.id, written.id).await;
    let reply = store.add_reply(mina.id, written.id, juns, text("답"), now()).await.unwrap().unwrap().id;
    hide(&store, &written).await;

    for viewer in [None, Some(jun.id)] {
        assert!(store.list(written.id, viewer).await.unwrap().is_empty());
        assert!(store.list_replies(written.id, viewer).await.unwrap().is_empty());
    }
    assert_eq!(store.list(written.id, Some(mina.id)).await.unwrap().len(), 2);
    assert!(store.add(jun.id, written.id, text("x"), now()).await.unwrap().is_none());
    assert!(store.add_reply(jun.id, written.id, juns, text("x"), now()).await.unwrap().is_none());
    let edit = async |which| CommentStore::edit(&store, jun.id, which, text("x"), now()).await.unwrap();
    assert_eq!(edit(juns).await, OwnOutcome::Missing);
    assert_eq!(edit(minas).await, OwnOutcome::Missing);
    assert_eq!(CommentStore::delete(&store, jun.id, minas).await.unwrap(), OwnOutcome::Missing);
    assert_eq!(store.delete_reply(jun.id, reply).await.unwrap(), OwnOutcome::Missing);
    // One's own words can always be taken back.
    assert_eq!(CommentStore::delete(&store, jun.id, juns).await.unwrap(), OwnOutcome::Done);
}

async fn a_comment_goes_with_its_replies_and_a_diary_with_its_comments(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let written = diary(&store, mina.id, now()).await;
    let (one, two) = (comment(&store, mina.id, written.id).await, comment(&store, mina.id, written.id).await);
    store.add_reply(mina.id, written.id, one, text("하나"), now()).await.unwrap().unwrap();
    let kept = store.add_reply(mina.id, written.id, two, text("둘"), now()).await.unwrap().unwrap().id;
    assert_eq!(CommentStore::delete(&store, mina.id, one).await.unwrap(), OwnOutcome::Done);
    let left = store.list_replies(written.id, None).await.unwrap();
    assert_eq!(left.iter().map(|reply| reply.id).collect::<Vec<_>>(), [kept]);
    assert!(DiaryStore::delete(&store, mina.id, written.id, now()).await.unwrap());
    assert_eq!(CommentStore::delete(&store, mina.id, two).await.unwrap(), OwnOutcome::Missing);
}

async fn comments_race_with_the_end_of_their_diary(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    for n in 0..10 {
        let written = diary(&store, mina.id, now() + TimeDelta::days(n)).await;
        let adds = (0..4).map(|_| store.add(mina.id, written.id, text("x"), now()));
        let (added, deleted) = tokio::join!(
            futures_util::future::join_all(adds),
            DiaryStore::delete(&store, mina.id, written.id, now())
        );
        assert!(deleted.unwrap());
        for outcome in added {
            outcome.unwrap();
        }
        assert!(store.list(written.id, Some(mina.id)).await.unwrap().is_empty());
    }
}
