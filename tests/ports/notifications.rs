//! The contract of `NotificationStore`, and of the methods of other ports that store notifications.

use chrono::TimeDelta;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::account::Account;
use nine_cloud_actors::domain::diary::{Diary, DiaryChange};
use nine_cloud_actors::domain::ids::{CommentId, NotificationId, UserId};
use nine_cloud_actors::domain::notification::{Deed, Notification, NotificationPage};
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{
    AccountStore, Added, CommentStore, DiaryStore, NotificationStore, Notified, OwnOutcome, ProfileChange,
};

use crate::harness::{TestDatabase, diary, now, on_each_backend, person, picture, purge_due};

on_each_backend!(
    each_deed_is_told_to_the_author_of_the_diary,
    a_reply_is_told_to_the_author_of_the_comment_too_but_nobody_twice,
    nobody_is_told_of_their_own_deeds,
    a_like_taken_back_is_told_no_more_and_likes_do_not_pile_up,
    toggles_at_once_leave_a_notification_for_each_like,
    words_taken_away_are_told_no_more,
    what_is_told_follows_its_diary_into_privacy_and_back,
    a_page_follows_its_cursor_while_others_come_in,
    one_is_found_as_it_is_listed_by_its_recipient_alone,
    reading_marks_up_to_one_or_all_and_only_ones_own,
    with_the_diary_the_actor_or_the_recipient_it_is_gone,
    deeds_race_with_the_end_of_whom_they_are_told,
    what_is_old_is_removed_in_pieces,
);

fn text(text: &str) -> CommentText {
    CommentText::parse(text).unwrap()
}

async fn list(store: &SqlStore, recipient: &Account) -> NotificationPage {
    NotificationStore::list(store, recipient.id, None, 100).await.unwrap()
}

async fn told(store: &SqlStore, recipient: &Account) -> Vec<Notification> {
    let page = list(store, recipient).await;
    assert_eq!(page.unread, i64::try_from(page.notifications.len()).unwrap());
    page.notifications
}

fn deeds(notifications: &[Notification]) -> Vec<Deed> {
    notifications.iter().map(|notification| notification.deed).collect()
}

async fn like(store: &SqlStore, by: &Account, diary: &Diary) -> Option<Notified> {
    store.toggle_like(by.id, diary.id, now()).await.unwrap().unwrap().notified
}

async fn comment(store: &SqlStore, by: &Account, diary: &Diary) -> Added<CommentId> {
    store.add(by.id, diary.id, text("저도 그랬어요"), now()).await.unwrap().unwrap()
}

async fn reply(store: &SqlStore, by: &Account, diary: &Diary, below: CommentId) -> (Deed, Vec<Notified>) {
    let added = store.add_reply(by.id, diary.id, below, text("그렇군요"), now()).await.unwrap().unwrap();
    (Deed::Reply { comment: below, reply: added.id }, added.notified)
}

fn recipients(notified: &[Notified]) -> Vec<UserId> {
    notified.iter().map(|one| one.recipient).collect()
}

async fn set_public(store: &SqlStore, diary: &Diary, is_public: bool) {
    let change = DiaryChange { content: None, is_public };
    DiaryStore::edit(store, diary.author, diary.id, change, now()).await.unwrap().unwrap();
}

async fn each_deed_is_told_to_the_author_of_the_diary(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let face = ProfileChange { username: None, picture: Some(picture()) };
    store.update_profile(jun.id, face, now()).await.unwrap();
    let jun = AccountStore::find(&store, jun.id).await.unwrap().unwrap();

    let liked = like(&store, &jun, &written).await.unwrap();
    let long = "구름😀".repeat(20);
    let later = now() + TimeDelta::minutes(1);
    let commented = store.add(jun.id, written.id, text(&long), later).await.unwrap().unwrap();
    let (replied, of_reply) = reply(&store, &jun, &written, commented.id).await;

    let told = told(&store, &mina).await;
    assert_eq!(deeds(&told), [replied, Deed::Comment(commented.id), Deed::Like]);
    let ids: Vec<NotificationId> = told.iter().map(|one| one.id).collect();
    assert_eq!(ids, [of_reply[0].id, commented.notified[0].id, liked.id]);
    for (one, notified) in told.iter().zip([of_reply[0], commented.notified[0], liked]) {
        assert_eq!((one.recipient, notified.recipient, one.diary), (mina.id, mina.id, written.id));
        assert_eq!((one.actor.id, one.actor.username.as_str()), (jun.id, "jun"));
        assert_eq!((&one.actor.profile_image, one.read_at), (&jun.profile_image, None));
    }
    let previews = told.iter().map(|one| one.preview.as_ref().map(|preview| preview.as_str().to_owned()));
    let first_40: String = long.chars().take(40).collect();
    assert_eq!(previews.collect::<Vec<_>>(), [Some("그렇군요".to_owned()), Some(first_40), None]);
    assert_eq!((told[1].created_at, told[2].created_at), (later, now()));
    assert!(list(&store, &jun).await.notifications.is_empty());
}

