//! The contract of `MailQueue`.

use chrono::TimeDelta;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::{Mail, QueuedMail};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::MailQueue;

use crate::harness::{TestDatabase, email, now, on_each_backend};

on_each_backend!(
    a_mail_is_leased_until_it_is_sent,
    a_failed_mail_waits_and_counts,
    a_mail_given_up_stays_but_is_not_sent,
    two_nodes_never_hold_one_mail,
    a_mail_given_up_is_shown_and_comes_back_as_if_new,
);

async fn queue(store: &SqlStore, to: &str) -> MailId {
    let mail = Mail {
        to: email(to),
        subject: "인증 번호".to_owned(),
        html: "<p>😀</p>".repeat(5000),
        text: "텍스트".to_owned(),
    };
    store.enqueue(mail, now()).await.unwrap()
}

async fn claim(store: &SqlStore, at: Instant) -> Vec<QueuedMail> {
    store.claim(at, at + TimeDelta::minutes(1), 100).await.unwrap()
}

async fn a_mail_is_leased_until_it_is_sent(database: &TestDatabase) {
    let store = database.store();
    let first = queue(&store, "Mina@example.com").await;
    let second = queue(&store, "jun@example.com").await;
    assert_eq!(store.depth().await.unwrap(), (2, 0));
    assert!(claim(&store, now() - TimeDelta::milliseconds(1)).await.is_empty());
    let mails = claim(&store, now()).await;
    assert_eq!(mails.iter().map(|mail| mail.id).collect::<Vec<_>>(), [first, second]);
    let mail = &mails[0].mail;
    assert_eq!((mail.to.as_typed(), mail.subject.as_str()), ("Mina@example.com", "인증 번호"));
    assert_eq!((mail.html.len(), mail.text.as_str()), (55_000, "텍스트"));
    assert!(claim(&store, now()).await.is_empty());
    store.sent(first).await.unwrap();
    store.sent(first).await.unwrap();
    assert_eq!(store.depth().await.unwrap(), (1, 0));
    let back = claim(&store, now() + TimeDelta::minutes(1)).await;
    assert!(matches!(&back[..], [mail] if mail.id == second && mail.attempts == 0));
}

async fn a_failed_mail_waits_and_counts(database: &TestDatabase) {
    let store = database.store();
    let id = queue(&store, "mina@example.com").await;
    claim(&store, now()).await;
    let later = now() + TimeDelta::seconds(30);
    store.postpone(id, later, "연결 거부").await.unwrap();
    assert!(claim(&store, later - TimeDelta::milliseconds(1)).await.is_empty());
    assert!(matches!(&claim(&store, later).await[..], [mail] if mail.attempts == 1));
    let later = later + TimeDelta::seconds(2);
    store.put_back(id, later, "no mail server").await.unwrap();
    assert!(claim(&store, later - TimeDelta::milliseconds(1)).await.is_empty());
    assert!(matches!(&claim(&store, later).await[..], [mail] if mail.attempts == 1), "no try was counted");
}

async fn a_mail_given_up_stays_but_is_not_sent(database: &TestDatabase) {
    let store = database.store();
    let id = queue(&store, "mina@example.com").await;
    store.bury(id, "no such mailbox").await.unwrap();
    assert!(claim(&store, now() + TimeDelta::days(1)).await.is_empty());
    assert_eq!(store.depth().await.unwrap(), (0, 1));
}

async fn two_nodes_never_hold_one_mail(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    for _ in 0..20 {
        queue(&one, "mina@example.com").await;
    }
    let claims = [&one, &two, &one, &two].map(|node| node.claim(now(), now() + TimeDelta::minutes(1), 20));
    let mut held: Vec<MailId> = Vec::new();
    for mails in futures_util::future::join_all(claims).await {
        held.extend(mails.unwrap().into_iter().map(|mail| mail.id));
    }
    let claimed = held.len();
    held.sort_unstable();
    held.dedup();
    assert_eq!((claimed, held.len()), (20, 20));
}

async fn a_mail_given_up_is_shown_and_comes_back_as_if_new(database: &TestDatabase) {
    let store = database.store();
    let (first, second) = (queue(&store, "mina@example.com").await, queue(&store, "jun@example.com").await);
    let living = queue(&store, "hana@example.com").await;
    assert!(!store.revive(living, now()).await.unwrap(), "only what was given up");
    for id in [first, second] {
        claim(&store, now()).await;
        store.bury(id, "550 없는 주소").await.unwrap();
    }
    let dead = store.dead(10).await.unwrap();
    assert_eq!(dead.iter().map(|mail| mail.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!((dead[0].created_at, dead[0].attempts), (now(), 1));
    assert_eq!(dead[0].reason.as_deref(), Some("550 없는 주소"));
    assert_eq!(store.dead(1).await.unwrap().len(), 1);

    let later = now() + TimeDelta::hours(1);
    assert!(store.revive(first, later).await.unwrap());
    assert!(!store.revive(first, later).await.unwrap(), "it is no longer given up");
    assert_eq!(store.depth().await.unwrap(), (2, 1));
    let due = claim(&store, later).await;
    assert!(due.iter().any(|mail| mail.id == first && mail.attempts == 0));
}
