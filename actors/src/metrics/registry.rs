//! Which cells there are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use crate::kit::{ActorReport, ActorStats};

/// The cells of one actor type: one per thread, so that counting never makes two cores fight over a cache line.
type Cells = Vec<(ThreadId, Arc<ActorStats>)>;

/// The cells of all actors of the node. Clones share them.
#[derive(Clone, Default)]
pub struct Registry(Arc<Mutex<BTreeMap<&'static str, Cells>>>);

impl Registry {
    /// The cell of this actor type on the calling thread; the same one for every call from there.
    ///
    /// Takes a lock: fetch it when an actor is wired, not per message.
    pub fn cell(&self, actor: &'static str) -> Arc<ActorStats> {
        let mut types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cells = types.entry(actor).or_default();
        let here = thread::current().id();
        if let Some((_, cell)) = cells.iter().find(|(thread, _)| *thread == here) {
            return Arc::clone(cell);
        }
        let cell = Arc::new(ActorStats::default());
        cells.push((here, Arc::clone(&cell)));
        cell
    }

    /// Takes in the cell of actors that live on another thread than the one that wires them.
    pub fn add(&self, actor: &'static str, cell: Arc<ActorStats>) {
        let mut types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        types.entry(actor).or_default().push((thread::current().id(), cell));
    }

    /// What all cells say now, summed up per type, in the order of the type names.
    pub fn reports(&self) -> Vec<ActorReport> {
        let types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        types
            .iter()
            .map(|(actor, cells)| {
                let cells: Vec<_> = cells.iter().map(|(_, cell)| Arc::clone(cell)).collect();
                ActorStats::report(actor, &cells)
            })
            .collect()
    }

    /// The same, each with the most messages that waited at once since this was last called: by the one that keeps the
    /// last minute.
    pub(super) fn take_reports(&self) -> Vec<(ActorReport, i64)> {
        let types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        types
            .iter()
            .map(|(actor, cells)| {
                let cells: Vec<_> = cells.iter().map(|(_, cell)| Arc::clone(cell)).collect();
                let worst = cells.iter().map(|cell| cell.take_worst_waiting()).max();
                (ActorStats::report(actor, &cells), worst.unwrap_or(0))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_has_one_cell_per_type_and_the_report_sums_up_threads() {
        let registry = Registry::default();
        assert!(Arc::ptr_eq(&registry.cell("Room"), &registry.cell("Room")));
        assert!(!Arc::ptr_eq(&registry.cell("Room"), &registry.cell("Mailer")));

        registry.cell("Room").actor_started();
        let elsewhere = registry.clone();
        thread::spawn(move || elsewhere.cell("Room").actor_started()).join().unwrap();

        let reports = registry.reports();
        let alive: Vec<_> = reports.iter().map(|report| (report.actor, report.alive)).collect();
        assert_eq!(alive, [("Mailer", 0), ("Room", 2)]);
    }
}