async fn a_reply_is_told_to_the_author_of_the_comment_too_but_nobody_twice(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let sora = person(&store, "sora").await;
    let written = diary(&store, mina.id, now()).await;
    let (hers, juns) = (comment(&store, &mina, &written).await.id, comment(&store, &jun, &written).await.id);
    let (of_sora, notified) = reply(&store, &sora, &written, juns).await;
    assert_eq!(recipients(&notified), [mina.id, jun.id]);
    let (of_mina, notified) = reply(&store, &mina, &written, juns).await;
    assert_eq!(recipients(&notified), [jun.id]);
    let (to_mina, notified) = reply(&store, &jun, &written, hers).await;
    assert_eq!(recipients(&notified), [mina.id]);
    assert_eq!(deeds(&told(&store, &mina).await), [to_mina, of_sora, Deed::Comment(juns)]);
    assert_eq!(deeds(&told(&store, &jun).await), [of_mina, of_sora]);
    assert!(told(&store, &sora).await.is_empty());
}

async fn nobody_is_told_of_their_own_deeds(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let written = diary(&store, mina.id, now()).await;
    for is_public in [true, false] {
        set_public(&store, &written, is_public).await;
        assert_eq!(like(&store, &mina, &written).await, None);
        let own = comment(&store, &mina, &written).await;
        assert_eq!(own.notified, []);
        assert_eq!(reply(&store, &mina, &written, own.id).await.1, []);
    }
    assert!(told(&store, &mina).await.is_empty());
}

async fn a_like_taken_back_is_told_no_more_and_likes_do_not_pile_up(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    for _ in 0..3 {
        let liked = like(&store, &jun, &written).await.unwrap();
        assert_eq!(told(&store, &mina).await.iter().map(|one| one.id).collect::<Vec<_>>(), [liked.id]);
        assert_eq!(like(&store, &jun, &written).await, None);
        assert!(told(&store, &mina).await.is_empty());
    }
}

async fn toggles_at_once_leave_a_notification_for_each_like(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let mina = person(&one, "mina").await;
    let written = diary(&one, mina.id, now()).await;
    let mut fans = Vec::new();
    for n in 0..8 {
        fans.push(person(&one, &format!("fan{n}")).await.id);
    }
    // Everyone three times, four of them once more.
    let toggles = (0..28).map(|n| {
        let store = if n % 2 == 0 { &one } else { &two };
        store.toggle_like(fans[n % 8], written.id, now())
    });
    for outcome in futures_util::future::join_all(toggles).await {
        assert!(outcome.unwrap().is_some());
    }
    let mut told: Vec<UserId> = told(&one, &mina).await.into_iter().map(|one| one.actor.id).collect();
    told.sort_unstable();
    assert_eq!(told, fans[4..], "whoever toggled an odd number of times, once");
}

async fn words_taken_away_are_told_no_more(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let sora = person(&store, "sora").await;
    let written = diary(&store, mina.id, now()).await;
    let below = comment(&store, &jun, &written).await.id;
    let (kept, _) = reply(&store, &sora, &written, below).await;
    let (Deed::Reply { reply: gone, .. }, _) = reply(&store, &sora, &written, below).await else {
        unreachable!()
    };
    assert_eq!(store.delete_reply(sora.id, gone).await.unwrap(), OwnOutcome::Done);
    assert_eq!(deeds(&told(&store, &mina).await), [kept, Deed::Comment(below)]);
    assert_eq!(deeds(&told(&store, &jun).await), [kept]);
    assert_eq!(CommentStore::delete(&store, jun.id, below).await.unwrap(), OwnOutcome::Done);
    for person in [&mina, &jun] {
        assert!(told(&store, person).await.is_empty());
    }
}

