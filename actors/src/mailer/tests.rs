//! The mailer against a queue in memory and a transport that fails on demand. Time is the paused clock of tokio.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::Actor;
use async_trait::async_trait;

use super::{DrainMails, Mailer, SendMail};
use crate::domain::email::Email;
use crate::domain::ids::MailId;
use crate::domain::mail::{DeadMail, Mail, QueuedMail};
use crate::domain::seoul::Instant;
use crate::kit::{ActorStats, Mailbox};
use crate::ports::{MailError, MailQueue, MailTransport, PortError, PortResult};
use crate::refusal::Refusal;
use crate::testing::RunningClock;

#[derive(Clone)]
struct Row {
    mail: Mail,
    due: Instant,
    attempts: i32,
    buried: Option<String>,
}

#[derive(Default)]
struct MemoryQueue {
    rows: Mutex<BTreeMap<i64, Row>>,
    is_away: Mutex<bool>,
}

impl MemoryQueue {
    fn rows(&self) -> PortResult<std::sync::MutexGuard<'_, BTreeMap<i64, Row>>> {
        if *self.is_away.lock().unwrap() {
            return Err(PortError::Unavailable("unplugged".into()));
        }
        Ok(self.rows.lock().unwrap())
    }
}

#[async_trait]
impl MailQueue for MemoryQueue {
    async fn dead(&self, limit: u16) -> PortResult<Vec<DeadMail>> {
        let rows = self.rows()?;
        let dead = rows.iter().rev().filter(|(_, row)| row.buried.is_some()).take(usize::from(limit));
        Ok(dead
            .map(|(id, row)| DeadMail {
                id: MailId(*id),
                created_at: row.due,
                attempts: row.attempts,
                reason: row.buried.clone(),
            })
            .collect())
    }

    async fn revive(&self, mail: MailId, now: Instant) -> PortResult<bool> {
        let mut rows = self.rows()?;
        let Some(row) = rows.get_mut(&mail.0).filter(|row| row.buried.is_some()) else { return Ok(false) };
        (row.buried, row.due, row.attempts) = (None, now, 0);
        Ok(true)
    }

    async fn enqueue(&self, mail: Mail, now: Instant) -> PortResult<MailId> {
        let mut rows = self.rows()?;
        let id = rows.keys().last().map_or(1, |last| last + 1);
        rows.insert(id, Row { mail, due: now, attempts: 0, buried: None });
        Ok(MailId(id))
    }

    async fn claim(&self, now: Instant, lease_until: Instant, limit: u32) -> PortResult<Vec<QueuedMail>> {
        let mut rows = self.rows()?;
        let due = rows.iter_mut().filter(|(_, row)| row.buried.is_none() && row.due <= now);
        Ok(due
            .take(limit as usize)
            .map(|(id, row)| {
                row.due = lease_until;
                QueuedMail { id: MailId(*id), mail: row.mail.clone(), attempts: row.attempts }
            })
            .collect())
    }

    async fn sent(&self, mail: MailId) -> PortResult<()> {
        self.rows()?.remove(&mail.0);
        Ok(())
    }

    async fn postpone(&self, mail: MailId, until: Instant, _: &str) -> PortResult<()> {
        if let Some(row) = self.rows()?.get_mut(&mail.0) {
            row.attempts += 1;
            row.due = until;
        }
        Ok(())
    }

    async fn put_back(&self, mail: MailId, until: Instant, _: &str) -> PortResult<()> {
        if let Some(row) = self.rows()?.get_mut(&mail.0) {
            row.due = until;
        }
        Ok(())
    }

    async fn bury(&self, mail: MailId, reason: &str) -> PortResult<()> {
        if let Some(row) = self.rows()?.get_mut(&mail.0) {
            row.buried = Some(reason.to_owned());
        }
        Ok(())
    }

    async fn depth(&self) -> PortResult<(u64, u64)> {
        let rows = self.rows()?;
        let buried = rows.values().filter(|row| row.buried.is_some()).count() as u64;
        Ok((rows.len() as u64 - buried, buried))
    }
}

