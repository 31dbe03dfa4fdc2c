//! Social sign-in: Kakao, Google, Naver.

use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::reader::{Noted, Reader};
use super::urls;

/// See the module. `None`: the callback of that provider answers 503.
#[derive(Debug, Clone)]
pub struct SocialSettings {
    /// `KAKAO_…`; the only one without a client secret.
    pub kakao: Option<Provider>,
    /// `GOOGLE_…`; its redirect address is `REACT_APP_GOOGLE_AUTH_REDIRECT_URI`, as before.
    pub google: Option<Provider>,
    /// `NAVER_…`.
    pub naver: Option<Provider>,
}

/// One OAuth provider.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Our name there.
    pub client_id: String,
    /// Our password there, where the provider wants one.
    pub client_secret: Option<Secret>,
    /// The client's page to which the provider returns; has to be byte-identical to the one the client sends.
    pub redirect_uri: String,
    /// Where a code becomes a token.
    pub token_url: String,
    /// Where a token becomes a person.
    pub userinfo_url: String,
}

/// What one provider's variables are called, and where it lives.
struct Names {
    client_id: &'static str,
    client_secret: Option<&'static str>,
    redirect_uri: &'static str,
    token_url: (&'static str, &'static str),
    userinfo_url: (&'static str, &'static str),
}

const KAKAO: Names = Names {
    client_id: "KAKAO_CLIENT_ID",
    client_secret: None,
    redirect_uri: "KAKAO_REDIRECT_URI",
    token_url: ("KAKAO_TOKEN_URL", "https://kauth.kakao.com/oauth/token"),
    userinfo_url: ("KAKAO_USERINFO_URL", "https://kapi.kakao.com/v2/user/me"),
};

const GOOGLE: Names = Names {
    client_id: "GOOGLE_CLIENT_ID",
    client_secret: Some("GOOGLE_CLIENT_SECRET"),
    redirect_uri: "REACT_APP_GOOGLE_AUTH_REDIRECT_URI",
    token_url: ("GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token"),
    userinfo_url: ("GOOGLE_USERINFO_URL", "https://www.googleapis.com/oauth2/v2/userinfo"),
};

const NAVER: Names = Names {
    client_id: "NAVER_CLIENT_ID",
    client_secret: Some("NAVER_CLIENT_SECRET"),
    redirect_uri: "NAVER_REDIRECT_URI",
    token_url: ("NAVER_TOKEN_URL", "https://nid.naver.com/oauth2.0/token"),
    userinfo_url: ("NAVER_USERINFO_URL", "https://openapi.naver.com/v1/nid/me"),
};

impl SocialSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("social sign-in");
        let kakao = Provider::read(reader, &KAKAO);
        let google = Provider::read(reader, &GOOGLE);
        let naver = Provider::read(reader, &NAVER);
        Ok(Self { kakao: kakao?, google: google?, naver: naver? })
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        for (provider, names) in [(&self.kakao, KAKAO), (&self.google, GOOGLE), (&self.naver, NAVER)] {
            let Some(provider) = provider else { continue };
            let addresses =
                [(names.token_url, &provider.token_url), (names.userinfo_url, &provider.userinfo_url)];
            for ((name, _), address) in addresses {
                if urls::is_in_the_clear(address) {
                    warnings.push(format!(
                        "{name} is not https: who signs in crosses the network in the clear, and whoever listens can \
                         sign in as them"
                    ));
                }
            }
        }
    }
}

impl Provider {
    /// `None` when nothing of it is set; a part of it is a problem.
    fn read(reader: &mut Reader<'_>, names: &Names) -> Result<Option<Self>, Noted> {
        let client_id = reader.optional(names.client_id, "the client id", |text| Some(text.to_owned()));
        let client_secret = names.client_secret.map_or(Ok(None), |name| reader.secret(name));
        let redirect_uri = reader.optional(names.redirect_uri, urls::ENDPOINT_EXPECTED, urls::endpoint);
        let mut endpoint =
            |(name, default)| reader.or(name, default, urls::ENDPOINT_EXPECTED, urls::endpoint);
        let token_url = endpoint(names.token_url);
        let userinfo_url = endpoint(names.userinfo_url);

        let (client_id, client_secret, redirect_uri) = (client_id?, client_secret?, redirect_uri?);
        if client_id.is_none() && client_secret.is_none() && redirect_uri.is_none() {
            return Ok(None);
        }
        let missing: Vec<_> = [
            client_id.is_none().then_some(names.client_id),
            names.client_secret.filter(|_| client_secret.is_none()),
            redirect_uri.is_none().then_some(names.redirect_uri),
        ]
        .into_iter()
        .flatten()
        .collect();
        for name in &missing {
            reader.note(Problem::missing(*name, "a value, because others of this provider are set"));
        }
        match (client_id, redirect_uri) {
            (Some(client_id), Some(redirect_uri)) if missing.is_empty() => Ok(Some(Self {
                client_id,
                client_secret,
                redirect_uri,
                token_url: token_url?,
                userinfo_url: userinfo_url?,
            })),
            _ => Err(Noted),
        }
    }
}
