//! Which comment lists are being read right now, so that a detail answer does not overtake them.
//!
//! The client renders the comment box as soon as the detail is there, and crashes when the comments are not (D-H1).
//! It asks for the comments first, so the detail waits for those that were asked for before it, briefly.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::ids::{DiaryId, UserId};

/// Longest a detail waits (contract §0.1).
const PATIENCE: Duration = Duration::from_millis(200);

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A signed-in person.
    Person(UserId),
    /// A visitor, told from others by address.
    Visitor(IpAddr),
}

type Key = (Viewer, DiaryId);

/// The reads in hand on this node.
#[derive(Default)]
pub struct CommentReads(Mutex<HashMap<Key, Vec<watch::Receiver<()>>>>);

/// One comment list in the making; it is over when this is dropped, which the handler does with the answer in hand.
pub struct Reading {
    reads: Arc<CommentReads>,
    key: Key,
    over: Option<watch::Sender<()>>,
}

impl CommentReads {
    /// A request for the comments of `diary` has arrived.
    pub fn begin(self: &Arc<Self>, viewer: Viewer, diary: DiaryId) -> Reading {
        let (over, receiver) = watch::channel(());
        let key = (viewer, diary);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().push(receiver);
        Reading { reads: Arc::clone(self), key, over: Some(over) }
    }

    /// Waits for the reads of this viewer and diary that are in hand now, at most 200 ms.
    pub async fn settle(&self, viewer: Viewer, diary: DiaryId) {
        let key = (viewer, diary);
        let in_hand = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let Some(in_hand) = in_hand else { return };
        let all_over = async {
            for mut reading in in_hand {
                // Nothing is ever sent: the error says that the sender is gone.
                let _ = reading.changed().await;
            }
        };
        // Past the time-out the client may be lucky; without its detail it would not be.
        let _ = tokio::time::timeout(PATIENCE, all_over).await;
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        drop(self.over.take());
        let mut reads = self.reads.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(in_hand) = reads.get_mut(&self.key) {
            in_hand.retain(|reading| reading.has_changed().is_ok());
            if in_hand.is_empty() {
                reads.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINA: Viewer = Viewer::Person(UserId(1));
    const DIARY: DiaryId = DiaryId(5);

    #[tokio::test(start_paused = true)]
    async fn a_detail_waits_for_the_comments_asked_for_before_it() {
        let reads = Arc::new(CommentReads::default());
        let reading = reads.begin(MINA, DIARY);
        let waiting = tokio::spawn({
            let reads = Arc::clone(&reads);
            async move { reads.settle(MINA, DIARY).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!waiting.is_finished());
        drop(reading);
        waiting.await.unwrap();
        assert!(reads.0.lock().unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_200_ms_at_most_and_for_nobody_else() {
        let reads = Arc::new(CommentReads::default());
        let _slow = reads.begin(MINA, DIARY);
        let began = tokio::time::Instant::now();
        reads.settle(Viewer::Person(UserId(2)), DIARY).await;
        reads.settle(MINA, DiaryId(6)).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        reads.settle(MINA, DIARY).await;
        assert_eq!(began.elapsed(), PATIENCE);
    }
}