/// How the transport takes a mail; the default is well.
#[derive(Clone, Copy)]
enum Fate {
    Away,
    Down,
    Refused,
    Hang,
    Panic,
}

#[derive(Default)]
struct Post {
    fates: Mutex<VecDeque<Fate>>,
    tried: Mutex<Vec<i64>>,
    arrived: Mutex<Vec<String>>,
    at_once: Mutex<(usize, usize)>,
    takes: Duration,
}

#[async_trait]
impl MailTransport for Post {
    async fn send(&self, id: MailId, mail: &Mail) -> Result<(), MailError> {
        self.tried.lock().unwrap().push(id.0);
        let fate = self.fates.lock().unwrap().pop_front();
        {
            let (now, most) = &mut *self.at_once.lock().unwrap();
            *now += 1;
            *most = (*most).max(*now);
        }
        tokio::time::sleep(self.takes).await;
        self.at_once.lock().unwrap().0 -= 1;
        match fate {
            Some(Fate::Away) => return Err(MailError::Away("connection refused".into())),
            Some(Fate::Down) => return Err(MailError::Transient("connection refused".into())),
            Some(Fate::Refused) => {
                return Err(MailError::Permanent("550 <mina@example.com> unknown".into()));
            }
            Some(Fate::Hang) => std::future::pending().await,
            Some(Fate::Panic) => panic!("as asked"),
            None => {}
        }
        self.arrived.lock().unwrap().push(mail.subject.clone());
        Ok(())
    }
}

struct World {
    queue: Arc<MemoryQueue>,
    post: Arc<Post>,
    mailer: Mailbox<Mailer>,
}

impl World {
    fn new(post: Post) -> Self {
        Self::over(MemoryQueue::default(), post)
    }

    fn over(queue: MemoryQueue, post: Post) -> Self {
        tokio::time::pause();
        let (queue, post) = (Arc::new(queue), Arc::new(post));
        let clock = RunningClock::at("2026-11-22T05:00:00Z");
        let stats = Arc::new(ActorStats::default());
        let mailer =
            Mailer::new(Arc::clone(&queue) as _, Arc::clone(&post) as _, Arc::new(clock), Arc::clone(&stats));
        Self { queue, post, mailer: Mailbox::of(mailer.start(), stats) }
    }

    fn failing(fates: impl IntoIterator<Item = Fate>) -> Self {
        Self::new(Post { fates: Mutex::new(fates.into_iter().collect()), ..Post::default() })
    }

    async fn send(&self, subject: &str) -> Result<(), Refusal> {
        self.mailer.ask(SendMail(mail(subject)), Duration::from_secs(1)).await.unwrap()
    }

    async fn drain(&self) {
        self.mailer.ask(DrainMails, Duration::from_secs(1)).await.unwrap();
    }

    fn arrived(&self) -> Vec<String> {
        self.post.arrived.lock().unwrap().clone()
    }

    fn tries(&self) -> usize {
        self.post.tried.lock().unwrap().len()
    }
}

fn mail(subject: &str) -> Mail {
    let to = Email::parse("mina@example.com").unwrap();
    Mail { to, subject: subject.to_owned(), html: String::new(), text: String::new() }
}

#[actix::test]
async fn a_mail_is_queued_when_answered_and_leaves_at_once() {
    let world = World::new(Post::default());
    world.send("hello").await.unwrap();
    assert_eq!(world.queue.depth().await.unwrap(), (1, 0), "durably queued");
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(world.arrived(), ["hello"]);
    assert_eq!(world.queue.depth().await.unwrap(), (0, 0));
}

#[actix::test]
async fn a_mail_that_cannot_be_queued_is_refused_and_forgotten() {
    let world = World::new(Post::default());
    *world.queue.is_away.lock().unwrap() = true;
    assert_eq!(world.send("hello").await, Err(Refusal::Unavailable));
    *world.queue.is_away.lock().unwrap() = false;
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(world.tries(), 0);
}

