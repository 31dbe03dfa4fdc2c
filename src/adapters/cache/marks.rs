//! Who has looked at what lately, in bounded memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::Instant;

/// Marks kept at most, about 10 MB; beyond it all are forgotten, and a few views are counted twice.
const MOST: usize = 200_000;

/// Below this many marks it is not worth looking for those that ran out.
const FEW: usize = 1024;

/// A mark per viewer and diary, with its end.
pub(super) struct Marks {
    ends: HashMap<(UserId, DiaryId), Instant>,
    /// Sweep when there are this many: twice what the last sweep left, so that its cost is spread over the marks made.
    sweep_at: usize,
}

impl Default for Marks {
    fn default() -> Self {
        Self { ends: HashMap::new(), sweep_at: FEW }
    }
}

impl Marks {
    /// `true` when there was no living mark.
    pub(super) fn mark(&mut self, viewer: UserId, diary: DiaryId, now: Instant, ttl: Duration) -> bool {
        let end = now.checked_add_signed(chrono::TimeDelta::from_std(ttl).unwrap_or_default()).unwrap_or(now);
        if self.ends.len() >= self.sweep_at {
            self.sweep(now);
        }
        match self.ends.entry((viewer, diary)) {
            Entry::Occupied(mark) if *mark.get() > now => false,
            entry => {
                entry.insert_entry(end);
                true
            }
        }
    }

    fn sweep(&mut self, now: Instant) {
        self.ends.retain(|_, end| *end > now);
        if self.ends.len() >= MOST {
            self.ends.clear();
        }
        self.ends.shrink_to(self.ends.len() * 2);
        self.sweep_at = (self.ends.len() * 2).clamp(FEW, MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_mins(10);

    fn at(secs: i64) -> Instant {
        Instant::from_timestamp(secs, 0).unwrap()
    }

    #[test]
    fn a_mark_is_per_viewer_and_diary_and_runs_out() {
        let mut marks = Marks::default();
        assert!(marks.mark(UserId(1), DiaryId(1), at(0), TTL));
        assert!(!marks.mark(UserId(1), DiaryId(1), at(599), TTL));
        assert!(marks.mark(UserId(1), DiaryId(2), at(1), TTL));
        assert!(marks.mark(UserId(2), DiaryId(1), at(1), TTL));
        assert!(marks.mark(UserId(1), DiaryId(1), at(600), TTL));
        assert!(!marks.mark(UserId(1), DiaryId(1), at(601), TTL));
    }

    #[test]
    fn marks_that_ran_out_are_swept_and_the_rest_is_bounded() {
        let mut marks = Marks::default();
        for diary in 0..50_000 {
            marks.mark(UserId(1), DiaryId(diary), at(diary), TTL);
        }
        assert!(marks.ends.len() <= 2 * FEW, "{} marks", marks.ends.len());
        for diary in 0..3 * i64::try_from(MOST).unwrap() {
            marks.mark(UserId(2), DiaryId(diary), at(60_000), TTL);
            assert!(marks.ends.len() <= MOST);
        }
    }
}
