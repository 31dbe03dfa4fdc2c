//! How many sockets there may be: on this node, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts handshakes that were let in until their connections end. An address of IPv6 is to be that of its network.
pub(super) struct Gate {
    limits: Option<GateLimits>,
    is_closed: AtomicBool,
    open: Mutex<Open>,
}

/// The bounds.
#[derive(Debug, Clone, Copy)]
pub struct GateLimits {
    /// Of the node.
    pub sockets: usize,
    /// From one address.
    pub per_address: usize,
}

#[derive(Default)]
struct Open {
    sockets: usize,
    per_address: HashMap<IpAddr, usize>,
}

/// One connection that was let in; the drop ends it.
pub(super) struct Pass {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Gate {
    pub(super) fn new(limits: Option<GateLimits>) -> Self {
        Self { limits, is_closed: AtomicBool::new(false), open: Mutex::default() }
    }

    /// `None` when it is full, or the node is going.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Pass> {
        if self.is_closed.load(Ordering::Acquire) {
            return None;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.per_address.get(&address).copied().unwrap_or(0);
        if self.limits.is_some_and(|limits| open.sockets >= limits.sockets || here >= limits.per_address) {
            return None;
        }
        open.sockets += 1;
        open.per_address.insert(address, here + 1);
        drop(open);
        Some(Pass { gate: Arc::clone(self), address })
    }

    /// Nobody is let in any more.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut open = self.gate.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.sockets -= 1;
        if let Some(here) = open.per_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.per_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(sockets: usize, per_address: usize) -> Arc<Gate> {
        Arc::new(Gate::new(Some(GateLimits { sockets, per_address })))
    }

    #[test]
    fn one_address_has_its_share_and_the_node_its_bound() {
        let (gate, here, there) = (gate(3, 2), "10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let passes = [gate.enter(here).unwrap(), gate.enter(here).unwrap()];
        assert!(gate.enter(here).is_none());
        let other = gate.enter(there).unwrap();
        assert!(gate.enter(there).is_none(), "the node is full");
        drop((passes, other));
        assert!(gate.enter(here).is_some());
        gate.close();
        assert!(gate.enter(here).is_none());
    }
}