#[actix::test]
async fn mails_that_a_dead_node_left_behind_leave_at_the_start() {
    let queue = MemoryQueue::default();
    queue.enqueue(mail("left"), "2026-11-22T04:00:00Z".parse().unwrap()).await.unwrap();
    let world = World::over(queue, Post::default());
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(world.arrived(), ["left"]);
}

#[actix::test]
async fn a_mail_is_tried_again_later_and_later_until_it_leaves() {
    let world = World::failing([Fate::Down; 3]);
    let begin = tokio::time::Instant::now();
    world.send("hello").await.unwrap();
    // Due 5, 10 and 20 s after each failed try, looked for every 2 s.
    for (at_secs, tries) in [(4, 1), (8, 2), (14, 2), (20, 3), (34, 3), (44, 4)] {
        tokio::time::sleep_until(begin + Duration::from_secs(at_secs)).await;
        assert_eq!(world.tries(), tries, "{at_secs} s after the first try");
    }
    assert_eq!(world.arrived(), ["hello"]);
}

#[actix::test]
async fn a_mail_that_never_leaves_is_buried_after_ten_tries() {
    let world = World::failing([Fate::Down; 20]);
    world.send("hello").await.unwrap();
    tokio::time::sleep(Duration::from_hours(2)).await;
    assert_eq!(world.tries(), 10);
    assert_eq!(world.queue.depth().await.unwrap(), (0, 1));
}

#[actix::test]
async fn a_server_that_is_away_for_an_hour_costs_no_mail_and_is_found_soon_after() {
    // A look every two seconds, with four mails each.
    let world = World::failing([Fate::Away; 4 * 1800]);
    for n in 0..9 {
        world.queue.enqueue(mail(&n.to_string()), "2026-11-22T04:00:00Z".parse().unwrap()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_mins(59)).await;
    assert_eq!(world.queue.depth().await.unwrap(), (9, 0));
    tokio::time::sleep(Duration::from_mins(2)).await;
    assert_eq!(world.arrived().len(), 9);
}

#[actix::test]
async fn a_refused_address_is_buried_at_once_with_a_reason_that_hides_it() {
    let world = World::failing([Fate::Refused]);
    world.send("hello").await.unwrap();
    world.drain().await;
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(world.tries(), 1);
    let rows = world.queue.rows().unwrap();
    assert_eq!(rows[&1].buried.as_deref(), Some("cannot be sent: 550 [email] unknown"));
}

#[actix::test]
async fn a_mail_that_hangs_or_panics_does_not_stop_the_others() {
    let world = World::failing([Fate::Hang, Fate::Panic]);
    for subject in ["hangs", "panics", "fine"] {
        world.queue.enqueue(mail(subject), "2026-11-22T04:00:00Z".parse().unwrap()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_mins(2)).await;
    let mut arrived = world.arrived();
    arrived.sort();
    assert_eq!(arrived, ["fine", "hangs", "panics"], "the first two at their second try");
    assert_eq!(world.tries(), 5);
}

#[actix::test]
async fn only_a_few_mails_are_sent_at_once() {
    let world = World::new(Post { takes: Duration::from_secs(1), ..Post::default() });
    for n in 0..10 {
        world.send(&n.to_string()).await.unwrap();
    }
    world.drain().await;
    assert_eq!(world.arrived().len(), 10);
    assert!(world.post.at_once.lock().unwrap().1 <= 4);
    assert_eq!(world.tries(), 10, "no mail twice");
}

#[actix::test]
async fn draining_waits_for_the_mails_in_hand_but_not_for_retries() {
    let world = World::new(Post {
        takes: Duration::from_secs(3),
        fates: Mutex::new([Fate::Down].into()),
        ..Post::default()
    });
    world.send("fails").await.unwrap();
    world.send("leaves").await.unwrap();
    let before = tokio::time::Instant::now();
    world.drain().await;
    assert!(before.elapsed() < Duration::from_secs(10));
    assert_eq!(world.arrived(), ["leaves"]);
    assert_eq!(world.queue.depth().await.unwrap(), (1, 0), "the other waits for the next start");
}