async fn what_is_told_follows_its_diary_into_privacy_and_back(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let below = comment(&store, &jun, &written).await.id;
    let (replied, _) = reply(&store, &mina, &written, below).await;
    let is_shown = async || {
        let [of_comment] = &told(&store, &mina).await[..] else { panic!("one for the author") };
        assert_eq!(of_comment.deed, Deed::Comment(below));
        of_comment.preview.is_some()
    };
    assert!(is_shown().await);
    assert_eq!(deeds(&told(&store, &jun).await), [replied]);

    set_public(&store, &written, false).await;
    assert!(!is_shown().await, "its author still sees that, but not what");
    assert!(told(&store, &jun).await.is_empty(), "to others it is as if there were no diary");
    assert_eq!(store.mark_read(jun.id, Some(NotificationId(1)), now()).await.unwrap(), 0);
    let (_, notified) = reply(&store, &mina, &written, below).await;
    assert_eq!(notified, [], "nobody is told of what they cannot see");

    set_public(&store, &written, true).await;
    assert!(is_shown().await);
    assert_eq!(deeds(&told(&store, &jun).await), [replied]);
    store.begin_sign_off(mina.id, now() + TimeDelta::days(15), now()).await.unwrap();
    assert!(told(&store, &jun).await.is_empty(), "the same when the author is leaving");
}

async fn a_page_follows_its_cursor_while_others_come_in(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let mut commented = Vec::new();
    for _ in 0..5 {
        commented.insert(0, Deed::Comment(comment(&store, &jun, &written).await.id));
    }
    let page = async |before, limit| {
        let page = NotificationStore::list(&store, mina.id, before, limit).await.unwrap();
        (deeds(&page.notifications), page.unread, page.next)
    };
    let (first, unread, next) = page(None, 2).await;
    assert_eq!((&first[..], unread), (&commented[..2], 5));
    comment(&store, &jun, &written).await;
    let (second, unread, next) = page(next, 2).await;
    assert_eq!((&second[..], unread), (&commented[2..4], 6));
    assert_eq!(page(next, 1).await, (commented[4..].to_vec(), 6, None), "exactly the last");
    assert_eq!(page(Some(NotificationId(1)), 2).await, (Vec::new(), 6, None));
    assert_eq!(page(None, 6).await.2, None);
}

async fn reading_marks_up_to_one_or_all_and_only_ones_own(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let (hers, his) = (diary(&store, mina.id, now()).await, diary(&store, jun.id, now()).await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(comment(&store, &jun, &hers).await.notified[0].id);
    }
    comment(&store, &mina, &his).await;
    let read_at = async || {
        let page = list(&store, &mina).await;
        page.notifications.into_iter().rev().map(|one| one.read_at).collect::<Vec<_>>()
    };
    let later = now() + TimeDelta::minutes(1);
    assert_eq!(store.mark_read(mina.id, Some(ids[1]), now()).await.unwrap(), 1);
    assert_eq!(read_at().await, [Some(now()), Some(now()), None]);
    assert_eq!(store.mark_read(mina.id, Some(ids[0]), later).await.unwrap(), 1);
    assert_eq!(store.mark_read(mina.id, None, later).await.unwrap(), 0);
    assert_eq!(read_at().await, [Some(now()), Some(now()), Some(later)]);
    assert_eq!(list(&store, &mina).await.unread, 0);
    assert_eq!(list(&store, &jun).await.unread, 1);
}

