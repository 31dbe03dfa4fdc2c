//! The address a request comes from, for limits. It is never logged.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use ipnet::IpNet;
use nine_cloud_actors::domain::address::network_of;

use super::error::ApiError;
use super::state::Node;

/// Address of the client, or of the last hop that is not one of ours; of IPv6 only the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client(pub IpAddr);

/// Proxies whose `X-Forwarded-For` counts.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    /// Walks the header from its end, where our own proxies write, to the first address that is none of ours.
    fn client(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let mut client = peer;
        for hop in forwarded.rsplit(',') {
            if !self.trusts(client) {
                break;
            }
            let Ok(address) = hop.trim().parse() else { break };
            client = address;
        }
        client
    }

    /// Where a request comes from; of IPv6 only the network.
    pub fn client_of(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        let forwarded: Vec<&str> =
            request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
        let client = if forwarded.is_empty() { peer } else { self.client(peer, &forwarded.join(",")) };
        network_of(client)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromRequest for Client {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let client = match request.app_data::<web::Data<Node>>() {
            Some(node) => node.trusted_proxies.client_of(request),
            None => TrustedProxies::default().client_of(request),
        };
        ready(Ok(Self(client)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]);
        let client = |peer, forwarded| proxies.client(address(peer), forwarded);
        assert_eq!(client("10.0.0.1", "1.2.3.4"), address("1.2.3.4"));
        assert_eq!(client("10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.2"), address("1.2.3.4"));
        assert_eq!(client("5.6.7.8", "1.2.3.4"), address("5.6.7.8"));
        assert_eq!(client("10.0.0.1", "nonsense"), address("10.0.0.1"));
        assert_eq!(TrustedProxies::default().client(address("10.0.0.1"), "1.2.3.4"), address("10.0.0.1"));
    }
}
