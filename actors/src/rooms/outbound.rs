//! The ends of the lines in one room: what a worker cannot take at once waits here, in order.

use std::collections::VecDeque;
use std::sync::Arc;

use actix::Recipient;
use actix::dev::SendError;

use super::parcel::{LineId, Lines, Parcel};

/// See the module.
pub(super) struct Outbound {
    lines: Arc<Lines>,
    known: Vec<Option<Line>>,
}

struct Line {
    worker: Recipient<Parcel>,
    waiting: VecDeque<Parcel>,
}

impl Outbound {
    pub(super) fn new(lines: Arc<Lines>) -> Self {
        Self { lines, known: Vec::new() }
    }

    pub(super) fn send(&mut self, line: LineId, parcel: Parcel) {
        let Some(line) = self.line(line) else { return };
        if line.waiting.is_empty() {
            line.offer(parcel);
        } else {
            line.waiting.push_back(parcel);
        }
    }

    /// Tries again; whether anything waits still. While it does, the room takes nothing new on.
    pub(super) fn retry(&mut self) -> bool {
        let mut is_waiting = false;
        for line in self.known.iter_mut().flatten() {
            while let Some(parcel) = line.waiting.pop_front() {
                if !line.offer(parcel) {
                    break;
                }
            }
            is_waiting |= !line.waiting.is_empty();
        }
        is_waiting
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.known.iter().flatten().any(|line| !line.waiting.is_empty())
    }

    /// How many lines there may be; each is asked for by its number.
    pub(super) fn ids(&self) -> impl Iterator<Item = LineId> + use<> {
        (0..self.known.len()).map(LineId)
    }

    fn line(&mut self, LineId(number): LineId) -> Option<&mut Line> {
        if self.known.len() <= number {
            self.known.resize_with(number + 1, || None);
        }
        let place = &mut self.known[number];
        if place.is_none() {
            let worker = self.lines.get(LineId(number))?;
            *place = Some(Line { worker, waiting: VecDeque::new() });
        }
        place.as_mut()
    }
}

impl Line {
    /// Whether it was taken; if not, it waits in front.
    fn offer(&mut self, parcel: Parcel) -> bool {
        match self.worker.try_send(parcel) {
            Err(SendError::Full(parcel)) => {
                self.waiting.push_front(parcel);
                false
            }
            // Or the worker is gone, and its sockets with it.
            Ok(()) | Err(SendError::Closed(_)) => true,
        }
    }
}