async fn with_the_diary_the_actor_or_the_recipient_it_is_gone(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let sora = person(&store, "sora").await;
    let (gone, stays) =
        (diary(&store, mina.id, now()).await, diary(&store, mina.id, now() + TimeDelta::days(1)).await);
    for (actor, written) in [(&jun, &gone), (&jun, &stays), (&sora, &stays)] {
        like(&store, actor, written).await.unwrap();
        let below = comment(&store, actor, written).await.id;
        reply(&store, &sora, written, below).await;
    }
    assert!(DiaryStore::delete(&store, mina.id, gone.id, now()).await.unwrap());
    assert!(told(&store, &mina).await.iter().all(|one| one.diary == stays.id));
    assert_eq!((told(&store, &mina).await.len(), told(&store, &jun).await.len()), (6, 1));

    // Jun's comment takes Sora's reply below it along.
    store.begin_sign_off(jun.id, now(), now()).await.unwrap();
    assert_eq!(purge_due(&store, now()).await.unwrap().accounts, 1);
    let left = told(&store, &mina).await;
    assert_eq!((left.len(), left.iter().all(|one| one.actor.id == sora.id)), (3, true));

    store.begin_sign_off(mina.id, now(), now()).await.unwrap();
    assert_eq!(purge_due(&store, now()).await.unwrap().accounts, 1);
    assert_eq!(store.remove_older(now() + TimeDelta::days(1)).await.unwrap(), 0, "no row is left");
}

async fn what_is_old_is_removed_in_pieces(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let add = async |seconds| {
        let at = now() + TimeDelta::seconds(seconds);
        store.add(jun.id, written.id, text("x"), at).await.unwrap().unwrap()
    };
    // More than a piece; one came from a node whose clock is ahead.
    let ahead = add(2).await;
    for _ in 0..501 {
        add(0).await;
    }
    let young = add(1).await;
    store.mark_read(mina.id, Some(ahead.notified[0].id), now()).await.unwrap();
    assert_eq!(store.remove_older(now()).await.unwrap(), 0);
    assert_eq!(store.remove_older(now() + TimeDelta::seconds(1)).await.unwrap(), 501);
    let left = list(&store, &mina).await;
    assert_eq!(deeds(&left.notifications), [Deed::Comment(young.id), Deed::Comment(ahead.id)]);
    assert_eq!(CommentStore::list(&store, written.id, None).await.unwrap().len(), 503, "only the telling");
    assert_eq!(store.remove_older(now() + TimeDelta::seconds(9)).await.unwrap(), 2);
}

/// Telling takes the lock of an account below that of a diary; leaving and the purge take them the other way round.
async fn deeds_race_with_the_end_of_whom_they_are_told(database: &TestDatabase) {
    let store = database.store();
    let jun = person(&store, "jun").await;
    for n in 0..8 {
        let author = person(&store, &format!("author{n}")).await;
        let written = diary(&store, author.id, now()).await;
        let below = comment(&store, &author, &written).await.id;
        let leave = async {
            store.begin_sign_off(author.id, now(), now()).await.unwrap();
            purge_due(&store, now()).await.unwrap();
        };
        let (liked, commented, replied, ()) = tokio::join!(
            store.toggle_like(jun.id, written.id, now()),
            store.add(jun.id, written.id, text("x"), now()),
            store.add_reply(jun.id, written.id, below, text("x"), now()),
            leave
        );
        liked.unwrap();
        commented.unwrap();
        replied.unwrap();
        assert!(AccountStore::find(&store, author.id).await.unwrap().is_none());
    }
    assert_eq!(store.remove_older(now() + TimeDelta::days(1)).await.unwrap(), 0, "no row is left");
}

async fn one_is_found_as_it_is_listed_by_its_recipient_alone(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    like(&store, &jun, &written).await.unwrap();
    comment(&store, &jun, &written).await;
    for listed in told(&store, &mina).await {
        let find = async |recipient| NotificationStore::find(&store, recipient, listed.id).await.unwrap();
        assert_eq!(find(mina.id).await, Some(listed.clone()));
        assert_eq!(find(jun.id).await, None, "it is not theirs");
    }
    let liked = told(&store, &mina).await.pop().unwrap();
    assert!(store.toggle_like(jun.id, written.id, now()).await.unwrap().unwrap().notified.is_none());
    assert_eq!(NotificationStore::find(&store, mina.id, liked.id).await.unwrap(), None, "taken back");
    let none = NotificationId(liked.id.0 + 1000);
    assert_eq!(NotificationStore::find(&store, mina.id, none).await.unwrap(), None);
}
