//! One TLS stack for the whole process: rustls on ring.

/// Says so to every client that is made from now on; a client that is made before panics. Said again, it does nothing.
pub fn use_ring() {
    // An error says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
