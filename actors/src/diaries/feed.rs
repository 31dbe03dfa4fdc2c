//! What the public sees without a session.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Context, Handler, Message, ResponseFuture};

use super::comment_reads::{CommentReads, Viewer};
use crate::domain::comment::Comment;
use crate::domain::diary::{DiaryDetail, DiaryPage, MAX_PAGES};
use crate::domain::ids::DiaryId;
use crate::domain::seoul::feed_window_start;
use crate::kit::ActorStats;
use crate::metered;
use crate::ports::{Cache, Clock, CommentStore, DiaryStore, Limit, RetryAfter, Span};
use crate::refusal::{Outcome, Refusal};

/// Messages that wait for one worker's feed before 503.
const MAILBOX: usize = 1024;

/// What [`Feed`] works with.
#[derive(Clone)]
pub struct FeedPorts {
    /// Diaries.
    pub diaries: Arc<dyn DiaryStore>,
    /// Comments.
    pub comments: Arc<dyn CommentStore>,
    /// Limits.
    pub cache: Arc<dyn Cache>,
    /// Comment lists being read right now.
    pub comment_reads: Arc<CommentReads>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// Answers what needs no session. One per worker thread.
pub struct Feed {
    ports: Rc<FeedPorts>,
    stats: Arc<ActorStats>,
}

/// Reads one page of the community feed; `page` counts from 0.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<DiaryPage>")]
pub struct ListFeed {
    /// Pages before it.
    pub page: u32,
    /// Who asks, for the limits.
    pub client: IpAddr,
}

/// Reads a public diary for a visitor.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<DiaryDetail>")]
pub struct GetPublicDiary {
    /// Which.
    pub diary: DiaryId,
    /// Who asks.
    pub client: IpAddr,
}

/// Reads the comments of a public diary for a visitor; none for what they may not see.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<Vec<Comment>>")]
pub struct ListPublicComments {
    /// Of which.
    pub diary: DiaryId,
    /// Who asks.
    pub client: IpAddr,
}

impl Feed {
    /// An actor over these ports.
    pub fn new(ports: FeedPorts, stats: Arc<ActorStats>) -> Self {
        Self { ports: Rc::new(ports), stats }
    }
}

impl FeedPorts {
    async fn limit(&self, client: IpAddr) -> Outcome<()> {
        let taken = self.cache.take(Limit::CallPerClient, &client.to_string()).await?;
        taken.map_err(|RetryAfter(retry_after)| Refusal::TooMany { retry_after })
    }
}

impl Actor for Feed {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.stats.actor_stopped();
    }
}

impl Handler<ListFeed> for Feed {
    type Result = ResponseFuture<Outcome<DiaryPage>>;

    fn handle(&mut self, ListFeed { page, client }: ListFeed, _: &mut Self::Context) -> Self::Result {
        let ports = Rc::clone(&self.ports);
        Box::pin(async move {
            ports.limit(client).await?;
            if page >= MAX_PAGES {
                return Ok(DiaryPage::beyond_the_end());
            }
            let now = ports.clock.now();
            // A diary of this very millisecond belongs to the page.
            let span = Span { from: feed_window_start(now), until: now + Duration::from_millis(1) };
            Ok(ports.diaries.list_public(span, page).await?)
        })
    }
}

impl Handler<GetPublicDiary> for Feed {
    type Result = ResponseFuture<Outcome<DiaryDetail>>;

    fn handle(&mut self, message: GetPublicDiary, _: &mut Self::Context) -> Self::Result {
        let GetPublicDiary { diary, client } = message;
        let ports = Rc::clone(&self.ports);
        Box::pin(async move {
            ports.limit(client).await?;
            let detail = ports.diaries.find_visible(diary, None).await?.ok_or(Refusal::DiaryNotFound)?;
            ports.comment_reads.settle(Viewer::Visitor(client), diary).await;
            Ok(detail)
        })
    }
}

impl Handler<ListPublicComments> for Feed {
    type Result = ResponseFuture<Outcome<Vec<Comment>>>;

    fn handle(&mut self, message: ListPublicComments, _: &mut Self::Context) -> Self::Result {
        let ListPublicComments { diary, client } = message;
        let ports = Rc::clone(&self.ports);
        Box::pin(async move {
            ports.limit(client).await?;
            Ok(ports.comments.list(diary, None).await?)
        })
    }
}

metered!(Feed: ListFeed, GetPublicDiary, ListPublicComments);
